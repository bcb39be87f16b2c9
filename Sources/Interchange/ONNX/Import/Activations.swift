import Networks
import Tensors

/// Functions of each number, and those over the channels.
extension GraphTranslator {
    func translateActivation(_ node: GraphNode) throws {
        let value = try computed(node)
        give(node, .computed(try appendLike(value, Self.activation(node), node)))
    }

    private static func activation(_ node: GraphNode) -> any Layer {
        switch node.type {
        case "LeakyRelu": LeakyReLU(slope: node.real("alpha", or: 0.01))
        case "Elu": ELU(alpha: node.real("alpha", or: 1))
        case "Selu":
            SELU(
                alpha: node.real("alpha", or: 1.6732632423543772),
                gamma: node.real("gamma", or: 1.0507009873554805))
        case "Sigmoid": Sigmoid()
        case "HardSigmoid":
            HardSigmoid(alpha: node.real("alpha", or: 0.2), beta: node.real("beta", or: 0.5))
        case "HardSwish": HardSwish()
        case "Tanh": Tanh()
        default: ReLU()
        }
    }

    func translateClip(_ node: GraphNode) throws {
        let value = try computed(node)
        let low = try limit(node, "min", position: 1) ?? -.infinity
        let high = try limit(node, "max", position: 2) ?? .infinity
        let layer: any Layer =
            low == 0 && high == .infinity ? ReLU() : Clip(low: low, high: high)
        give(node, .computed(try appendLike(value, layer, node)))
    }

    /// An attribute up to opset 10, an input from 11 on.
    private func limit(_ node: GraphNode, _ name: String, position: Int) throws -> Double? {
        if node.opset < 11 {
            let given = node.real(name, or: .nan)
            return given.isNaN || abs(given) >= Double(Float.greatestFiniteMagnitude) ? nil : given
        }
        guard let constant = try constant(node, position) else { return nil }
        return try scalar(constant, name)
    }

    /// The only number of a constant.
    func scalar(_ constant: ONNXConstant, _ what: String) throws -> Double {
        guard constant.count == 1 else {
            throw Untranslatable("\(what) has \(constant.count) numbers, expected one")
        }
        switch try constant.elements() {
        case .floats(let values): return Double("\(values[0])") ?? Double(values[0])
        case .doubles(let values): return values[0]
        case .integers(let values): return Double(values[0])
        }
    }

    func translatePReLU(_ node: GraphNode) throws {
        let value = try computed(node)
        let slope = try requiredConstant(node, 1)
        let sample = value.sampleDims
        let places = try BroadcastPlan(of: slope.shape, over: value.dims, isBatched: value.isBatched)
        let view: Shape
        let isShared = slope.count == 1
        if isShared {
            view = value.shape
        } else if places.axes == 0..<1 {
            view = Shape(viewing: sample)
        } else {
            // A slope for each number: every number is a channel of its own.
            view = Shape(value.sampleCount)
        }
        let output = try appendLike(value, PReLU(isShared: isShared), node, view: view)
        if isShared || places.axes == 0..<1 {
            setWeights(output.layer, "slope", to: slope)
        } else {
            try account(value.sampleCount)
            let expanded = try places.expanded(slope)
            setWeights(output.layer, "slope") { _ = $0.update(from: expanded) }
        }
        give(node, .computed(output))
    }

    func translateSoftmax(_ node: GraphNode) throws {
        let value = try computed(node)
        let layer: any Layer = node.type == "Softmax" ? Softmax() : LogSoftmax()
        let rank = value.dims.count
        let axis = try node.axis(node.integer("axis", or: node.opset < 13 ? 1 : -1), rank: rank)
        if node.opset < 13 {
            // Over all axes from this one on.
            guard value.isBatched ? axis == 1 : value.dims[..<axis].product == 1 else {
                throw Untranslatable("\(node.type) over the axes from \(axis) on of \(value.dims)")
            }
            return give(
                node, .computed(try appendLike(value, layer, node, view: Shape(value.sampleCount))))
        }
        let result = try withAxisFirst(value, axis, node) { (first) throws in
            try self.appendLike(first, layer, node, view: Shape(viewing: first.sampleDims))
        }
        give(node, .computed(result))
    }

    /// Brings an axis to the front of the sample, lets the body work on it there, and puts it back.
    func withAxisFirst(
        _ value: ComputedValue, _ axis: Int, _ node: GraphNode,
        _ body: (ComputedValue) throws -> ComputedValue
    ) throws -> ComputedValue {
        let offset = value.isBatched ? 1 : 0
        guard axis >= offset else { throw Untranslatable("it works along the axis that counts samples") }
        let sample = value.sampleDims
        let place = axis - offset
        guard sample[..<place].product > 1 else {
            // Nothing but ones before it: it is the first already.
            var front = value
            front.dims = Array(value.dims[..<offset]) + sample[place...] + sample[..<place]
            var result = try body(front)
            let own = result.sampleDims
            let rest = sample.count - place
            result.dims = Array(value.dims[..<offset]) + own[rest...] + own[..<rest]
            return result
        }
        let forth = [place] + sample.indices.filter { $0 != place }
        let result = try body(try transposed(value, forth, node, part: "forth"))
        let back = sample.indices.map { axis in forth.firstIndex(of: axis) ?? axis }
        return try transposed(result, back, node, part: "back")
    }
}
