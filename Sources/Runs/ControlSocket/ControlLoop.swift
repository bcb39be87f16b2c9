import Glibc
import Synchronization

/// The life of the server's thread: accepts clients, reads their commands, sends them events.
final class ControlLoop: @unchecked Sendable {  // confined to its one thread after it was made
    private let server: ControlServer
    private let listener: Int32
    private let directory: RunDirectory
    private var peers: [ControlPeer] = []
    private var nextNumber = 1
    /// What a client that comes later has to know and the log does not tell.
    private var latestActivity: RunEvent?
    private var latestUsage: RunEvent?

    private static let mostClients = 64

    init(server: ControlServer, listener: Int32, directory: RunDirectory) {
        self.server = server
        self.listener = listener
        self.directory = directory
    }

    func run() {
        while !isClosing {
            waitForWork()
            serve()
        }
        sayGoodbye()
    }

    private var isClosing: Bool { server.shared.withLock { $0.isClosing } }

    private func serve() {
        // First what was said before a new client came, so that it is told the outcome only.
        deliver()
        acceptClients()
        for index in peers.indices { receive(index) }
        for index in peers.indices where peers[index].hasOutput || peers[index].isDismissed {
            peers[index].send()
        }
        removeGone()
    }

    private func waitForWork(milliseconds: Int32 = -1) {
        var requests = [
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server.wakeServer.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        for peer in peers {
            let input = peer.isDismissed ? 0 : POLLIN
            let events = peer.hasOutput ? input | POLLOUT : input
            requests.append(pollfd(fd: peer.descriptor, events: Int16(events), revents: 0))
        }
        poll(&requests, nfds_t(requests.count), milliseconds)
        server.wakeServer.reset()
    }

    private func acceptClients() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else {
                // Without descriptors the client stays in the queue: look again soon, but not at once.
                if errno == EMFILE || errno == ENFILE { usleep(50_000) }
                return
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            guard peers.count < Self.mostClients, isSameUser(descriptor) else {
                close(descriptor)
                continue
            }
            var peer = ControlPeer(id: ClientID(number: nextNumber), descriptor: descriptor)
            nextNumber += 1
            for event in [latestActivity, latestUsage] {
                if let event, let line = Self.line(event) { peer.queue(line, isObservation: false) }
            }
            peers.append(peer)
            server.shared.withLock { $0.clients += 1 }
        }
    }

    /// The mode of the socket keeps others out already; this holds where a file system ignores modes.
    private func isSameUser(_ descriptor: Int32) -> Bool {
        // struct ucred of <sys/socket.h>: pid, uid, gid.
        var credentials: (UInt32, UInt32, UInt32) = (0, .max, .max)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return false }
        return credentials.1 == geteuid() || credentials.1 == 0
    }

    private func receive(_ index: Int) {
        guard !peers[index].isDismissed else { return }
        let (lines, isOverfull) = peers[index].receive()
        for line in lines { obey(line, from: index) }
        if isOverfull {
            complain("a line of more than 65536 bytes", to: index)
            peers[index].dismiss()
        }
    }

    private func obey(_ line: [UInt8], from index: Int) {
        guard let command = try? EventJSON.decode(RunCommand.self, from: line) else {
            complain("'\(String(decoding: line.prefix(40), as: UTF8.self))'", to: index)
            return
        }
        if case .observe(let wanted) = command {
            peers[index].wanted = wanted
            refreshWanted()
            return
        }
        let received = ReceivedCommand(command: command, client: peers[index].id)
        server.shared.withLock { shared in
            // A flood is cut off rather than kept: the trainer empties this between any two iterations.
            if shared.commands.count < 1024 { shared.commands.append(received) }
        }
        server.wakeTrainer.signal()
    }

    private func complain(_ what: String, to index: Int) {
        let note = Note(.error, "control socket: not a command: \(what)", iteration: 0)
        if let line = Self.line(.noted(note)) { peers[index].queue(line, isObservation: false) }
    }

    /// Encodes what the trainer said once for all, and only when somebody listens.
    private func deliver() {
        let outgoing = server.shared.withLock { shared in
            let outgoing = shared.outgoing
            shared.outgoing = []
            return outgoing
        }
        for (event, client) in outgoing {
            if case .activityChanged = event { latestActivity = event }
            if case .measured = event { latestUsage = event }
            let receivers = peers.indices.filter { client == nil || peers[$0].id == client }
            guard !receivers.isEmpty, let line = Self.line(event) else { continue }
            for index in receivers where peers[index].wants(event) {
                peers[index].queue(line, isObservation: event.isObservation)
            }
        }
    }

    private func removeGone() {
        let gone = peers.filter { $0.isGone }
        guard !gone.isEmpty else { return }
        for peer in gone { close(peer.descriptor) }
        peers.removeAll { $0.isGone }
        server.shared.withLock { $0.clients = peers.count }
        refreshWanted()
    }

    private func refreshWanted() {
        let wanted = peers.reduce(into: Set<Observation>()) { $0.formUnion($1.wanted) }
        server.shared.withLock { $0.wanted = wanted }
    }

    private func sayGoodbye() {
        deliver()
        // A second for those who still read.
        for _ in 0..<20 where peers.contains(where: { $0.hasOutput }) {
            for index in peers.indices { peers[index].send() }
            removeGone()
            if peers.contains(where: { $0.hasOutput }) { waitForWork(milliseconds: 50) }
        }
        for peer in peers { close(peer.descriptor) }
        close(listener)
        unlink(directory.socketPath)
        server.shared.withLock { shared in
            shared.clients = 0
            shared.wanted = []
        }
    }

    private static func line(_ event: RunEvent) -> [UInt8]? {
        guard let json = try? EventJSON.encode(event) else { return nil }
        return json + [10]
    }
}

extension ControlPeer {
    func wants(_ event: RunEvent) -> Bool {
        switch event {
        case .filtersObserved: wanted.contains(.filters)
        case .layersObserved: wanted.contains(.layers)
        case .exampleObserved: wanted.contains(.example)
        case .wrongObserved: wanted.contains(.wrong)
        default: true
        }
    }
}
