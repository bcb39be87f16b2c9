import Glibc

/// A dashboard's or a script's side of the control socket. Nothing here waits, except where it says so.
public final class ControlClient {
    public let directory: RunDirectory
    private var descriptor: Int32 = -1
    /// An event with a large filter bank is one line.
    private var input = LineBuffer(longestLine: 1 << 26)
    /// What the worker has not got yet, in order: it waits for a connection, and for room in the socket.
    private var unsent: [Outgoing] = []
    private var wanted: Set<Observation>?

    /// A command as a line; `rest` is what is left to send of it on the present connection.
    private struct Outgoing {
        let command: RunCommand
        let line: [UInt8]
        var rest: ArraySlice<UInt8>

        init?(_ command: RunCommand) {
            guard let json = try? EventJSON.encode(command) else { return nil }
            self.command = command
            line = json + [10]
            rest = line[...]
        }
    }

    public init(_ directory: RunDirectory) {
        self.directory = directory
    }

    deinit { disconnect() }

    public var isConnected: Bool { descriptor >= 0 }

    /// Connects to the worker unless that is so already. What was wanted before is asked for again, then what was sent
    /// before the worker listened is sent.
    public func connect() throws(ControlError) {
        if isConnected { return }
        let descriptor = makeUnixSocket()
        guard descriptor >= 0, SocketAddress.use(directory, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let fault = SystemFault.latest
            if descriptor >= 0 { close(descriptor) }
            throw .notConnected(path: directory.socketPath, fault)
        }
        self.descriptor = descriptor
        input = LineBuffer(longestLine: input.longestLine)
        if let wish = wanted.flatMap({ Outgoing(.observe($0)) }) { unsent.insert(wish, at: 0) }
        flush()
    }

    /// What was not sent as a whole waits for the next connection.
    public func disconnect() {
        if isConnected { close(descriptor) }
        descriptor = -1
        unsent.removeAll { $0.command.isWish }
        for index in unsent.indices { unsent[index].rest = unsent[index].line[...] }
    }

    /// Sends a command, at once or as soon as the connection stands; of wishes for observations the latest counts.
    public func send(_ command: RunCommand) {
        if case .observe(let observations) = command {
            wanted = observations
            guard isConnected else { return }
        }
        guard let outgoing = Outgoing(command) else { return }
        unsent.append(outgoing)
        flush()
    }

    /// Gives up the commands that the worker has not got; they will not be sent any more.
    public func takeUnsent() -> [RunCommand] {
        defer { unsent.removeAll() }
        return unsent.filter { !$0.command.isWish }.map(\.command)
    }

    /// What the worker has said since the last call. Afterwards `isConnected` tells whether it is still there.
    public func poll() -> [RunEvent] {
        flush()
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while isConnected {
            let count = recv(descriptor, &room, room.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                input.append(room[..<count])
                continue
            }
            if count < 0 && errno == EINTR { continue }
            if count == 0 || errno != EAGAIN || input.isOverfull { disconnect() }
            break
        }
        // A line of a newer program that this one does not understand is passed over.
        return input.takeLines().compactMap { try? EventJSON.decode(RunEvent.self, from: $0) }
    }

    /// Waits for something to `poll()`, for at most so many seconds; false when nothing came.
    public func wait(seconds: Double) -> Bool {
        guard isConnected else { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&request, 1, Int32(max(0, seconds) * 1000)) > 0
    }

    private func flush() {
        while isConnected, let first = unsent.first {
            let count = first.rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                if errno != EAGAIN { disconnect() }
                return
            }
            unsent[0].rest = first.rest.dropFirst(count)
            if unsent[0].rest.isEmpty { unsent.removeFirst() }
        }
    }
}

extension RunCommand {
    /// Whether it says what a dashboard wants to see, and so is of no use to a later connection.
    fileprivate var isWish: Bool {
        if case .observe = self { return true }
        return false
    }
}
