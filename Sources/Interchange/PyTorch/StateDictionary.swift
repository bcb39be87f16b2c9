/// Named arrays of a file of weights, in the file's order. Only what is asked for is read.
///
/// From PyTorch's `state_dict()` (`.pt`, `.pth`, `.th`: zip files since version 1.6, bare pickles before), safetensors, or
/// Keras's `save_weights` (`.h5`).
public final class StateDictionary {
    public struct Entry: Sendable, Equatable {
        /// `layer1.0.conv1.weight`; the prefix `module.` of `DataParallel` is taken away.
        public let name: String
        public let type: Safetensors.ElementType
        public let shape: [Int]

        public var count: Int { shape.reduce(1, *) }
    }

    public let path: String
    public let entries: [Entry]
    private let source: any TensorSource
    private let indices: [String: Int]

    /// - Throws: `WeightFileError`; a pickle that wants to call anything is refused with its name.
    public convenience init(contentsOf path: String) throws(WeightFileError) {
        let file = try FileBytes(contentsOf: path)
        let start = try file.bytes(at: 0, count: min(file.count, 9), "the file")
        if start.count == 9, start.last == UInt8(ascii: "{") {
            // After a length of eight bytes comes JSON.
            try self.init(path: path, source: SafetensorsSource(contentsOf: path))
        } else if start.starts(with: [0x50, 0x4b]) {
            try self.init(path: path, source: TorchZip(contentsOf: path))
        } else if start.first == 0x80 {
            try self.init(path: path, source: TorchLegacy(file))
        } else if start.starts(with: HDF5File.signature) {
            try self.init(path: path, source: KerasWeights(file))
        } else {
            throw WeightFileError(
                path, .notRecognized(expected: "PyTorch's .pt, .pth or .th, safetensors, or Keras's .h5"))
        }
    }

    init(path: String, source: any TensorSource) throws(WeightFileError) {
        self.path = path
        self.source = source
        let prefix = Self.commonPrefix(source.entries.map(\.name))
        entries = source.entries.map {
            Entry(name: String($0.name.dropFirst(prefix.count)), type: $0.type, shape: $0.shape)
        }
        var indices: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            guard indices.updateValue(index, forKey: entry.name) == nil else {
                throw WeightFileError(path, .damaged("the name \(inQuotes(entry.name)) stands twice"))
            }
        }
        self.indices = indices
    }

    public func entry(named name: String) -> Entry? { indices[name].map { entries[$0] } }

    /// The elements of an array, row-major, from any type of number.
    public func floats(named name: String) throws(WeightFileError) -> [Float] {
        guard let index = indices[name] else {
            throw WeightFileError(path, .damaged("it has no tensor \(inQuotes(name))"))
        }
        return try source.floats(of: index)
    }

    /// Fills a buffer with an array's elements without a copy between, where the file allows it; says whether it did.
    func read(
        _ name: String, into target: UnsafeMutableBufferPointer<Float>
    ) throws(WeightFileError) -> Bool {
        guard let index = indices[name] else { return false }
        return try source.read(index, into: target)
    }

    /// Whether dense layers over maps count their numbers position by position, each with all its channels.
    var countsChannelsLast: Bool { source.countsChannelsLast }

    /// What wrappers put before every name.
    private static func commonPrefix(_ names: [String]) -> String {
        for prefix in ["module._orig_mod.", "_orig_mod.", "module."]
        where !names.isEmpty && names.allSatisfy({ $0.hasPrefix(prefix) }) {
            return prefix
        }
        return ""
    }
}

/// Where a state dictionary's arrays come from.
protocol TensorSource {
    var entries: [StateDictionary.Entry] { get }
    func floats(of index: Int) throws(WeightFileError) -> [Float]
    /// Fills a buffer with an array's elements straight from the file, where they lie there as they are in memory; says
    /// whether it did.
    func read(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws(WeightFileError) -> Bool
    var countsChannelsLast: Bool { get }
}

extension TensorSource {
    var countsChannelsLast: Bool { false }

    func read(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws(WeightFileError) -> Bool {
        false
    }
}
