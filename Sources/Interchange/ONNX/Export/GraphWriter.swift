import Networks
import Tensors

/// Turns layers into nodes.
///
/// A map is an array `[N, C, H, W]`; a vector is `[N, C]` where the layer before gives it so, like a product.
struct GraphWriter {
    /// A layer's output in the file.
    struct Value {
        var name: String
        var shape: Shape
        /// Whether it has four axes, or two.
        var isMap: Bool
    }

    private(set) var proto = Onnx_GraphProto()
    private(set) var tensors: [StoredTensor] = []
    var opset = 17
    private let model: Model
    private var values: [String: Value] = [:]
    private let layerNames: Set<String>
    private var count = 0

    init(_ model: Model) {
        self.model = model
        layerNames = Set(model.network.nodes.map(\.name))
        proto.name = model.name
    }

    mutating func translate() throws(ONNXError) {
        let network = model.network
        let rows = network.inspect().rows
        let input = Value(
            name: Network.inputName, shape: network.input, isMap: !network.input.isVector)
        values[Network.inputName] = input
        proto.input = [Self.info(input)]
        let shapes = Dictionary(rows.map { ($0.name, $0.activations) }) { first, _ in first }
        for node in try ordered(network) {
            guard let shape = shapes[node.name] ?? nil else {
                throw refuse(node.name, "its shape is not known")
            }
            let inputs = node.inputs.compactMap { values[$0] }
            values[node.name] = try LayerWriter(node, inputs, shape).write(to: &self)
        }
        guard let last = network.nodes.last.flatMap({ values[$0.name] }) else {
            throw refuse("output", "there is none")
        }
        var output = last
        if output.isMap, output.shape.isVector { output = flattened(output) }
        proto.output = [Self.info(output)]
    }

    func refuse(_ layer: String, _ reason: String) -> ONNXError {
        .notExportable(network: model.name, layer: layer, reason: reason)
    }

    /// Layers behind those they take: ONNX wants its nodes in order.
    private func ordered(_ network: Network) throws(ONNXError) -> [Network.Node] {
        var order: [Network.Node] = []
        var done: Set = [Network.inputName]
        var waiting = network.nodes
        while !waiting.isEmpty {
            // In one go where the network is in order already.
            var rest: [Network.Node] = []
            for node in waiting {
                if node.inputs.allSatisfy(done.contains) {
                    order.append(node)
                    done.insert(node.name)
                } else {
                    rest.append(node)
                }
            }
            guard rest.count < waiting.count else { throw refuse(rest[0].name, "it is part of a cycle") }
            waiting = rest
        }
        return order
    }

    private static func info(_ value: Value) -> Onnx_ValueInfoProto {
        var info = Onnx_ValueInfoProto()
        info.name = value.name
        info.type.tensorType.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
        var batch = Onnx_TensorShapeProto.Dimension()
        batch.dimParam = "N"
        let shape = value.shape
        let sizes = value.isMap ? [shape.channels, shape.height, shape.width] : [shape.count]
        info.type.tensorType.shape.dim =
            [batch]
            + sizes.map { size in
                var dim = Onnx_TensorShapeProto.Dimension()
                dim.dimValue = Int64(size)
                return dim
            }
        return info
    }

    // MARK: Nodes

    /// Adds a node; its only output gets its name.
    mutating func add(
        _ type: String, _ name: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = []
    ) -> String {
        var node = Onnx_NodeProto()
        node.opType = type
        node.name = name
        node.input = inputs
        node.output = [name]
        node.attribute = attributes
        proto.node.append(node)
        return name
    }

    mutating func tensor(_ name: String, _ dims: [Int], _ content: StoredTensor.Content) -> String {
        tensors.append(StoredTensor(name: name, dims: dims, content: content))
        return name
    }

    /// A list of integers as nodes take it.
    mutating func integers(_ name: String, _ values: [Int]) -> String {
        tensor(name, [values.count], .integers(values.map { Int64($0) }))
    }

    /// A name that no layer has.
    private mutating func fresh(_ stem: String) -> String {
        repeat { count += 1 } while layerNames.contains("\(stem)_\(count)")
        return "\(stem)_\(count)"
    }

    mutating func flattened(_ value: Value) -> Value {
        guard value.isMap else { return value }
        let name = add("Flatten", fresh("flattened"), [value.name], [.integer("axis", 1)])
        return Value(name: name, shape: value.shape, isMap: false)
    }

    /// The same numbers as a map of this shape.
    mutating func map(_ value: Value, as shape: Shape) -> Value {
        guard !value.isMap || value.shape != shape else { return value }
        return Value(
            name: reshaped(value.name, [shape.channels, shape.height, shape.width]), shape: shape, isMap: true
        )
    }

    mutating func map(_ value: Value) -> Value { map(value, as: value.shape) }

    mutating func reshaped(_ value: String, _ sizes: [Int]) -> String {
        let name = fresh("view")
        return add("Reshape", name, [value, integers("\(name)_shape", [-1] + sizes)])
    }
}

extension Onnx_AttributeProto {
    static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.i) = (name, .int, Int64(value))
        return attribute
    }

    static func integers(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.ints) = (name, .ints, values.map { Int64($0) })
        return attribute
    }

    static func real(_ name: String, _ value: Double) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type, attribute.f) = (name, .float, Float(value))
        return attribute
    }

    static func text(_ name: String, _ value: String) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        (attribute.name, attribute.type) = (name, .string)
        attribute.s.append(contentsOf: Array(value.utf8))
        return attribute
    }
}
