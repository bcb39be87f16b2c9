import Foundation
import Runs
import Testing

/// Whether something comes true within ten seconds, which only a failing test waits for.
func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<2000 {
        if condition() { return true }
        usleep(5_000)
    }
    return false
}

func connectedClient(_ directory: RunDirectory) throws -> ControlClient {
    let client = ControlClient(directory)
    try client.connect()
    return client
}

/// The next commands that a server gets.
func receive(_ count: Int, from server: ControlServer) -> [ReceivedCommand] {
    var commands: [ReceivedCommand] = []
    _ = eventually {
        commands += server.takeCommands()
        return commands.count >= count
    }
    return commands
}

/// The next events that a client gets.
func read(_ count: Int, from client: ControlClient) -> [RunEvent] {
    var events: [RunEvent] = []
    _ = eventually {
        events += client.poll()
        return events.count >= count
    }
    return events
}

/// A client that sends whatever bytes it likes.
final class RawClient {
    private let descriptor: Int32

    init(_ directory: RunDirectory) throws {
        descriptor = try Self.socket(directory, connect)
    }

    deinit { close(descriptor) }

    /// A socket with an address that nobody listens on.
    static func bindOnly(_ directory: RunDirectory) throws -> Int32 { try socket(directory, bind) }

    private static func socket(
        _ directory: RunDirectory, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(directory.socketPath.utf8.count < 108, "\(directory.socketPath)")
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: directory.socketPath.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0, "\(String(cString: strerror(errno)))")
        return descriptor
    }

    func send(_ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    func readLines(_ count: Int) -> [String] {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 4096)
        while bytes.count(where: { $0 == 10 }) < count {
            let got = recv(descriptor, &room, room.count, 0)
            if got <= 0 { break }
            bytes += room[..<got]
        }
        return bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    var isClosedByServer: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }
}
