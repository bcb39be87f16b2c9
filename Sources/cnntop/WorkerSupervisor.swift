import Glibc
import Runs
import Training

/// Between the trainer and the world: its log, its control socket, and in the foreground its lines on stdout.
final class WorkerSupervisor: Supervisor {
    private let log: EventLogWriter
    private let server: ControlServer
    private var lines: ProgressLines?
    /// Events not yet in the log. Iterations come by the hundred a second and are written a few at a time.
    private var waiting: [RunEvent] = []
    private var isUrgent = false
    private var lastWrite = 0.0
    /// Who asked what, so that a refusal goes back to where it belongs.
    private var askers: [(command: RunCommand, client: ClientID)] = []

    /// Seconds that an iteration may wait for the log.
    private static let delay = 0.08

    /// For a run that is about to begin.
    convenience init(_ directory: RunDirectory, _ preset: Preset, printing: Bool) throws {
        let lines = ProgressLines(frequency: preset.svm == nil ? preset.options.verboseFrequency : 1)
        self.init(
            log: try EventLogWriter(directory), server: try ControlServer(directory),
            lines: printing ? lines : nil)
    }

    init(log: EventLogWriter, server: ControlServer, lines: ProgressLines?) {
        self.log = log
        self.server = server
        self.lines = lines
    }

    func takeCommands(waiting isWaiting: Bool) -> [RunCommand] {
        if StopSignals.takeRequest() { return [.stop(saving: true)] }
        let received = isWaiting ? server.waitForCommands(seconds: 0.05) : server.takeCommands()
        if !received.isEmpty { askers = received.map { ($0.command, $0.client) } }
        return received.map(\.command)
    }

    var wantedObservations: Swift.Set<Observation> { server.wanted }

    func report(_ event: RunEvent) {
        if event.isLogged { waiting.append(event) }
        if case .iterationFinished = event {} else { isUrgent = true }
        if case .refused(let command, _) = event, let asker = askers.last(where: { $0.command == command }) {
            server.answer(event, to: asker.client)
        } else {
            server.publish(event)
        }
        printLine(for: event)
    }

    func show(_ event: RunEvent) {
        server.publish(event)
        if lines != nil { printLine(for: event) }
    }

    func keepEvents() throws {
        let now = monotonicSeconds()
        guard isUrgent || now - lastWrite >= Self.delay else { return }
        if !waiting.isEmpty { try log.append(waiting) }
        let isMilestone = waiting.contains { event in
            switch event {
            case .checkpointed, .stopped: true
            default: false
            }
        }
        waiting.removeAll(keepingCapacity: true)
        isUrgent = false
        lastWrite = now
        if isMilestone { try log.synchronize() }
    }

    /// Says goodbye to all clients.
    func close() { server.close() }

    private func printLine(for event: RunEvent) {
        guard let line = lines?.line(for: event) else { return }
        print(line)
        fflush(nil)
    }
}
