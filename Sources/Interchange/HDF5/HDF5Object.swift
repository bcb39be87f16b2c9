/// A group or an array: what its header says.
package struct HDF5Object {
    /// Of the objects in a group.
    var links: [String: Int] = [:]
    var attributes: [String: HDF5Attribute] = [:]
    var shape: [Int]?
    var type: HDF5Type?
    var layout: HDF5Layout?
    var filters: [HDF5Filter] = []
}

/// An array of few elements that hangs on an object.
struct HDF5Attribute {
    let type: HDF5Type
    let shape: [Int]
    let data: [UInt8]

    var count: Int { shape.reduce(1, *) }
}

/// How an element is stored, as far as weights and names need it.
enum HDF5Type: Equatable {
    case float(size: Int, isBigEndian: Bool)
    /// Two bytes with the exponent of a float.
    case bfloat16
    case integer(size: Int, isBigEndian: Bool, isSigned: Bool)
    /// Fixed length; ends at the first nul if there is one.
    case text(size: Int)
    /// A length, the address of a heap and an index in it.
    case variableText(size: Int)
    case other(size: Int, className: String)

    var size: Int {
        switch self {
        case .float(let size, _), .integer(let size, _, _), .text(let size), .variableText(let size),
            .other(let size, _):
            size
        case .bfloat16: 2
        }
    }
}

enum HDF5Layout {
    case compact([UInt8])
    /// No address where nothing was ever written.
    case contiguous(address: Int?)
    /// `chunk` in elements along each axis.
    case chunked(tree: Int?, chunk: [Int])
}

struct HDF5Filter {
    enum Kind: Int {
        case deflate = 1
        case shuffle = 2
        case fletcher32 = 3
    }

    let kind: Kind
    /// Deflate's level, or shuffle's element size.
    let values: [Int]
}

extension HDF5File {
    /// The texts of an attribute; nil if it holds no texts.
    ///
    /// - Throws: where they lie outside the file or take more room than it has.
    func texts(_ attribute: HDF5Attribute) throws(WeightFileError) -> [String]? {
        switch attribute.type {
        case .text(let size):
            guard size > 0, attribute.count <= attribute.data.count / size else { return nil }
            return (0..<attribute.count).map { index in
                let text = attribute.data[index * size..<(index + 1) * size].prefix { $0 != 0 }
                return String(decoding: text, as: UTF8.self)
            }
        case .variableText: return try variableTexts(attribute)
        default: return nil
        }
    }

    private func variableTexts(_ attribute: HDF5Attribute) throws(WeightFileError) -> [String] {
        var cursor = ByteCursor(FileBytes(attribute.data, path: bytes.path))
        var texts: [String] = []
        var room = bytes.count
        for _ in 0..<attribute.count {
            let length = try cursor.integer(4, "a text's length")
            let address = try address(&cursor, "a text")
            let index = try cursor.integer(4, "a text")
            guard length > 0, let address else {
                texts.append("")
                continue
            }
            guard let found = try heap(at: address)[index], found.count >= length else {
                throw error(.damaged("a text of \(length) bytes is not in its heap"))
            }
            room -= length
            guard room >= 0 else { throw error(.damaged("its texts take more room than the file has")) }
            texts.append(String(decoding: found[..<length].prefix { $0 != 0 }, as: UTF8.self))
        }
        return texts
    }

    /// The texts of an attribute or of its parts `name0`, `name1`, … (Keras cuts what exceeds 64 KiB).
    func texts(named name: String, of object: HDF5Object) throws(WeightFileError) -> [String]? {
        if let whole = object.attributes[name] { return try texts(whole) }
        var all: [String] = []
        var part = 0
        while let attribute = object.attributes["\(name)\(part)"], let texts = try texts(attribute) {
            all += texts
            part += 1
        }
        return part > 0 ? all : nil
    }
}
