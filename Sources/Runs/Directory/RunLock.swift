import Glibc

/// Ownership of a run directory; held as long as this value's owner lives, and by the kernel given back
/// however the process ends.
///
/// An open-file-description lock (fcntl(2)): it can be asked about without being taken, so that looking at a run
/// never makes its worker fail, and it works on NFS.
public final class RunLock: Sendable {
    public let directory: RunDirectory
    private let descriptor: Int32

    /// Takes the lock, or says which living process has it; a socket left by a dead worker is removed.
    public init(_ directory: RunDirectory) throws(RunDirectoryError) {
        let descriptor = open(directory.lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notLocked(path: directory.path, .latest) }
        var request = flock.whole(F_WRLCK)
        guard fcntl(descriptor, openFileSetLock, &request) == 0 else {
            let fault = SystemFault.latest
            close(descriptor)
            guard fault.code == EAGAIN || fault.code == EACCES else {
                throw .notLocked(path: directory.path, fault)
            }
            throw .ownedByAnother(path: directory.path, process: directory.writtenOwner)
        }
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        unlink(directory.socketPath)
        self.directory = directory
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

extension RunDirectory {
    /// Whether a living process owns the run.
    public var isOwned: Bool {
        let descriptor = open(lockFile, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var question = flock.whole(F_WRLCK)
        guard fcntl(descriptor, openFileGetLock, &question) == 0 else { return false }
        return question.l_type != Int16(F_UNLCK)
    }

    /// The living process that owns the run.
    public var owner: Int32? { isOwned ? writtenOwner : nil }

    fileprivate var writtenOwner: Int32? {
        let descriptor = open(lockFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
    }
}

// F_OFD_GETLK and F_OFD_SETLK of <fcntl.h>, which the importer leaves out.
private let openFileGetLock: Int32 = 36
private let openFileSetLock: Int32 = 37

extension flock {
    fileprivate static func whole(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
