import CNCurses
import Glibc

/// Gives the terminal back when the process ends in a way that no `defer` sees: a signal or a trap.
///
/// The handler may use what is safe in a signal handler only: write(2), tcsetattr(3), read(2), signal(2), raise(3).
/// All it needs is therefore prepared in plain memory before it is installed.
enum Restoration {
    private struct Prepared {
        var isArmed = false
        var terminal: Int32 = -1
        var modes = termios()
        /// Escape sequences that undo what the dashboard did to the terminal.
        var reset: UnsafeMutablePointer<UInt8>?
        var resetLength = 0
        /// What was printed meanwhile (a trap's message), shown afterwards on `standardError`.
        var captured: Int32 = -1
        var standardError: Int32 = -1
    }

    // Written while no handler is installed, read by the handler.
    nonisolated(unsafe) private static var prepared = Prepared()

    static let endings = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]
    static let traps = [SIGSEGV, SIGILL, SIGABRT, SIGTRAP, SIGBUS, SIGFPE]

    /// Installs the handlers. `modes` is what the terminal was set to before.
    static func arm(terminal: Int32, modes: termios, reset: [UInt8], captured: Int32, standardError: Int32) {
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, reset.count))
        memory.update(from: reset, count: reset.count)
        prepared = Prepared(
            isArmed: true, terminal: terminal, modes: modes, reset: memory, resetLength: reset.count,
            captured: captured, standardError: standardError)
        provideStack()
        for signal in endings + traps { install(signal) }
    }

    /// Takes the handlers away again.
    static func disarm() {
        for signal in endings + traps { Glibc.signal(signal, SIG_DFL) }
        prepared.isArmed = false
        prepared.reset?.deallocate()
        prepared.reset = nil
    }

    private static func install(_ number: Int32) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { Restoration.restoreAndDie($0) }
        // On a stack of its own (an overflow of the ordinary one is a way to end, too) and only once.
        action.sa_flags = SA_ONSTACK | Int32(bitPattern: UInt32(SA_RESETHAND))
        sigfillset(&action.sa_mask)
        sigaction(number, &action, nil)
    }

    private static func provideStack() {
        let size = 1 << 16
        // Kept for the rest of the process: a handler may run at any time.
        var stack = stack_t(ss_sp: malloc(size), ss_flags: 0, ss_size: size)
        sigaltstack(&stack, nil)
    }

    private static func restoreAndDie(_ number: Int32) {
        if prepared.isArmed {
            prepared.isArmed = false
            // A copy: passing the global itself would be a second access to it while the first goes on.
            let prepared = prepared
            var modes = prepared.modes
            write(prepared.terminal, prepared.reset, prepared.resetLength)
            tcsetattr(prepared.terminal, TCSANOW, &modes)
            replayCaptured()
        }
        signal(number, SIG_DFL)
        var only = sigset_t()
        sigemptyset(&only)
        sigaddset(&only, number)
        pthread_sigmask(SIG_UNBLOCK, &only, nil)
        raise(number)
    }

    /// Copies what was printed while the screen was up to where it belongs.
    static func replayCaptured() {
        guard prepared.captured >= 0, prepared.standardError >= 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { room in
            var offset: off_t = 0
            while true {
                let count = pread(prepared.captured, room.baseAddress, room.count, offset)
                guard count > 0 else { return }
                write(prepared.standardError, room.baseAddress, count)
                offset += off_t(count)
            }
        }
    }
}
