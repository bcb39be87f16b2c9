/// A zip file as `torch.save` writes it since 1.6: `NAME/data.pkl` and one stored entry `NAME/data/KEY` per storage.
final class TorchZip: TensorSource {
    private let archive: ZipArchive
    private let folder: String
    private let tensors: TorchTensors
    /// The last storage, for the tensors that share one.
    private var last: (key: String, bytes: [UInt8])?

    /// Far more than the names of a network and its optimiser's state take.
    private static let longestPickle = 64 << 20

    init(contentsOf path: String) throws(WeightFileError) {
        archive = try ZipArchive(contentsOf: path)
        let pickles = archive.names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        guard let name = pickles.min(by: { $0.utf8.count < $1.utf8.count }) else {
            throw WeightFileError(
                path, .notRecognized(expected: "a zip file with data.pkl in it, as torch.save writes"))
        }
        folder = String(name.dropLast("data.pkl".count))
        try Self.checkByteOrder(of: archive, folder)
        let most = min(Self.longestPickle, max(1 << 20, 2 * archive.fileSize))
        let pickle = FileBytes(try archive.bytes(of: name, atMost: most), path: path)
        var machine = PickleMachine(ByteCursor(pickle))
        let root = try machine.run()
        tensors = try TorchTensors(root, of: machine)
    }

    var entries: [StateDictionary.Entry] { tensors.entries }

    func floats(of index: Int) throws(WeightFileError) -> [Float] {
        let storage = tensors.storage(of: index)
        let bytes = try last?.key == storage.key ? last?.bytes ?? [] : self.bytes(of: storage)
        return try tensors.floats(of: index, storage: bytes, in: archive.path)
    }

    private func bytes(of storage: PickleStorage) throws(WeightFileError) -> [UInt8] {
        let name = "\(folder)data/\(storage.key)"
        let expected = storage.count * storage.type.size
        last = nil
        let bytes = try archive.bytes(of: name, atMost: expected)
        guard bytes.count == expected else {
            throw WeightFileError(
                archive.path, .truncated(what: inQuotes(name), needed: expected, left: bytes.count))
        }
        last = (storage.key, bytes)
        return bytes
    }

    private static func checkByteOrder(of archive: ZipArchive, _ folder: String) throws(WeightFileError) {
        let name = "\(folder)byteorder"
        guard archive.size(of: name) != nil else { return }
        guard try archive.bytes(of: name, atMost: 16) == Array("little".utf8) else {
            throw WeightFileError(
                archive.path,
                .unsupported("another byte order than little-endian", instead: "save it on x86 or ARM"))
        }
    }
}

/// What `torch.save` wrote before 1.6: five pickles (a magic number, a version, the machine's byte order, the value, the
/// storages' keys) and then, for each key, a count of eight bytes and the elements.
struct TorchLegacy: TensorSource {
    private let file: FileBytes
    private let tensors: TorchTensors
    /// Where each storage's elements begin.
    private var offsets: [String: Int] = [:]

    /// 0x1950a86a20f9469cfc6c, little-endian.
    private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

    init(_ file: FileBytes) throws(WeightFileError) {
        self.file = file
        var machine = PickleMachine(ByteCursor(file))
        guard case .longInteger(Self.magic) = try machine.run() else {
            throw WeightFileError(file.path, .notRecognized(expected: "a pickle that torch.save wrote"))
        }
        _ = try machine.run()
        try Self.checkByteOrder(try machine.run(), machine)
        let root = try machine.run()
        tensors = try TorchTensors(root, of: machine)
        let keys = try machine.run()
        try locate(try machine.elements(keys, "the list of storages"), &machine)
    }

    var entries: [StateDictionary.Entry] { tensors.entries }

    func floats(of index: Int) throws(WeightFileError) -> [Float] {
        let storage = tensors.storage(of: index)
        guard let offset = offsets[storage.key] else {
            throw WeightFileError(file.path, .damaged("storage \(inQuotes(storage.key)) is not in the file"))
        }
        let bytes = try file.bytes(
            at: offset, count: storage.count * storage.type.size, "storage \(inQuotes(storage.key))")
        return try tensors.floats(of: index, storage: bytes, in: file.path)
    }

    private mutating func locate(_ keys: [PickleValue], _ machine: inout PickleMachine)
        throws(WeightFileError)
    {
        let storages = Dictionary(
            machine.storages.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for key in keys {
            guard let key = key.text, let storage = storages[key] else {
                throw machine.damaged("the list of storages names one that no tensor uses")
            }
            let count = try machine.cursor.integer(8, "the count of storage \(inQuotes(key))")
            guard count == storage.count else {
                throw machine.damaged(
                    "storage \(inQuotes(key)) has \(count) elements, its tensors say \(storage.count)")
            }
            guard offsets.updateValue(machine.cursor.position, forKey: key) == nil else {
                throw machine.damaged("storage \(inQuotes(key)) stands twice")
            }
            try machine.cursor.skip(count * storage.type.size, "storage \(inQuotes(key))")
        }
    }

    private static func checkByteOrder(_ system: PickleValue, _ machine: PickleMachine)
        throws(WeightFileError)
    {
        guard case .dictionary(let index) = system else { return }
        for (key, value) in machine.dictionaries[index] where key.text == "little_endian" {
            guard case .bool(false) = value else { return }
            throw machine.cursor.error(
                .unsupported("another byte order than little-endian", instead: "save it on x86 or ARM"))
        }
    }
}
