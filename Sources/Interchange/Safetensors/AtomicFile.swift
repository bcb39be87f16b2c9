import Glibc

/// A file that appears under its name only when it is complete and on the disk.
struct AtomicFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    init(replacing path: String) throws(SafetensorsError) {
        self.path = path
        temporaryPath = "\(path).\(getpid()).partial"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.error(path) }
    }

    func append(_ bytes: [UInt8]) throws(SafetensorsError) {
        guard bytes.withUnsafeBytes(writeAll) else { throw Self.error(path) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) {
        guard writeAll(bytes) else { throw Self.error(path) }
    }

    /// Whether all could be written; `errno` says why not.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Syncs, renames and syncs the folder, without which the new name itself could be lost.
    mutating func commit() throws(SafetensorsError) {
        guard fsync(descriptor) == 0 else { throw Self.error(path) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else { throw Self.error(path) }
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error(path) }
        defer { close(folder) }
        // Some file systems refuse to sync folders; they have no weaker promise to keep.
        guard fsync(folder) == 0 || errno == EINVAL else { throw Self.error(path) }
    }

    mutating func abandon() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(temporaryPath)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func error(_ path: String) -> SafetensorsError {
        errno == ENOSPC || errno == EDQUOT
            ? .diskFull(path: path) : .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
