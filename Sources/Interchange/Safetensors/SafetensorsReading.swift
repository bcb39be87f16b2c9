import Files

extension Safetensors {
    /// Reads a whole file.
    ///
    /// - Throws: `SafetensorsError` for a file that is not there, no regular file, cut short, damaged or hostile.
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
    private let file: InputFile

    init(path: String) throws(SafetensorsError) {
        self.path = path
        file = try Self.reading { () throws(InputFileError) in try InputFile(path) }
    }

    func header() throws(SafetensorsError) -> (header: SafetensorsHeader, dataStart: Int) {
        let prefix = try bytes(at: 0, count: 8)
        let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(SafetensorsHeader.longest) else {
            throw .headerTooLong(path: path, found: length, most: SafetensorsHeader.longest)
        }
        let dataStart = 8 + Int(length)
        let json = try bytes(at: 8, count: Int(length))
        return (try SafetensorsHeader(parsing: json, dataSize: file.size - dataStart, path: path), dataStart)
    }

    func bytes(at offset: Int, count: Int) throws(SafetensorsError) -> [UInt8] {
        try Self.reading { () throws(InputFileError) in try file.bytes(at: offset, count: count) }
    }

    /// Fills a buffer with the numbers from `offset` on, without a copy between.
    func read(at offset: Int, into target: UnsafeMutableBufferPointer<Float>) throws(SafetensorsError) {
        try Self.reading { () throws(InputFileError) in
            try file.read(at: offset, into: UnsafeMutableRawBufferPointer(target))
        }
    }

    private static func reading<Result>(
        _ body: () throws(InputFileError) -> Result
    ) throws(SafetensorsError) -> Result {
        do throws(InputFileError) {
            return try body()
        } catch {
            switch error {
            case .cannotOpen(let path, _), .tooLarge(let path, _, _):
                throw .cannotOpen(path: path, reason: error.reason)
            case .truncated(let path, let expected, let found):
                throw .truncated(path: path, expected: expected, found: found)
            }
        }
    }
}
