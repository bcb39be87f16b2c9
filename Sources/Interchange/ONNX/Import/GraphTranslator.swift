import Networks
import Tensors

/// Turns the nodes of an ONNX graph into layers, one by one, in the order of the file.
///
/// Constants are computed away, nodes that only say how an array is seen leave no layer.
final class GraphTranslator {
    /// A layer that is being put together; weights are written when the parameters have their places.
    struct Draft {
        var name: String
        var layer: any Layer
        var inputs: [String]
    }

    typealias Weights = (UnsafeMutableBufferPointer<Float>) throws -> Void

    let file: ONNXFile
    let opset: Int
    /// Samples that the graph's arrays hold: what the file says, or 1 where it leaves that open.
    let batch: Int
    private(set) var values: [String: GraphValue] = [:]
    var drafts: [Draft] = []
    private(set) var weights: [String: Weights] = [:]
    private(set) var notes: [String] = []
    private var shapes: [String: Shape] = [:]
    private var names: Set<String> = []
    private var repetitions: [String: Int] = [:]
    private var draftIndices: [String: Int] = [:]
    /// How many nodes take a value.
    private var uses: [String: Int] = [:]
    /// What the node that a layer was made of calls its output.
    private var ownNames: [String: String] = [:]
    /// Views of a layer's output under other shapes, so that none is made twice.
    private var views: [String: String] = [:]
    /// Numbers computed while folding, against hostile files.
    private var foldedCount = 0
    private var foldingLimit = 1 << 20
    /// What a transposing layer takes and how it turns it, to put several into one.
    var transpositions: [String: (source: ComputedValue, order: [Int])] = [:]
    /// What a border is around, to let the convolution behind it do its work.
    var borders: [String: (source: ComputedValue, border: Border)] = [:]

    init(_ file: ONNXFile, batch: Int) {
        self.file = file
        opset = file.opset
        self.batch = batch
        for node in file.model.graph.node {
            for input in node.input { uses[input, default: 0] += 1 }
        }
        for output in file.model.graph.output { uses[output.name, default: 0] += 1 }
        names = [Network.inputName]
    }

    /// In one sample of a value.
    static let mostNumbers = 1 << 30

    // MARK: Values

    func set(_ name: String, to value: GraphValue) { values[name] = value }

    func define(_ constant: ONNXConstant) {
        let (sum, overflows) = foldingLimit.addingReportingOverflow(2 * min(constant.count, 1 << 40))
        if !overflows { foldingLimit = sum }
        values[constant.name] = .constant(constant)
    }

    func note(_ text: String) {
        if notes.count < 20, !notes.contains(text) { notes.append(text) }
    }

    /// Whether a layer's output is taken by one node only, under the name its own node gave it.
    func isOnlyUse(of layer: String, as name: String) -> Bool { ownNames[layer] == name && uses[name] == 1 }

    func isUsed(_ name: String) -> Bool { uses[name] != nil }

    /// Refuses to compute more constants than any real file needs.
    func account(_ count: Int) throws {
        foldedCount += count
        guard count <= foldingLimit, foldedCount <= foldingLimit else {
            throw Untranslatable("its constants would take \(foldedCount) numbers")
        }
    }

    func value(_ node: GraphNode, _ position: Int) throws -> GraphValue? {
        guard let name = node.input(position) else { return nil }
        guard let value = values[name] else {
            throw Untranslatable(
                "it takes “\(name)”, which no node before it gives (nodes must be in order, without cycles)")
        }
        return value
    }

    /// An input that must be known before the network runs; nil where it is left out.
    func constant(_ node: GraphNode, _ position: Int) throws -> ONNXConstant? {
        guard let value = try value(node, position) else { return nil }
        guard case .constant(let constant) = value else {
            throw Untranslatable(
                "its input \(position + 1) (“\(node.proto.input[position])”) is not a constant")
        }
        return constant
    }

    func requiredConstant(_ node: GraphNode, _ position: Int) throws -> ONNXConstant {
        guard let constant = try constant(node, position) else {
            throw Untranslatable("its input \(position + 1) is missing")
        }
        return constant
    }

