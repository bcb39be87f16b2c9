import Glibc

extension Safetensors {
    /// Reads a whole file.
    ///
    /// - Throws: `SafetensorsError` for a file that is not there, cut short, damaged or hostile.
    public init(contentsOf path: String) throws(SafetensorsError) {
        let file = try SafetensorsFile(path: path)
        let header = try file.header()
        self.init(metadata: header.header.metadata)
        for entry in header.header.entries {
            let bytes = try file.bytes(
                at: header.dataStart + entry.range.lowerBound, count: entry.range.count)
            tensors[entry.name] = Tensor(type: entry.type, shape: entry.shape, bytes: bytes)
        }
    }
}

/// An open file: every read is checked against the file's size before memory is taken for it.
final class SafetensorsFile {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(SafetensorsError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func header() throws(SafetensorsError) -> (header: SafetensorsHeader, dataStart: Int) {
        let size = try fileSize()
        guard size >= 8 else { throw .truncated(path: path, expected: 8, found: size) }
        let prefix = try bytes(at: 0, count: 8)
        let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(SafetensorsHeader.longest) else {
            throw .headerTooLong(path: path, found: length, most: SafetensorsHeader.longest)
        }
        let dataStart = 8 + Int(length)
        guard dataStart <= size else { throw .truncated(path: path, expected: dataStart, found: size) }
        let json = try bytes(at: 8, count: Int(length))
        return (try SafetensorsHeader(parsing: json, dataSize: size - dataStart, path: path), dataStart)
    }

    private func fileSize() throws(SafetensorsError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a file") }
        return Int(status.st_size)
    }

    func bytes(at offset: Int, count: Int) throws(SafetensorsError) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, offset + filled)
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { break }
                filled += read
            }
        }
        guard bytes.count == count else {
            throw .truncated(path: path, expected: offset + count, found: offset + bytes.count)
        }
        return bytes
    }
}
