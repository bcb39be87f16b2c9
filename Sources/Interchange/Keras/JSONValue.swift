/// Any JSON, for configurations whose form differs from version to version.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// - Throws: `WeightFileError.damaged` where the text is no JSON (RFC 8259, with Python's NaN and Infinity).
    init(parsing text: [UInt8], what: String, path: String) throws(WeightFileError) {
        var parser = JSONParser(text)
        guard let value = parser.document() else {
            throw WeightFileError(path, .damaged("\(what) is not JSON (byte \(parser.position))"))
        }
        self = value
    }

    /// Null counts as absent.
    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self, let value = members[key], value != .null { value } else { nil }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var integer: Int? { number.flatMap { Int(exactly: $0) } }
}

/// Every function gives nil where the text is no JSON.
private struct JSONParser {
    private let text: [UInt8]
    private(set) var position = 0
    private var depth = 0

    /// Deeper nesting than any model has; bounds the recursion.
    private static let deepest = 200

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func document() -> JSONValue? {
        guard let value = value() else { return nil }
        skipBlanks()
        return position == text.count ? value : nil
    }

    private mutating func value() -> JSONValue? {
        skipBlanks()
        guard position < text.count else { return nil }
        switch text[position] {
        case UInt8(ascii: "{"): return nested { (parser) in parser.object() }
        case UInt8(ascii: "["): return nested { (parser) in parser.array() }
        case UInt8(ascii: "\""): return string().map { .text($0) }
        case UInt8(ascii: "t"): return takes("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return takes("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return takes("null") ? .null : nil
        case UInt8(ascii: "N"): return takes("NaN") ? .number(.nan) : nil
        case UInt8(ascii: "I"): return takes("Infinity") ? .number(.infinity) : nil
        default: return number()
        }
    }

    private mutating func nested(_ body: (inout JSONParser) -> JSONValue?) -> JSONValue? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        position += 1
        defer { depth -= 1 }
        return body(&self)
    }

    private mutating func object() -> JSONValue? {
        var members: [String: JSONValue] = [:]
        if takes("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard let key = string(), takes(":"), let value = value() else { return nil }
            members[key] = value
        } while takes(",")
        return takes("}") ? .object(members) : nil
    }

    private mutating func array() -> JSONValue? {
        var values: [JSONValue] = []
        if takes("]") { return .array(values) }
        repeat {
            guard let value = value() else { return nil }
            values.append(value)
        } while takes(",")
        return takes("]") ? .array(values) : nil
    }

    private mutating func number() -> JSONValue? {
        if takes("-Infinity") { return .number(-.infinity) }
        let start = position
        while position < text.count, Self.isOfNumber(text[position]) { position += 1 }
        return Double(String(decoding: text[start..<position], as: UTF8.self)).map { .number($0) }
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func string() -> String? {
        guard position < text.count, text[position] == UInt8(ascii: "\"") else { return nil }
        position += 1
        var units: [UInt8] = []
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(validating: units, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                units.append(byte)
                continue
            }
            guard let scalar = escaped() else { return nil }
            units += Array(String(Character(scalar)).utf8)
        }
        return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
        guard position < text.count else { return nil }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicode()
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        default: return nil
        }
    }

    /// The scalar of `XXXX` or of the surrogate pair `XXXX\uXXXX`.
    private mutating func unicode() -> Unicode.Scalar? {
        guard let first = hexadecimal() else { return nil }
        guard (0xd800..<0xdc00).contains(first) else { return Unicode.Scalar(first) }
        guard takes("\\u"), let second = hexadecimal(), (0xdc00..<0xe000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    }

    private mutating func hexadecimal() -> UInt32? {
        guard position + 4 <= text.count else { return nil }
        defer { position += 4 }
        return UInt32(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    }

    private mutating func takes(_ word: StaticString) -> Bool {
        skipBlanks()
        let count = word.utf8CodeUnitCount
        guard position + count <= text.count else { return false }
        for index in 0..<count where text[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func skipBlanks() {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09, 0x0a, 0x0d: position += 1
            default: return
            }
        }
    }
}
