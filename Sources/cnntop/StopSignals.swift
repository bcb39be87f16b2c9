import Glibc
import Synchronization

/// Ctrl-C and SIGTERM stop a training gracefully; a second one ends it at once.
enum StopSignals {
    private static let received = Atomic<Int>(0)
    private static let taken = Atomic<Int>(0)

    /// Also keeps a closed pipe and a file-size limit from killing the trainer: both come back as errors instead.
    static func install() {
        // Before a handler may run: lazily made globals are not for signal handlers.
        received.store(0, ordering: .relaxed)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] { catchSignal(number) }
        // What nohup asked to be ignored stays so.
        var present = sigaction()
        if sigaction(SIGHUP, nil, &present) == 0, present.__sigaction_handler.sa_handler == nil {
            catchSignal(SIGHUP)
        }
    }

    /// Whether a signal came that was not yet acted on.
    static func takeRequest() -> Bool {
        let count = received.load(ordering: .relaxed)
        return taken.exchange(count, ordering: .relaxed) < count
    }

    private static func catchSignal(_ number: Int32) {
        signal(number) { number in
            if StopSignals.received.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + number) }
        }
    }
}
