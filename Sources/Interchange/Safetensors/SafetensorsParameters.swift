import Files
import Networks
import Tensors

extension Safetensors {
    /// Fills all parameters from a file's tensors of their names, each read once, straight into its place.
    ///
    /// - Throws: `SafetensorsError` where the file is damaged, or a tensor is missing or of another shape or type.
    public static func fill(_ parameters: Parameters<Float>, from path: String) throws(SafetensorsError) {
        let file = try SafetensorsFile(path: path)
        let (header, dataStart) = try file.header()
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
            try file.read(at: dataStart + entry.range.lowerBound, into: target)
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
}
