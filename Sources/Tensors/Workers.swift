import Glibc
import Synchronization

/// What one worker does with one piece of the work; for callers that must not allocate a closure.
public protocol PieceBody: AnyObject {
    func run(piece: Int, worker: Int)
}

/// Persistent threads that share out numbered pieces of work; worker 0 is the caller.
///
/// A worker out of work watches for more for some tens of microseconds (a hand-over then costs well under one),
/// then sleeps until it is woken. Which worker gets which piece is left to chance, so nothing may depend on it.
public final class Workers: Sendable {
    public let count: Int
    private let board: Board

    /// One for the caller and `threads − 1` of its own; fewer where the system gives no more, as `count` tells.
    public init(threads: Int) {
        precondition(threads > 0, "work needs at least one thread, not \(threads)")
        useOneThreadPerProduct()
        board = Board()
        var started = 1
        while started < threads, board.startThread(started) { started += 1 }
        count = started
    }

    deinit {
        board.dismiss()
    }

    /// Runs pieces `0 ..< pieces`, each once, and returns when all are done. Allocates nothing.
    /// Not to be called from two threads at once, nor from inside a piece.
    public func run(pieces: Int, _ body: any PieceBody) {
        board.run(pieces: pieces, body)
    }

    public func run(pieces: Int, _ body: (_ piece: Int, _ worker: Int) -> Void) {
        withoutActuallyEscaping(body) { board.run(pieces: pieces, ClosureBody($0)) }
    }

    private final class ClosureBody: PieceBody {
        let body: (Int, Int) -> Void
        init(_ body: @escaping (Int, Int) -> Void) { self.body = body }
        func run(piece: Int, worker: Int) { body(piece, worker) }
    }
}

/// Where work is posted; shared by the owner and the threads, so that the owner can go while they still wake up.
///
/// `body` and `pieces` are written before `generation` is raised and read after it was seen raised; `unfinished`
/// falls to zero only when every helper has let go of them.
private final class Board: @unchecked Sendable {
    /// Threads that were started; grows only before the first work.
    private var helpers = 0
    private var body: (any PieceBody)?
    private var pieces = 0
    private let generation = Atomic<Int>(0)
    private let nextPiece = Atomic<Int>(0)
    private let unfinished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isDismissed = Atomic<Bool>(false)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// About 50 µs on current machines: longer than the gaps inside a training step, far shorter than a time slice.
    private static let spins = 20_000

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Whether the system had a thread to give.
    func startThread(_ worker: Int) -> Bool {
        let start = Unmanaged.passRetained(ThreadStart(board: self, worker: worker))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                start.board.work(as: start.worker)
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            return false
        }
        pthread_detach(thread)
        helpers += 1
        return true
    }

    func run(pieces: Int, _ body: any PieceBody) {
        guard helpers > 0, pieces > 1 else {
            for piece in 0..<pieces { body.run(piece: piece, worker: 0) }
            return
        }
        self.body = body
        self.pieces = pieces
        nextPiece.store(0, ordering: .relaxed)
        unfinished.store(helpers, ordering: .relaxed)
        announce()
        take(body, pieces, as: 0)
        var turns = 0
        while unfinished.load(ordering: .acquiring) > 0 {
            turns &+= 1
            // A helper that lost its core finishes sooner if the core is given back.
            if turns & 1023 == 0 { sched_yield() }
        }
        self.body = nil
    }

    func dismiss() {
        isDismissed.store(true, ordering: .relaxed)
        announce()
    }

    private func announce() {
        generation.add(1, ordering: .sequentiallyConsistent)
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    private func work(as worker: Int) {
        var seen = 0
        while true {
            seen = waitForNews(after: seen)
            if isDismissed.load(ordering: .acquiring) { return }
            if let body { take(body, pieces, as: worker) }
            unfinished.subtract(1, ordering: .releasing)
        }
    }

    private func take(_ body: any PieceBody, _ pieces: Int, as worker: Int) {
        while true {
            let piece = nextPiece.add(1, ordering: .relaxed).oldValue
            guard piece < pieces else { return }
            body.run(piece: piece, worker: worker)
        }
    }

    private func waitForNews(after seen: Int) -> Int {
        for _ in 0..<Self.spins {
            let now = generation.load(ordering: .acquiring)
            if now != seen { return now }
        }
        pthread_mutex_lock(mutex)
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == seen {
            pthread_cond_wait(condition, mutex)
        }
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        pthread_mutex_unlock(mutex)
        return generation.load(ordering: .acquiring)
    }

    private final class ThreadStart {
        let board: Board
        let worker: Int
        init(board: Board, worker: Int) {
            self.board = board
            self.worker = worker
        }
    }
}
