import Dashboard
import Runs

/// One run as a dashboard is tied to it: the past and all that is logged from the event files, the rest from the
/// worker's socket.
struct RunLink {
    let directory: RunDirectory
    private(set) var connection: Connection = .connecting
    /// How the run ended, until a later session goes on with it.
    private(set) var stop: StopRecord?
    private var reader: EventLogReader
    private let client: ControlClient
    private var nextAttempt = 0.0

    init(_ directory: RunDirectory) {
        self.directory = directory
        reader = EventLogReader(directory)
        client = ControlClient(directory)
    }

    /// What has happened since the last call; connects, and notices the end of the worker, on the way.
    mutating func poll() -> [RunEvent] {
        connect()
        // Before the log: what a worker logs it has logged before it goes.
        let isOwned = client.isConnected || directory.isOwned
        let live = client.poll().filter { !$0.isLogged || $0.isObservation }
        let events = reader.poll()
        for event in events { note(event) }
        connection =
            client.isConnected ? .attached : isOwned ? .connecting : stop == nil ? .workerDied : .finished
        return events + live
    }

    /// Sends a command, once the connection stands; false when there is no worker to obey it.
    func send(_ command: RunCommand) -> Bool {
        guard client.isConnected || directory.isOwned else { return false }
        client.send(command)
        return true
    }

    /// Commands whose worker has gone before it got them.
    func takeLostCommands() -> [RunCommand] {
        connection == .workerDied || connection == .finished ? client.takeUnsent() : []
    }

    private mutating func connect() {
        let now = monotonicSeconds()
        guard !client.isConnected, now >= nextAttempt, directory.isOwned else { return }
        nextAttempt = now + 0.25
        // Not yet listening or just leaving: the next attempt or the free lock will tell.
        try? client.connect()
    }

    private mutating func note(_ event: RunEvent) {
        switch event {
        case .described: stop = nil
        case .stopped(let record): stop = record
        default: break
        }
    }
}
