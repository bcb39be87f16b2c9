import Glibc

/// The address of a run's control socket.
///
/// `sockaddr_un` holds 107 bytes of path; for longer ones the socket is named through an open descriptor of its
/// folder (`/proc/self/fd/N/control.sock`), which the kernel resolves at bind(2) and connect(2).
enum SocketAddress {
    static let longestPath = 107

    static func use(
        _ directory: RunDirectory, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        if directory.socketPath.utf8.count <= longestPath { return use(path: directory.socketPath, body) }
        let folder = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return -1 }
        defer {
            let fault = errno
            close(folder)
            errno = fault
        }
        return use(path: "/proc/self/fd/\(folder)/control.sock", body)
    }

    private static func use(path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(longestPath))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// A stream socket that never blocks and is closed when a child process starts.
func makeUnixSocket() -> Int32 {
    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
}
