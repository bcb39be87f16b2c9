import Glibc
import Synchronization

/// Wakes a thread that waits in poll(2): a pipe to itself.
final class WakeUp: Sendable {
    /// Readable once signalled.
    let descriptor: Int32
    private let writeEnd: Int32
    /// Set between a signal and the reset that takes it: one byte in the pipe is enough.
    private let isSignalled = Atomic(false)

    init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    func signal() {
        guard !isSignalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
        var byte: UInt8 = 1
        write(writeEnd, &byte, 1)
    }

    /// Forgets signals so far; what they announced must be looked for afterwards.
    func reset() {
        var bytes = [UInt8](repeating: 0, count: 8)
        while read(descriptor, &bytes, bytes.count) > 0 {}
        isSignalled.store(false, ordering: .sequentiallyConsistent)
    }

    /// Waits for a signal, for at most so many seconds, and takes it.
    func wait(seconds: Double) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, Int32(max(0, min(seconds, 3600)) * 1000))
        reset()
    }
}

/// Starts a thread that no signal is delivered to, so that handlers run where the program expects them.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var everything = sigset_t()
    var before = sigset_t()
    sigfillset(&everything)
    pthread_sigmask(SIG_SETMASK, &everything, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let result = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    if result != 0 {
        box.release()
        return nil
    }
    return thread
}
