extension Safetensors {
    /// Writes the file so that at every moment the old one or the new one is there whole, even through a power cut:
    /// a temporary file beside it, synced, renamed over it, and the folder synced.
    ///
    /// Equal contents give equal bytes, in the reference implementation's order (wider elements first, then by name).
    ///
    /// - Throws: `SafetensorsError.diskFull` or `.cannotWrite`; no temporary file is left behind.
    public func write(to path: String) throws(SafetensorsError) {
        var file = try AtomicFile(replacing: path)
        do throws(SafetensorsError) {
            let order = tensors.sorted { ($1.value.type.size, $0.key) < ($0.value.type.size, $1.key) }
            try file.append(
                Self.headerBytes(
                    metadata, order.map { ($0.key, $0.value.type, $0.value.shape, $0.value.bytes.count) }))
            for (_, tensor) in order { try file.append(tensor.bytes) }
            try file.commit()
        } catch {
            file.abandon()
            throw error
        }
    }

    /// Its own length and the JSON, padded with blanks to a multiple of eight bytes so that wide elements are
    /// aligned when mapped.
    static func headerBytes(
        _ metadata: [String: String],
        _ order: [(name: String, type: ElementType, shape: [Int], size: Int)]
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, type, extents, size) in order {
            let shape = extents.map(String.init).joined(separator: ",")
            let end = offset + size
            members.append(
                "\(quoted(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Array("{\(members.joined(separator: ","))}".utf8)
        json += Array(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
    }
}

/// A JSON string literal.
private func quoted(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": literal += "\\\""
        case "\\": literal += "\\\\"
        case "\u{0}"..<" ":
            let digits = String(scalar.value, radix: 16)
            literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: literal.unicodeScalars.append(scalar)
        }
    }
    return literal + "\""
}
