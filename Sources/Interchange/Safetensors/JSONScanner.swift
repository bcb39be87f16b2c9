/// Takes one token after the other from JSON text (RFC 8259): strings, natural numbers and punctuation.
struct JSONScanner {
    private let bytes: [UInt8]
    private var position = 0
    private let path: String

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    func error(_ reason: String) -> SafetensorsError {
        .badHeader(path: path, position: position, reason: reason)
    }

    /// Skips blanks and takes the character if it comes next.
    mutating func takes(_ character: Unicode.Scalar) throws(SafetensorsError) -> Bool {
        skipBlanks()
        guard position < bytes.count else { throw error("ends where “\(character)” could stand") }
        guard bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
        guard try takes(character) else { throw error("expected “\(character)”") }
    }

    /// After a member: whether a comma, and so another member, follows; otherwise the closing character must.
    mutating func continues(until closing: Unicode.Scalar) throws(SafetensorsError) -> Bool {
        if try takes(",") { return true }
        try expect(closing)
        return false
    }

    /// A name and its colon.
    mutating func key() throws(SafetensorsError) -> String {
        let key = try string()
        try expect(":")
        return key
    }

    mutating func expectEnd() throws(SafetensorsError) {
        skipBlanks()
        guard position == bytes.count else { throw error("something follows the header's end") }
    }

    /// `[1, 2, …]` of natural numbers.
    mutating func integers() throws(SafetensorsError) -> [Int] {
        var values: [Int] = []
        try expect("[")
        var more = try !takes("]")
        while more {
            values.append(try naturalNumber())
            more = try continues(until: "]")
        }
        return values
    }

    private mutating func naturalNumber() throws(SafetensorsError) -> Int {
        skipBlanks()
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw error("expected a natural number below 2^63")
        }
        return value
    }

    mutating func string() throws(SafetensorsError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw error("not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text += String(try escapedCharacter()).utf8
            case 0..<0x20: throw error("a control character in a string")
            default: text.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private mutating func escapedCharacter() throws(SafetensorsError) -> Unicode.Scalar {
        guard position < bytes.count else { throw error("a string does not end") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("unknown escape")
        }
    }

    /// The scalar of `XXXX` or of the surrogate pair `XXXX\uXXXX`.
    private mutating func unicodeEscape() throws(SafetensorsError) -> Unicode.Scalar {
        let first = try hexadecimalUnit()
        guard UTF16.isLeadSurrogate(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw error("half a surrogate pair") }
            return scalar
        }
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw error("half a surrogate pair") }
        position += 2
        let second = try hexadecimalUnit()
        guard UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second) - 0xdc00)
        else { throw error("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimalUnit() throws(SafetensorsError) -> UInt16 {
        guard position + 4 <= bytes.count else { throw error("\\u without four digits") }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("\\u without four digits")
            }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }
}
