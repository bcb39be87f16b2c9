import Runs

/// Events on their way to the supervisor. What could not be kept waits here, in order, until there is room again.
struct Outbox {
    private let supervisor: any Supervisor
    private var waiting: [RunEvent] = []
    /// Why events wait; nil when none do.
    private(set) var fault: String?

    init(_ supervisor: any Supervisor) { self.supervisor = supervisor }

    mutating func say(_ event: RunEvent) {
        // What the log does not keep need not wait for it.
        guard fault == nil || !event.isLogged else {
            waiting.append(event)
            return
        }
        do {
            try supervisor.report(event)
        } catch {
            waiting.append(event)
            fault = String(describing: error)
        }
    }

    /// Tries again; `fault` says whether it went through.
    mutating func retry() {
        guard fault != nil else { return }
        fault = nil
        let events = waiting
        waiting = []
        for event in events { say(event) }
    }
}
