import Tensors

/// A stretch of memory a program works on, before it has a place.
struct BufferDraft {
    enum Size: Equatable {
        /// So many numbers for each sample.
        case perSample(Int)
        /// So many numbers in all; kept from step to step.
        case whole(Int)
        /// So many numbers in all, from the first use to the last of a step.
        case passing(Int)
    }

    var size: Size
    /// Instructions that touch it first and last.
    var firstUse = Int.max
    var lastUse = -1
    /// Read after the program ends.
    var isKept = false
}

/// Where every buffer of a program stands, in one arena.
///
/// Buffers whose lifetimes do not meet share a place. One that a single phase uses is local: each worker has its own
/// for one piece. Within a phase the workers are at different instructions, so a buffer for the whole batch is in use
/// from the start of its first phase to the end of its last.
struct ArenaLayout {
    private(set) var offsets: [Int]
    private(set) var isLocal: [Bool]
    /// Elements of the part for the whole batch, and of one worker's part behind it.
    private(set) var sharedSize = 0
    private(set) var localSize = 0

    init(_ buffers: [BufferDraft], phaseOf: [Int], batchSize: Int, pieceSize: Int, workspace: Int) {
        offsets = Array(repeating: 0, count: buffers.count)
        isLocal = Array(repeating: false, count: buffers.count)
        var shared = Shelf()
        var local = Shelf()
        let lastPhase = phaseOf.last ?? 0
        for (index, buffer) in buffers.enumerated() where buffer.lastUse >= 0 {
            switch buffer.size {
            case .whole(let count):
                offsets[index] = shared.place(count, during: 0...lastPhase)
            case .passing(let count):
                let phases = phaseOf[buffer.firstUse]...phaseOf[buffer.lastUse]
                offsets[index] = shared.place(count, during: phases)
            case .perSample(let count):
                let phases = phaseOf[buffer.firstUse]...(buffer.isKept ? lastPhase : phaseOf[buffer.lastUse])
                isLocal[index] = phases.count == 1 && !buffer.isKept
                offsets[index] =
                    isLocal[index]
                    ? local.place(count * pieceSize, during: buffer.firstUse...buffer.lastUse)
                    : shared.place(count * batchSize, during: phases)
            }
        }
        sharedSize = shared.size
        localSize = local.size + Shelf.rounded(workspace)
    }

    /// Where a worker's workspace begins within its part.
    func workspaceOffset(_ workspace: Int) -> Int { localSize - Shelf.rounded(workspace) }

    /// First fit, in the order of asking: simple, and close to the best for lifetimes that nest as these do.
    private struct Shelf {
        private var taken: [(range: Range<Int>, during: ClosedRange<Int>)] = []
        private(set) var size = 0

        /// To whole cache lines of any element, with one of slack.
        static func rounded(_ count: Int) -> Int { (count + 31) / 16 * 16 }

        mutating func place(_ count: Int, during: ClosedRange<Int>) -> Int {
            let needed = Self.rounded(count)
            var start = 0
            let inTheWay = taken.filter { $0.during.overlaps(during) }.sorted {
                $0.range.lowerBound < $1.range.lowerBound
            }
            for other in inTheWay {
                if start + needed <= other.range.lowerBound { break }
                start = max(start, other.range.upperBound)
            }
            taken.append((start..<start + needed, during))
            size = max(size, start + needed)
            return start
        }
    }
}

/// A layout with memory under it.
struct Memory<Element: Scalar> {
    let arena: AlignedBuffer<Element>
    let layout: ArenaLayout
    let buffers: [BufferDraft]

    init(_ layout: ArenaLayout, buffers: [BufferDraft], workers: Int) {
        self.layout = layout
        self.buffers = buffers
        arena = AlignedBuffer(count: layout.sharedSize + workers * layout.localSize)
    }

    var localBase: UnsafeMutablePointer<Element> { arena.base + layout.sharedSize }

    func samples(_ buffer: Int) -> SampleArray<Element> {
        guard case .perSample(let count) = buffers[buffer].size else {
            preconditionFailure("buffer \(buffer) is not made of samples")
        }
        let isLocal = layout.isLocal[buffer]
        return SampleArray(
            base: (isLocal ? localBase : arena.base) + layout.offsets[buffer], count: count, stride: count,
            workerStride: isLocal ? layout.localSize : 0)
    }

    func samples(_ buffer: Int?) -> SampleArray<Element>? { buffer.map { samples($0) } }

    func whole(_ buffer: Int) -> UnsafeMutablePointer<Element> { arena.base + layout.offsets[buffer] }
    func whole(_ buffer: Int?) -> UnsafeMutablePointer<Element>? { buffer.map { whole($0) } }
}
