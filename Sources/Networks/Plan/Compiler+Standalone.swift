import Tensors

/// Layers that one kernel of their own computes.
extension Compiler {
    private func sources(_ layers: FusedLayers) -> [Int] {
        graph.sources[layers.first].map { index(of: $0) }
    }

    mutating func emitStandalone(_ layers: FusedLayers, _ output: Value) {
        let inputs = graph.sources[layers.first].indices.map {
            inputValue(layers.first, $0, as: .planar)
        }
        if case .standalone(let layer as any RearrangingLayer) = layers.operation {
            let count = layer.sources(for: inputs[0].shape).count
            scratch[layers.first] = [newBuffer(.whole(count))]
        }
        let make = standaloneMaker(layers, inputs, output)
        emit(
            .forward, layer: layers.first,
            touching: inputs.map(\.buffer) + [output.buffer] + (scratch[layers.first] ?? [])
        ) { .standalone(make($0)) }
    }

    mutating func draftBackwardStandalone(_ layers: FusedLayers, _ output: Value, _ gradient: Int) {
        let layer = layers.first
        let inputs = graph.sources[layer].indices.map { inputValue(layer, $0, as: .planar) }
        let shapes = inputs.map(\.shape)
        let specifications = graph.network.nodes[layer].layer.parameters(for: shapes)
        let parameterCount = specifications.reduce(0) { $0 + $1.count }
        let partials = parameterCount > 0 ? newBuffer(.whole(pieces * parameterCount)) : nil
        let targets = zip(sources(layers), inputs).map { key, input in
            input.needsGradient ? gradientTarget(key, .planar) : nil
        }
        let make = standaloneMaker(layers, inputs, output)
        let gradients = specifications.map { self.gradient(layer, $0.name) }
        let makeBackward: (Memory<Element>) -> StandaloneKernel<Element> = { memory in
            var kernel = make(memory)
            kernel.outputGradient = memory.samples(gradient)
            kernel.inputGradient = memory.samples(targets[0]?.buffer)
            if targets.count > 1 { kernel.otherGradient = memory.samples(targets[1]?.buffer) }
            kernel.partials = memory.whole(partials)
            kernel.parameterCount = parameterCount
            kernel.firstCount = specifications.first?.count ?? 0
            kernel.firstGradient = gradients.first ?? nil
            kernel.secondGradient = gradients.count > 1 ? gradients[1] : nil
            return kernel
        }
        var touching: [Int?] = inputs.map(\.buffer)
        touching += [output.buffer, gradient, partials] + targets.map { $0?.buffer }
        emit(.backward, layer: layer, touching: touching + (scratch[layer] ?? [])) {
            .standalone(makeBackward($0))
        }
        if partials != nil {
            emit(.combineGradientSums, layer: layer, touching: [partials]) { .standalone(makeBackward($0)) }
        }
        for (key, target) in zip(sources(layers), targets) { finishTarget(target, .planar, key) }
    }

    private func standaloneMaker(
        _ layers: FusedLayers, _ inputs: [Value], _ output: Value
    ) -> (Memory<Element>) -> StandaloneKernel<Element> {
        let function = standaloneFunction(layers, inputs.map(\.shape), output.shape)
        return { memory in
            StandaloneKernel(
                function: function(memory), input: memory.samples(inputs[0].buffer),
                output: memory.samples(output.buffer),
                other: inputs.count > 1 ? memory.samples(inputs[1].buffer) : nil)
        }
    }

    private func standaloneFunction(
        _ layers: FusedLayers, _ inputs: [Shape], _ output: Shape
    ) -> (Memory<Element>) -> StandaloneKernel<Element>.Function {
        guard case .standalone(let layer) = layers.operation else {
            preconditionFailure("not a layer of its own: \(layers.operation)")
        }
        let index = layers.first
        switch layer {
        case let layer as any RearrangingLayer: return rearrangement(layer, index, inputs[0])
        case let layer as any ActivationLayer:
            let kernel = ActivationKernel<Element>(layer.function)
            return { _ in .activation(kernel) }
        case is LogSoftmax: return { _ in .logSoftmax(channels: output.channels) }
        case is GlobalMaxPooling: return { _ in .globalMaximum(channels: output.channels) }
        case let layer as PReLU:
            let kernel = SlopeKernel(
                slopes: required(index, "slope"), slopeCount: layer.isShared ? 1 : output.channels)
            return { _ in .slope(kernel) }
        case let layer as Arithmetic:
            let kernel = ArithmeticKernel<Element>(
                operation: layer.operation, shape: output, one: BroadcastStrides(of: inputs[0]),
                other: BroadcastStrides(of: inputs[1]), oneCount: inputs[0].count,
                otherCount: inputs[1].count)
            return { _ in .arithmetic(kernel) }
        case let layer as Affine:
            let extent = layer.extent(for: inputs[0])
            let kernel = AffineKernel(
                scale: parameter(index, "scale"), offset: parameter(index, "offset"), shape: output,
                strides: BroadcastStrides(of: extent), scaleCount: layer.hasScale ? extent.count : 0)
            return { _ in .affine(kernel) }
        case let layer as InstanceNormalization:
            let kernel = InstanceNormalizationKernel(
                scale: required(index, "scale"), offset: required(index, "offset"),
                channels: output.channels, epsilon: Element(layer.epsilon))
            return { _ in .instanceNormalization(kernel) }
        default: preconditionFailure("no kernel computes the layer \(layer.kind)")
        }
    }

    /// The table is written when the kernel is made; it stays as long as the plan.
    private func rearrangement(
        _ layer: any RearrangingLayer, _ index: Int, _ input: Shape
    ) -> (Memory<Element>) -> StandaloneKernel<Element>.Function {
        guard let buffer = scratch[index]?.first else {
            preconditionFailure("no table for layer \(index)")
        }
        let sources = layer.sources(for: input)
        let filler = Element(layer.filler)
        return { memory in
            // An element has at least the four bytes of an index.
            let table = UnsafeMutableRawPointer(memory.whole(buffer)).bindMemory(
                to: Int32.self, capacity: sources.count)
            table.update(from: sources, count: sources.count)
            return .rearrangement(RearrangementKernel(table: table, filler: filler))
        }
    }
}
