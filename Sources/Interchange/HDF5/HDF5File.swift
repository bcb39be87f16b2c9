/// Reads what Keras keeps in HDF5 files: groups, string attributes, arrays of numbers. Never writes.
///
/// Not the HDF5 group's own library: version 1.10.8 ends the whole process for three in a hundred files with a few
/// flipped bits. Here every address is checked before it is followed.
/// Source: "HDF5 File Format Specification Version 3.0", of which this is the part that h5py uses by default:
/// superblocks 0–3, both kinds of object headers, groups as symbol tables or compact links, compact, contiguous and
/// chunked (B-tree) data, deflate and shuffle.
package final class HDF5File {
    let bytes: FileBytes
    /// Bytes of an address and of a length in this file.
    let offsetSize, lengthSize: Int
    private let baseAddress: Int
    private let rootAddress: Int
    /// Structures that may still be read; ends every cycle.
    private var budget = 200_000
    private var heaps: [Int: [Int: [UInt8]]] = [:]

    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

    /// - Throws: `WeightFileError` where the superblock is not one.
    package init(_ bytes: FileBytes) throws(WeightFileError) {
        self.bytes = bytes
        let start = try Self.start(of: bytes)
        var cursor = ByteCursor(bytes, in: start + 8..<bytes.count)
        let what = "the superblock"
        let version = try cursor.integer(1, what)
        guard version <= 3 else {
            throw cursor.error(
                .unsupported("HDF5 superblock version \(version)", instead: "save with h5py's default libver")
            )
        }
        if version < 2 { try cursor.skip(4, what) }
        offsetSize = try cursor.integer(1, what)
        lengthSize = try cursor.integer(1, what)
        guard [2, 4, 8].contains(offsetSize), [2, 4, 8].contains(lengthSize) else {
            throw cursor.error(.damaged("addresses of \(offsetSize) and lengths of \(lengthSize) bytes"))
        }
        // Reserved, the two Ks and the flags; or the flags alone.
        try cursor.skip(version < 2 ? (version == 0 ? 9 : 13) : 1, what)
        baseAddress = try cursor.integer(offsetSize, what)
        try cursor.skip(version < 2 ? 4 * offsetSize : 2 * offsetSize, what)
        rootAddress = try cursor.integer(offsetSize, what)
    }

    /// The signature stands at 0, 512, 1,024, 2,048, … where something else comes first.
    private static func start(of bytes: FileBytes) throws(WeightFileError) -> Int {
        var offset = 0
        while bytes.count - offset >= 48 {
            if try bytes.bytes(at: offset, count: 8, "the signature") == signature { return offset }
            offset = offset == 0 ? 512 : 2 * offset
        }
        throw WeightFileError(bytes.path, .notRecognized(expected: "HDF5 (it has no signature)"))
    }

    func error(_ reason: WeightFileError.Reason) -> WeightFileError { WeightFileError(bytes.path, reason) }

    /// A cursor at an address of this file, to read one structure.
    func cursor(at address: Int, _ what: String) throws(WeightFileError) -> ByteCursor {
        budget -= 1
        guard budget >= 0 else { throw error(.damaged("its parts refer to each other without end")) }
        let (offset, overflows) = address.addingReportingOverflow(baseAddress)
        guard !overflows, offset >= 0, offset < bytes.count else {
            throw error(.damaged("\(what) is said to be at byte \(address), the file has \(bytes.count)"))
        }
        return ByteCursor(bytes, in: offset..<bytes.count)
    }

    /// An address; nil where the file says that there is none.
    func address(_ cursor: inout ByteCursor, _ what: String) throws(WeightFileError) -> Int? {
        let raw = try cursor.bytes(offsetSize, what)
        guard raw.contains(where: { $0 != 0xff }) else { return nil }
        let value = raw.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let address = Int(exactly: value) else { throw error(.damaged("\(what) is at byte \(value)")) }
        return address
    }

    package func root() throws(WeightFileError) -> HDF5Object { try object(at: rootAddress) }

    /// The object at the end of a path of names below another.
    package func object(_ path: String, in start: HDF5Object) throws(WeightFileError) -> HDF5Object? {
        var object = start
        for name in path.split(separator: "/") {
            guard let address = object.links[String(name)] else { return nil }
            object = try self.object(at: address)
        }
        return object
    }

    /// The objects of the global heap at an address, by index.
    func heap(at address: Int) throws(WeightFileError) -> [Int: [UInt8]] {
        if let known = heaps[address] { return known }
        var cursor = try cursor(at: address, "a heap of texts")
        let what = "a heap of texts"
        try expect("GCOL", &cursor, what)
        try cursor.skip(4, what)
        let size = try cursor.integer(lengthSize, what)
        guard size <= bytes.count else {
            throw error(.truncated(what: what, needed: size, left: bytes.count))
        }
        var objects: [Int: [UInt8]] = [:]
        let end = cursor.position - 8 - lengthSize + size
        while end - cursor.position >= 8 + lengthSize {
            let index = try cursor.integer(2, what)
            try cursor.skip(6, what)
            let count = try cursor.integer(lengthSize, what)
            guard index != 0 else { break }
            objects[index] = try cursor.bytes(count, what)
            try cursor.skip(min((8 - count % 8) % 8, cursor.left), what)
        }
        heaps[address] = objects
        return objects
    }

    func expect(_ signature: String, _ cursor: inout ByteCursor, _ what: String) throws(WeightFileError) {
        guard try cursor.bytes(4, what) == Array(signature.utf8) else {
            throw error(.damaged("\(what) does not begin with \(signature)"))
        }
    }
}
