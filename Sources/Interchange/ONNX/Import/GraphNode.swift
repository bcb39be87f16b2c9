/// A node of an ONNX graph with its attributes read with care.
struct GraphNode {
    let proto: Onnx_NodeProto
    let opset: Int

    /// Larger than any size, padding or axis of an image network; keeps sums of a few far from overflow.
    private static let largest = 1 << 31

    var type: String { proto.opType }

    /// What messages call it.
    var name: String {
        proto.name.isEmpty ? proto.output.first { !$0.isEmpty } ?? proto.opType : proto.name
    }

    /// The name of the input at a position; nil where it is left out.
    func input(_ position: Int) -> String? {
        guard position < proto.input.count, !proto.input[position].isEmpty else { return nil }
        return proto.input[position]
    }

    private func attribute(_ name: String) -> Onnx_AttributeProto? {
        proto.attribute.first { $0.name == name }
    }

    func has(_ name: String) -> Bool { attribute(name) != nil }

    func integer(_ name: String, or other: Int) throws -> Int {
        guard let attribute = attribute(name) else { return other }
        return try Self.checked(attribute.i, name)
    }

    func integers(_ name: String) throws -> [Int]? {
        guard let attribute = attribute(name) else { return nil }
        return try attribute.ints.map { try Self.checked($0, name) }
    }

    func real(_ name: String, or other: Double) -> Double {
        attribute(name).map { Self.shortest($0.f) } ?? other
    }

    func text(_ name: String) -> String? {
        attribute(name).map { String(decoding: $0.s, as: UTF8.self) }
    }

    func tensor(_ name: String) -> Onnx_TensorProto? {
        guard let attribute = attribute(name), attribute.hasT else { return nil }
        return attribute.t
    }

    func floats(_ name: String) -> [Float]? { attribute(name)?.floats }
    func float(_ name: String) -> Float? { attribute(name)?.f }

    /// 0.1 where the file's 32 bits are those nearest to 0.1.
    private static func shortest(_ value: Float) -> Double {
        Double("\(value)") ?? Double(value)
    }

    static func checked(_ value: Int64, _ name: String) throws -> Int {
        guard value.magnitude <= UInt64(largest) else {
            throw Untranslatable("\(name) \(value) is beyond any size")
        }
        return Int(value)
    }

    /// An axis counted from the front.
    func axis(_ axis: Int, rank: Int) throws -> Int {
        guard rank > 0, (-rank..<rank).contains(axis) else {
            throw Untranslatable("axis \(axis) of an array of \(rank) axes")
        }
        return axis < 0 ? axis + rank : axis
    }
}