    /// An input that the network computes.
    func computed(_ node: GraphNode, _ position: Int = 0) throws -> ComputedValue {
        switch try value(node, position) {
        case .computed(let value): return value
        case .constant: throw Untranslatable("its input \(position + 1) is a constant")
        case nil: throw Untranslatable("its input \(position + 1) is missing")
        case .unknown: throw Untranslatable("its input \(position + 1) is not known")
        }
    }

    /// Says what the node's outputs are.
    func give(_ node: GraphNode, _ value: GraphValue, output: Int = 0) {
        guard output < node.proto.output.count, !node.proto.output[output].isEmpty else { return }
        let name = node.proto.output[output]
        values[name] = value
        if case .computed(let value) = value, ownNames[value.layer] == nil { ownNames[value.layer] = name }
    }

    // MARK: Layers

    func register(input name: String, shape: Shape) { shapes[name] = shape }

    func shape(of layer: String) -> Shape? { shapes[layer] }

    /// Adds a layer and gives its output.
    ///
    /// - Parameter dims: what the output is to the graph.
    /// - Throws: `ShapeError` where the inputs' shapes do not fit.
    func append(
        _ layer: any Layer, _ node: GraphNode, _ inputs: [String], part: String = "", dims: [Int],
        isBatched: Bool
    ) throws -> ComputedValue {
        let inputShapes = inputs.compactMap { shapes[$0] }
        precondition(inputShapes.count == inputs.count, "\(inputs) are not all layers")
        let shape = try layer.outputShape(for: inputShapes)
        let count = Double(shape.channels) * Double(shape.height) * Double(shape.width)
        guard count <= Double(Self.mostNumbers) else { throw Untranslatable("its output would be \(shape)") }
        let name = unique(part.isEmpty ? node.name : "\(node.name)_\(part)")
        draftIndices[name] = drafts.count
        drafts.append(Draft(name: name, layer: layer, inputs: inputs))
        shapes[name] = shape
        return ComputedValue(layer: name, shape: shape, dims: dims, isBatched: isBatched)
    }

    /// Adds a layer that takes one value seen as `view` and leaves its axes as they are.
    func appendLike(
        _ value: ComputedValue, _ layer: any Layer, _ node: GraphNode, view: Shape? = nil, part: String = ""
    ) throws -> ComputedValue {
        let input = try layerName(of: value, as: view ?? value.shape, node)
        return try append(layer, node, [input], part: part, dims: value.dims, isBatched: value.isBatched)
    }

    func setWeights(_ layer: String, _ parameter: String, _ write: @escaping Weights) {
        weights["\(layer).\(parameter)"] = write
    }

    func setWeights(_ layer: String, _ parameter: String, to constant: ONNXConstant) {
        setWeights(layer, parameter) { try constant.read(into: $0) }
    }

    /// The layer that gives a value under a shape; a reshaping one where its own gives another.
    func layerName(of value: ComputedValue, as shape: Shape, _ node: GraphNode) throws -> String {
        guard value.shape != shape else { return value.layer }
        let key = "\(value.layer) \(shape)"
        if let known = views[key] { return known }
        let view = try append(
            Reshape(to: shape), node, [value.layer], part: "view", dims: value.dims,
            isBatched: value.isBatched)
        views[key] = view.layer
        return view.layer
    }

    /// The graph's own name where it is free, shortened and without characters that would spoil a table.
    func unique(_ wanted: String) -> String {
        let clean = wanted.unicodeScalars.prefix(120).map { scalar -> Character in
            scalar.value < 0x20 || scalar.value == 0x7f ? "_" : Character(scalar)
        }
        let stem = clean.isEmpty ? "layer" : String(clean)
        var name = stem
        while !names.insert(name).inserted {
            // Counted on for each stem: thousands of equal names must not take millions of tries.
            let number = (repetitions[stem] ?? 1) + 1
            repetitions[stem] = number
            name = "\(stem)_\(number)"
        }
        return name
    }

    /// Where the draft of a layer stands.
    func draftIndex(_ layer: String) -> Int? { draftIndices[layer] }
}
