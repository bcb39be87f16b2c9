import Files

/// The structure of an ONNX file without its tensors' contents.
///
/// Contents longer than a few bytes stay in the file: the scan notes where they lie in the fields `content_*` of our
/// own `onnx.proto`, so the protocol-buffer library never copies a weight. The scan also bounds what a small hostile
/// file can make the library allocate: fields are counted, and fields we do not read are left out.
///
/// Wire format: https://protobuf.dev/programming-guides/encoding
struct WireScan {
    /// What a message holds that matters here; field numbers as in `onnx.proto`.
    enum Message {
        case model, graph, node, attribute, tensor, plain

        /// The message that a field of length-delimited type holds; nil for fields that are left out.
        func field(_ number: Int) -> Message? {
            switch (self, number) {
            case (.model, 7): .graph
            case (.model, 1...3), (.model, 8), (.model, 14): .plain
            case (.graph, 1): .node
            case (.graph, 5): .tensor
            case (.graph, 2), (.graph, 11), (.graph, 12): .plain
            case (.node, 5): .attribute
            case (.node, 1...4), (.node, 7): .plain
            case (.attribute, 5): .tensor
            case (.attribute, 1...4), (.attribute, 7...9), (.attribute, 20): .plain
            case (.tensor, 1...2), (.tensor, 4...11), (.tensor, 13...14): .plain
            case (.plain, _): .plain
            default: nil
            }
        }
    }

    /// Fields that a file may have in all. ResNet-152 has about 20,000.
    static let mostFields = 250_000
    /// Bytes of structure: names, shapes, attributes.
    static let mostBytes = 16 << 20
    /// Contents up to this length are copied with the structure.
    private static let shortContent = 64
    private static let windowSize = 1 << 16

    let file: InputFile
    private var window: [UInt8] = []
    private var windowStart = 0
    private var position = 0
    private var fields = 0
    private var output: [UInt8] = []

    /// - Returns: the file's message with contents replaced by their places.
    static func structure(of file: InputFile, as message: Message) throws(ONNXError) -> [UInt8] {
        var scan = WireScan(file: file)
        try scan.copy(message, upTo: file.size)
        return scan.output
    }

    private init(file: InputFile) { self.file = file }

    private func damaged(_ reason: String) -> ONNXError {
        .notONNX(path: file.path, reason: "\(reason) at byte \(position)")
    }

    private mutating func copy(_ message: Message, upTo end: Int) throws(ONNXError) {
        while position < end {
            fields += 1
            guard fields <= Self.mostFields else {
                throw .notONNX(path: file.path, reason: "it has more than \(Self.mostFields) fields")
            }
            guard output.count <= Self.mostBytes else {
                throw .notONNX(
                    path: file.path, reason: "its structure takes more than \(Self.mostBytes >> 20) MiB")
            }
            let key = try varint(before: end)
            let (number, type) = (Int(key >> 3 & 0x1fff_ffff), Int(key & 7))
            guard number > 0 else { throw damaged("a field without a number") }
            try copyField(message, number, type, key: key, end: end)
        }
    }

    private mutating func copyField(
        _ message: Message, _ number: Int, _ type: Int, key: UInt64, end: Int
    ) throws(ONNXError) {
        let inner = message.field(number)
        switch type {
        case 0:
            let value = try varint(before: end)
            guard inner != nil else { return }
            append(varint: key)
            append(varint: value)
        case 1, 5:
            let bytes = try take(type == 1 ? 8 : 4, before: end)
            guard inner != nil else { return }
            append(varint: key)
            output += bytes
        case 2:
            let length = try varint(before: end)
            guard length <= UInt64(end - position) else {
                throw damaged("a field of \(length) bytes where \(end - position) are left")
            }
            try copyDelimited(message, number, Int(length), inner, key: key)
        default: throw damaged("unknown wire type \(type)")
        }
    }

    private mutating func copyDelimited(
        _ message: Message, _ number: Int, _ length: Int, _ inner: Message?, key: UInt64
    ) throws(ONNXError) {
        guard let inner else {
            position += length
            return
        }
        if case .tensor = message, [4, 5, 7, 9, 10, 11].contains(number), length > Self.shortContent {
            append(varint: Content.field << 3)
            append(varint: UInt64(number))
            append(varint: Content.offset << 3)
            append(varint: UInt64(position))
            append(varint: Content.length << 3)
            append(varint: UInt64(length))
            position += length
            return
        }
        append(varint: key)
        switch inner {
        case .plain:
            guard length <= Self.mostBytes else { throw damaged("a text of \(length) bytes") }
            append(varint: UInt64(length))
            // Shapes and attributes are packed numbers: each may become eight bytes.
            fields += length / 16
            output += try take(length, before: position + length)
        default:
            // The inner message's length changes: it is copied behind, and its length written before it.
            let outer = output
            output = []
            try copy(inner, upTo: position + length)
            let copied = output
            output = outer
            append(varint: UInt64(copied.count))
            output += copied
        }
    }

    /// Fields of our own in `TensorProto`.
    private enum Content {
        static let field: UInt64 = 1001
        static let offset: UInt64 = 1002
        static let length: UInt64 = 1003
    }

    // MARK: Bytes

    private mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        output.append(UInt8(value))
    }

    private mutating func varint(before end: Int) throws(ONNXError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard position < end else { throw damaged("it ends within a number") }
            let byte = try byte()
            value |= UInt64(byte & 0x7f) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw damaged("a number of more than ten bytes")
    }

    private mutating func byte() throws(ONNXError) -> UInt8 {
        if position < windowStart || position >= windowStart + window.count {
            windowStart = position
            window = try ONNXError.reading {
                () throws(InputFileError) in
                try file.bytes(at: position, count: min(Self.windowSize, file.size - position))
            }
        }
        defer { position += 1 }
        return window[position - windowStart]
    }

    private mutating func take(_ count: Int, before end: Int) throws(ONNXError) -> [UInt8] {
        guard count <= end - position else {
            throw damaged("\(count) bytes where \(end - position) are left")
        }
        defer { position += count }
        let place = position - windowStart
        if place >= 0, place + count <= window.count { return Array(window[place..<place + count]) }
        return try ONNXError.reading {
            () throws(InputFileError) in try file.bytes(at: position, count: count)
        }
    }
}
