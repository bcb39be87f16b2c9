import Networks
import Tensors

/// Matrix products with constant weights: fully connected layers.
extension GraphTranslator {
    func translateGemm(_ node: GraphNode) throws {
        let value = try computed(node)
        let weights = try requiredConstant(node, 1)
        guard weights.shape.count == 2, value.dims.count == 2 else {
            throw Untranslatable("a product of \(value.dims) and \(weights.shape)")
        }
        guard try node.integer("transA", or: 0) == 0 else {
            throw Untranslatable("its first input transposed")
        }
        let isTransposed = try node.integer("transB", or: 0) != 0
        let (outputs, inputs) =
            isTransposed ? (weights.shape[0], weights.shape[1]) : (weights.shape[1], weights.shape[0])
        let alpha = Float(node.real("alpha", or: 1))
        let beta = Float(node.real("beta", or: 1))
        guard beta != 0, let third = try self.value(node, 2) else {
            return give(
                node,
                .computed(
                    try product(node, value, weights, outputs, inputs, isTransposed, alpha, bias: nil)))
        }
        switch third {
        case .constant(let bias):
            let row = bias.shape.count > 1 ? Array(bias.shape.drop { $0 == 1 }) : bias.shape
            guard bias.count == 1 || row == [outputs] else {
                throw Untranslatable("a bias of shape \(bias.shape) for \(outputs) outputs")
            }
            let writer: Weights = { target in
                if bias.count == 1 {
                    target.update(repeating: beta * (try bias.floats()[0]))
                } else if beta == 1 {
                    try bias.read(into: target)
                } else {
                    _ = target.update(from: try bias.floats().map { beta * $0 })
                }
            }
            give(
                node,
                .computed(
                    try product(node, value, weights, outputs, inputs, isTransposed, alpha, bias: writer)))
        case .computed(let addend) where beta == 1:
            let result = try product(node, value, weights, outputs, inputs, isTransposed, alpha, bias: nil)
            give(node, .computed(try combine(node, result, addend, part: "sum")))
        default: throw Untranslatable("its third input is computed and has a factor")
        }
    }

    func translateMatMul(_ node: GraphNode) throws {
        let value = try computed(node)
        let weights = try requiredConstant(node, 1)
        guard weights.shape.count == 2, value.dims.count >= 1 else {
            throw Untranslatable("a product of \(value.dims) and \(weights.shape)")
        }
        give(
            node,
            .computed(
                try product(
                    node, value, weights, weights.shape[1], weights.shape[0], false, 1, bias: nil)))
    }

    /// `alpha · value · weights` along the value's last axis.
    private func product(
        _ node: GraphNode, _ value: ComputedValue, _ weights: ONNXConstant, _ outputs: Int, _ inputs: Int,
        _ isTransposed: Bool, _ alpha: Float, bias: Weights?
    ) throws -> ComputedValue {
        guard value.dims.last == inputs else {
            throw Untranslatable("a product of \(value.dims) and \(weights.shape)")
        }
        guard outputs > 0, inputs > 0 else { throw Untranslatable("weights of shape \(weights.shape)") }
        let dims = Array(value.dims.dropLast()) + [outputs]
        let result: ComputedValue
        if value.sampleCount == inputs {
            let layer = FullyConnected(outputs: outputs, hasBias: bias != nil)
            result = try append(layer, node, [value.layer], dims: dims, isBatched: value.isBatched)
        } else {
            // A product for each row is a convolution of size 1 over the rows as positions.
            let rows = value.sampleCount / inputs
            var flat = value
            flat.dims = (value.isBatched ? [batch] : []) + [rows, inputs]
            let columns = try transposed(flat, [1, 0], node, part: "columns")
            let input = try layerName(of: columns, as: Shape(inputs, 1, rows), node)
            let layer = Convolution(filters: outputs, kernel: 1, hasBias: bias != nil)
            let products = try append(
                layer, node, [input], dims: (value.isBatched ? [batch] : []) + [outputs, rows],
                isBatched: value.isBatched)
            setProductWeights(products.layer, weights, outputs, inputs, isTransposed, alpha, bias)
            var back = try transposed(products, [1, 0], node, part: "rows")
            back.dims = dims
            return back
        }
        setProductWeights(result.layer, weights, outputs, inputs, isTransposed, alpha, bias)
        return result
    }

    private func setProductWeights(
        _ layer: String, _ weights: ONNXConstant, _ outputs: Int, _ inputs: Int, _ isTransposed: Bool,
        _ alpha: Float, _ bias: Weights?
    ) {
        if let bias { setWeights(layer, "bias", bias) }
        setWeights(layer, "weights") { target in
            if isTransposed {
                try weights.read(into: target)
                if alpha != 1 { for index in target.indices { target[index] *= alpha } }
            } else {
                let values = try weights.floats()
                Self.transpose(values, rows: inputs, columns: outputs, into: target, times: alpha)
            }
        }
    }

    /// In squares that stay in the first cache: rows are far apart on one of the two sides.
    private static func transpose(
        _ values: [Float], rows: Int, columns: Int, into target: UnsafeMutableBufferPointer<Float>,
        times factor: Float
    ) {
        let side = 32
        values.withUnsafeBufferPointer { values in
            for firstRow in stride(from: 0, to: rows, by: side) {
                for firstColumn in stride(from: 0, to: columns, by: side) {
                    for column in firstColumn..<min(firstColumn + side, columns) {
                        for row in firstRow..<min(firstRow + side, rows) {
                            target[column * rows + row] = factor * values[row * columns + column]
                        }
                    }
                }
            }
        }
    }
}
