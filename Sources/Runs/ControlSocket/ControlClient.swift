import Glibc

/// A dashboard's or a script's side of the control socket. Nothing here waits, except where it says so.
public final class ControlClient {
    public let directory: RunDirectory
    private var descriptor: Int32 = -1
    /// An event with a large filter bank is one line.
    private var input = LineBuffer(longestLine: 1 << 26)
    private var output: [UInt8] = []
    private var wanted: Set<Observation>?

    public init(_ directory: RunDirectory) {
        self.directory = directory
    }

    deinit { disconnect() }

    public var isConnected: Bool { descriptor >= 0 }

    /// Connects to the worker unless that is so already; what was wanted before is asked for again.
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
        output = []
        if let wanted { send(.observe(wanted)) }
    }

    public func disconnect() {
        if isConnected { close(descriptor) }
        descriptor = -1
    }

    /// Sends a command; while not connected only the latest wish for observations is kept.
    public func send(_ command: RunCommand) {
        if case .observe(let observations) = command { wanted = observations }
        guard isConnected, let json = try? EventJSON.encode(command) else { return }
        output += json + [10]
        flush()
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
        while isConnected && !output.isEmpty {
            let count = output.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count >= 0 {
                output.removeFirst(count)
            } else {
                if errno != EAGAIN && errno != EINTR { disconnect() }
                return
            }
        }
    }
}
