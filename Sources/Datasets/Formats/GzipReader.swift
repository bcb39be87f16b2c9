import CZlib
import Glibc
import Tensors

/// A file read from front to back, through zlib where it is compressed with gzip.
struct GzipReader: ~Copyable {
    let path: String
    private let file: gzFile

    init(path: String) throws(DataFileError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a file") }
        guard let file = gzopen(path, "rbe") else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        self.path = path
        self.file = file
        gzbuffer(file, 1 << 17)
    }

    deinit { gzclose_r(file) }

    /// Exactly `count` bytes, read straight into their final place.
    ///
    /// - Throws: `DataFileError` where there are fewer, or no memory for so many.
    func read(_ count: Int) throws(DataFileError) -> [UInt8] {
        guard count <= PhysicalMemory.bytes else { throw .tooLarge(path: path, bytes: count) }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                // zlib counts in 32 bits.
                let part = UInt32(min(count - filled, 1 << 30))
                let read = gzread(file, buffer.baseAddress.map { $0 + filled }, part)
                guard read > 0 else { break }
                filled += Int(read)
            }
        }
        guard bytes.count == count else {
            try checkIntegrity()
            guard gztell(file) > 0 else { throw .emptyFile(path: path) }
            throw .truncated(path: path, expected: count, found: bytes.count)
        }
        return bytes
    }

    /// The file must end here, and its checksum be right.
    func expectEnd(after count: Int) throws(DataFileError) {
        var byte: UInt8 = 0
        guard gzread(file, &byte, 1) <= 0 else { throw .trailingBytes(path: path, expected: count) }
        try checkIntegrity()
    }

    private func checkIntegrity() throws(DataFileError) {
        var code: Int32 = Z_OK
        let text = gzerror(file, &code)
        guard code != Z_OK, code != Z_STREAM_END else { return }
        // zlib puts the path before its words.
        let words = text.map { String(cString: $0) } ?? ""
        throw .damaged(
            path: path, reason: words.hasPrefix("\(path): ") ? String(words.dropFirst(path.count + 2)) : words
        )
    }
}
