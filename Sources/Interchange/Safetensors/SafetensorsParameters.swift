import Networks
import Tensors

extension Safetensors {
    /// Fills all parameters from a file's tensors of their names, each read once, straight into its place.
    ///
    /// - Throws: `SafetensorsError` where the file is damaged, or a tensor is missing or of another shape or type.
    public static func fill(_ parameters: Parameters<Float>, from path: String) throws(SafetensorsError) {
        let file = try file(at: path)
        let (header, dataStart) = try header(of: file)
        let entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
        for wanted in parameters.entries + parameters.stateEntries {
            guard let entry = entries[wanted.name] else {
                throw .missingTensor(path: path, name: wanted.name, present: entries.keys.sorted())
            }
            guard entry.shape == wanted.shape, entry.type == .float32,
                let target = parameters.storage(of: wanted.name)
            else {
                throw .badTensor(
                    path: path, name: wanted.name,
                    reason:
                        "is \(entry.type.rawValue) of shape \(entry.shape), expected F32 of \(wanted.shape)")
            }
            try reading {
                () throws(InputFileError) in
                try file.read(
                    at: dataStart + entry.range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
            }
        }
        withExtendedLifetime(parameters) {}
    }

    /// Writes all parameters under their names, and metadata, without a copy of them in memory.
    public static func write(
        _ parameters: Parameters<Float>, metadata: [String: String], to path: String
    ) throws(SafetensorsError) {
        let entries =
            (parameters.entries.map { ($0, parameters.values) }
            + parameters.stateEntries.map { ($0, parameters.stateValues) }).sorted { $0.0.name < $1.0.name }
        var file = try AtomicFile(replacing: path)
        do throws(SafetensorsError) {
            try file.append(
                headerBytes(
                    metadata,
                    entries.map { ($0.0.name, ElementType.float32, $0.0.shape, $0.0.range.count * 4) }))
            for (entry, values) in entries {
                try file.append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: values[entry.range])))
            }
            try file.commit()
        } catch {
            file.abandon()
            throw error
        }
        withExtendedLifetime(parameters) {}
    }

    private static func file(at path: String) throws(SafetensorsError) -> InputFile {
        try reading { () throws(InputFileError) in try InputFile(path) }
    }

    private static func header(
        of file: InputFile
    ) throws(SafetensorsError) -> (header: SafetensorsHeader, dataStart: Int) {
        let prefix = try reading { () throws(InputFileError) in try file.bytes(at: 0, count: 8) }
        let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(SafetensorsHeader.longest) else {
            throw .headerTooLong(path: file.path, found: length, most: SafetensorsHeader.longest)
        }
        let json = try reading { () throws(InputFileError) in try file.bytes(at: 8, count: Int(length)) }
        let dataStart = 8 + Int(length)
        let header = try SafetensorsHeader(parsing: json, dataSize: file.size - dataStart, path: file.path)
        return (header, dataStart)
    }

    private static func reading<Result>(
        _ body: () throws(InputFileError) -> Result
    ) throws(SafetensorsError) -> Result {
        do throws(InputFileError) {
            return try body()
        } catch {
            switch error {
            case .cannotOpen(let path, let reason): throw .cannotOpen(path: path, reason: reason)
            case .truncated(let path, let expected, let found):
                throw .truncated(path: path, expected: expected, found: found)
            }
        }
    }
}
