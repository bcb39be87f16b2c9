import Glibc
import Tensors

/// Runs a plan's program on the workers, phase by phase.
final class Executor<Element: Scalar>: PieceBody {
    let instructions: UnsafeMutableBufferPointer<Instruction<Element>>
    private let phases: [Phase]
    private let pieceSize: Int
    private let workspace: UnsafeMutablePointer<Element>
    private let workerStride: Int
    private let workers: Workers
    /// Phases in front that only look at parameters, and whether they need to run just once.
    private let preparations: Int
    private let preparesOnce: Bool
    private var isPrepared = false

    /// `[workers, instructions]` nanoseconds, while asked for.
    private(set) var timings: AlignedBuffer<Int>?

    private var batch = Batch()
    private var phase: Phase
    private var load: (Int, UnsafeMutableBufferPointer<Element>) -> Void = { _, _ in }

    init(
        instructions: [Instruction<Element>], phases: [Phase], pieceSize: Int,
        workspace: UnsafeMutablePointer<Element>, workerStride: Int, workers: Workers,
        preparesOnce: Bool
    ) {
        self.instructions = .allocate(capacity: instructions.count)
        _ = self.instructions.initialize(from: instructions)
        self.phases = phases
        phase = Phase(unit: .once, instructions: 0..<0, blocks: 0)
        self.pieceSize = pieceSize
        self.workspace = workspace
        self.workerStride = workerStride
        self.workers = workers
        self.preparesOnce = preparesOnce
        preparations =
            phases.prefix { phase in
                phase.instructions.allSatisfy { instructions[$0].stage.looksAtParametersAlone }
            }.count
    }

    deinit {
        instructions.deallocate()
    }

    /// Starts anew, or stops, to measure the time that each instruction takes.
    func measure(_ isWanted: Bool) {
        timings = isWanted ? AlignedBuffer(count: workers.count * instructions.count) : nil
    }

    /// Nanoseconds of an instruction on all workers together.
    func nanoseconds(_ instruction: Int) -> Int {
        guard let timings else { return 0 }
        return (0..<workers.count).reduce(0) { $0 + timings.base[$1 * instructions.count + instruction] }
    }

    func run(_ batch: Batch, load: @escaping (Int, UnsafeMutableBufferPointer<Element>) -> Void) {
        self.load = load
        self.batch = batch
        self.batch.activePieces = (batch.count + pieceSize - 1) / pieceSize
        for index in (isPrepared ? preparations : 0)..<phases.count {
            phase = phases[index]
            switch phase.unit {
            case .once: workers.run(pieces: 1, self)
            case .piece: workers.run(pieces: self.batch.activePieces, self)
            case .block: workers.run(pieces: phase.blocks, self)
            }
        }
        isPrepared = preparesOnce
    }

    func run(piece: Int, worker: Int) {
        let start = piece &* pieceSize
        let isPiece = phase.unit == .piece
        let scope = Scope(
            samples: isPiece ? start..<min(start &+ pieceSize, batch.count) : 0..<0, index: piece,
            worker: worker, workspace: workspace + worker &* workerStride, batch: batch)
        let range = UnsafeMutableBufferPointer(rebasing: instructions[phase.instructions])
        let first = worker &* instructions.count &+ phase.instructions.lowerBound
        let times = timings.map { $0.base + first }
        if phase.unit == .block {
            runBlock(range, scope, load, times)
        } else {
            runAll(range, scope, load, times)
        }
    }
}

// The two entries into the kernels, compiled for Float and Double apart: everything below them is inlined or
// specialised with them, while the classes above stay generic.

@specialized(where Element == Float)
@specialized(where Element == Double)
private func runAll<Element: Scalar>(
    _ instructions: UnsafeMutableBufferPointer<Instruction<Element>>, _ scope: Scope<Element>,
    _ load: (Int, UnsafeMutableBufferPointer<Element>) -> Void, _ times: UnsafeMutablePointer<Int>?
) {
    for index in 0..<instructions.count {
        let start = times == nil ? 0 : nanoseconds()
        instructions[index].run(scope, load)
        times?[index] += nanoseconds() &- start
    }
}

private func nanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}

@specialized(where Element == Float)
@specialized(where Element == Double)
private func runBlock<Element: Scalar>(
    _ instructions: UnsafeMutableBufferPointer<Instruction<Element>>, _ scope: Scope<Element>,
    _ load: (Int, UnsafeMutableBufferPointer<Element>) -> Void, _ times: UnsafeMutablePointer<Int>?
) {
    var scope = scope
    for index in 0..<instructions.count {
        let blocks = instructions[index].blocks
        if scope.index < blocks {
            let start = times == nil ? 0 : nanoseconds()
            instructions[index].run(scope, load)
            times?[index] += nanoseconds() &- start
            return
        }
        scope.index &-= blocks
    }
}
