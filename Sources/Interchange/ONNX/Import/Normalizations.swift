import Networks
import Tensors

extension GraphTranslator {
    func translateBatchNormalization(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        guard try node.integer("spatial", or: 1) == 1 else {
            throw Untranslatable("spatial 0: statistics for each position")
        }
        if try node.integer("training_mode", or: 0) != 0 {
            note("\(node.name) was exported in training mode; it uses its running statistics")
        }
        let layer = BatchNormalization(
            epsilon: node.real("epsilon", or: 1e-5), momentum: 1 - node.real("momentum", or: 0.9))
        let output = try appendLike(value, layer, node, view: Shape(viewing: [channels] + spatial))
        for (position, name) in [(1, "scale"), (2, "offset"), (3, "mean"), (4, "variance")] {
            setWeights(output.layer, name, to: try perChannel(node, position, channels))
        }
        give(node, .computed(output))
    }

    func translateInstanceNormalization(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        let layer = InstanceNormalization(epsilon: node.real("epsilon", or: 1e-5))
        let output = try appendLike(value, layer, node, view: Shape(viewing: [channels] + spatial))
        setWeights(output.layer, "scale", to: try perChannel(node, 1, channels))
        setWeights(output.layer, "offset", to: try perChannel(node, 2, channels))
        give(node, .computed(output))
    }

    private func perChannel(_ node: GraphNode, _ position: Int, _ channels: Int) throws -> ONNXConstant {
        let constant = try requiredConstant(node, position)
        guard constant.shape == [channels] else {
            throw Untranslatable(
                "its input \(position + 1) has shape \(constant.shape), expected [\(channels)]")
        }
        return constant
    }

    func translateResponseNormalization(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        let layer = CrossChannelNormalization(
            size: try node.integer("size", or: 0), alpha: node.real("alpha", or: 1e-4),
            beta: node.real("beta", or: 0.75), k: node.real("bias", or: 1))
        give(
            node,
            .computed(try appendLike(value, layer, node, view: Shape(viewing: [channels] + spatial))))
    }

    func translateDropout(_ node: GraphNode) throws {
        let value = try computed(node)
        var probability = node.real("ratio", or: 0.5)
        if node.opset >= 12 {
            probability = try constant(node, 1).map { try scalar($0, "ratio") } ?? 0.5
        }
        if try constant(node, 2)?.integers() == [1] {
            note("\(node.name) was exported in training mode; it drops nothing in inference")
        }
        give(node, .computed(try appendLike(value, Dropout(probability: probability), node)))
        guard node.proto.output.count > 1, isUsed(node.proto.output[1]) else { return }
        // In inference nothing is dropped.
        try account(value.dims.product)
        let kept = ONNXTensor.Elements.integers(Array(repeating: 1, count: value.dims.product))
        give(
            node, .constant(ONNXConstant(name: node.name, shape: value.dims, kept, path: file.path)),
            output: 1)
    }

    func translateIdentity(_ node: GraphNode) throws { give(node, .computed(try computed(node))) }

    func translateReduceMean(_ node: GraphNode) throws {
        let value = try computed(node)
        let rank = value.dims.count
        var axes = node.opset < 18 ? try node.integers("axes") : try constant(node, 1)?.integers()
        if axes?.isEmpty ?? true {
            if try node.integer("noop_with_empty_axes", or: 0) != 0 {
                return give(node, .computed(value))
            }
            axes = Array(0..<rank)
        }
        let reduced = Set(try (axes ?? []).map { try node.axis($0, rank: rank) })
        if value.isBatched, reduced.contains(0), batch > 1 {
            throw Untranslatable("a mean over the samples")
        }
        let keeps = try node.integer("keepdims", or: 1) != 0
        let dims = value.dims.indices.compactMap { axis in
            reduced.contains(axis) ? (keeps ? 1 : nil) : value.dims[axis]
        }
        let offset = value.isBatched ? 1 : 0
        let sample = value.sampleDims
        let kept = sample.indices.filter { !reduced.contains($0 + offset) }
        let gone = sample.indices.filter { reduced.contains($0 + offset) }
        let isBatched = value.isBatched && dims.first == batch && (keeps || !reduced.contains(0))
        // The axes that stay come first, those over which the mean is taken behind them.
        let sorted = try transposed(value, kept + gone, node, part: "sorted")
        let view: Shape
        if kept.count == 1, gone.count == 2 {
            view = Shape(viewing: sorted.sampleDims)
        } else {
            view = Shape(kept.map { sample[$0] }.product, 1, gone.map { sample[$0] }.product)
        }
        let input = try layerName(of: sorted, as: view, node)
        give(
            node,
            .computed(
                try append(GlobalAveragePooling(), node, [input], dims: dims, isBatched: isBatched)))
    }
}
