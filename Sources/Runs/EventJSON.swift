import FoundationEssentials

/// One JSON text of a value, NaN and infinities included (as the strings `"nan"`, `"inf"`, `"-inf"`).
enum EventJSON {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value
    {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(bytes))
    }
}

extension RunEvent {
    /// Reads one event from JSON text, as recordings and the control socket hold it.
    public init(json: some Sequence<UInt8>) throws {
        self = try EventJSON.decode(RunEvent.self, from: json)
    }
}
