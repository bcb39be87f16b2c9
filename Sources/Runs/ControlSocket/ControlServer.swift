import Glibc
import Synchronization

/// Names a client for as long as it is connected.
public struct ClientID: Sendable, Hashable {
    let number: Int
}

/// A command and who sent it.
public struct ReceivedCommand: Sendable, Equatable {
    public let command: RunCommand
    public let client: ClientID
}

/// The trainer's side of the control socket, on a thread of its own.
///
/// Nothing here makes the trainer wait: commands pile up until it takes them, events are queued for each client, and a
/// client that does not read loses observations first and its connection then.
public final class ControlServer: Sendable {
    struct Shared {
        var commands: [ReceivedCommand] = []
        var outgoing: [(event: RunEvent, client: ClientID?)] = []
        var wanted: Set<Observation> = []
        var clients = 0
        var isClosing = false
    }

    let shared = Mutex(Shared())
    /// Wakes the server's thread, and the trainer that waits for commands.
    let wakeServer = WakeUp()
    let wakeTrainer = WakeUp()
    private let thread: Mutex<pthread_t?>

    /// Listens on the directory's `control.sock` (mode 0600); one that a dead worker left is replaced.
    ///
    /// - Precondition: the caller holds the directory's `RunLock`.
    public init(_ directory: RunDirectory) throws(ControlError) {
        let listener = try Self.listen(directory)
        thread = Mutex(nil)
        let loop = ControlLoop(server: self, listener: listener, directory: directory)
        guard let started = startThread({ loop.run() }) else {
            Glibc.close(listener)
            throw .notOpened(path: directory.socketPath, SystemFault(code: EAGAIN))
        }
        thread.withLock { $0 = started }
    }

    /// The commands that came since the last call, in order.
    public func takeCommands() -> [ReceivedCommand] {
        shared.withLock { shared in
            guard !shared.commands.isEmpty else { return [] }
            let commands = shared.commands
            shared.commands = []
            return commands
        }
    }

    /// As `takeCommands()`, but waits for one for at most so many seconds: for a paused trainer.
    public func waitForCommands(seconds: Double) -> [ReceivedCommand] {
        let commands = takeCommands()
        guard commands.isEmpty else { return commands }
        wakeTrainer.wait(seconds: seconds)
        return takeCommands()
    }

    /// Tells all clients.
    ///
    /// Finished iterations are left out: clients read them, as the whole past, from the log.
    public func publish(_ event: RunEvent) {
        if case .iterationFinished = event { return }
        enqueue(event, nil)
    }

    /// Tells one client, as an answer to its command.
    public func answer(_ event: RunEvent, to client: ClientID) { enqueue(event, client) }

    /// What at least one client wants to see now.
    public var wanted: Set<Observation> { shared.withLock { $0.wanted } }
    package var hasClients: Bool { shared.withLock { $0.clients > 0 } }

    /// Sends what is queued (for a second at most), closes all connections and removes the socket.
    public func close() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        shared.withLock { $0.isClosing = true }
        wakeServer.signal()
        pthread_join(thread, nil)
    }

    private func enqueue(_ event: RunEvent, _ client: ClientID?) {
        shared.withLock { shared in
            // A stuck server thread must not cost the trainer its memory.
            if event.isObservation && shared.outgoing.count > 256 { return }
            shared.outgoing.append((event, client))
        }
        wakeServer.signal()
    }

    private static func listen(_ directory: RunDirectory) throws(ControlError) -> Int32 {
        func fault(_ descriptor: Int32) -> ControlError {
            let fault = SystemFault.latest
            if descriptor >= 0 { Glibc.close(descriptor) }
            return .notOpened(path: directory.socketPath, fault)
        }
        unlink(directory.socketPath)
        let descriptor = makeUnixSocket()
        // Before bind, so that the socket is never there with a wider mode.
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else { throw fault(descriptor) }
        guard SocketAddress.use(directory, { bind(descriptor, $0, $1) }) == 0 else { throw fault(descriptor) }
        guard Glibc.listen(descriptor, 16) == 0 else { throw fault(descriptor) }
        return descriptor
    }
}
