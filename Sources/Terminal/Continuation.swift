import Glibc
import Synchronization

/// Notices that the process was stopped from outside (`kill -STOP`) and continues: the shell has used the terminal
/// meanwhile.
enum Continuation {
    private static let happened = Atomic(false)

    static func watch() {
        // Before a handler may run: lazily made globals are not for signal handlers.
        happened.store(false, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Continuation.happened.store(true, ordering: .relaxed) }
        action.sa_flags = SA_RESTART
        sigaction(SIGCONT, &action, nil)
    }

    static var isPending: Bool { happened.load(ordering: .relaxed) }

    /// Whether it did since the last call.
    static func take() -> Bool { happened.exchange(false, ordering: .relaxed) }
}
