import Glibc

/// A file open for reading: every read is checked against the file's size before memory is taken for it.
///
/// It is read, not mapped: a tensor goes from the system's cache straight to where it is needed, once, and a file that
/// shrinks meanwhile is an error and not a signal. Whatever is no regular file is refused, and opening never waits: a
/// named pipe would do so for a writer that may never come, and a device may have no end.
package final class InputFile: Sendable {
    package let path: String
    /// Bytes.
    package let size: Int
    private let descriptor: Int32

    package init(_ path: String) throws(InputFileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .cannotOpen(path: path, reason: "not a file")
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// A whole file.
    ///
    /// - Parameter most: bytes; of a larger one nothing is read.
    package static func contents(of path: String, atMost most: Int) throws(InputFileError) -> [UInt8] {
        let file = try InputFile(path)
        guard file.size <= most else { throw .tooLarge(path: path, found: file.size, most: most) }
        return try file.bytes(at: 0, count: file.size)
    }

    /// Fills `buffer` with the bytes from `offset` on.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(InputFileError) {
        guard offset >= 0, offset <= size, buffer.count <= size - offset else {
            throw .truncated(path: path, expected: offset.addingClipped(buffer.count), found: size)
        }
        var filled = 0
        while filled < buffer.count {
            let place = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, place.baseAddress, place.count, offset + filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .truncated(path: path, expected: offset + buffer.count, found: offset + filled)
            }
            filled += count
        }
    }

    package func bytes(at offset: Int, count: Int) throws(InputFileError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw .truncated(path: path, expected: offset.addingClipped(count), found: size)
        }
        var failure: InputFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(InputFileError) {
                try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
                filled = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

extension Int {
    fileprivate func addingClipped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}

/// Why a file cannot be read as far as asked.
package enum InputFileError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case tooLarge(path: String, found: Int, most: Int)
    case truncated(path: String, expected: Int, found: Int)

    package var description: String {
        switch self {
        case .cannotOpen(let path, _), .tooLarge(let path, _, _): "\(path): cannot be read (\(reason))"
        case .truncated(let path, _, _): "\(path): \(reason); fetch the file again"
        }
    }

    /// The same without the path, for the errors of those who say more.
    package var reason: String {
        switch self {
        case .cannotOpen(_, let reason): reason
        case .tooLarge(_, let found, let most): "\(found) bytes, at most \(most) are read"
        case .truncated(_, let expected, let found): "\(expected) bytes are needed but it has \(found)"
        }
    }
}
