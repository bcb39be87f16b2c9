import Tensors

extension Compiler {
    /// Drafts what turns the gradient of a layer's output into those of its inputs and parameters.
    mutating func draftBackward(_ layers: FusedLayers) {
        guard let output = values[layers.last], output.needsGradient, let gradient = output.gradient else {
            return
        }
        switch layers.operation {
        case .nothing, .lossSoftmax:
            passOn(gradient, output.layout, to: index(of: graph.sources[layers.first][0]))
        case .addition, .concatenation: draftBackwardJoin(layers, output, gradient)
        case .standalone: draftBackwardStandalone(layers, output, gradient)
        default: draftBackwardKernel(layers, output, gradient)
        }
    }

    /// The input's gradient is the output's.
    private mutating func passOn(_ gradient: Int, _ layout: MapLayout, to key: Int) {
        guard var value = values[key], value.needsGradient else { return }
        if value.agrees(with: layout), value.gradient == nil && readers(of: key) == 1 {
            value.gradient = gradient
            values[key] = value
        } else {
            let target = gradientTarget(key, layout)
            emitCopy(from: gradient, to: target.buffer, layer: key)
            finishTarget(target, layout, key)
        }
    }

    private func readers(of key: Int) -> Int {
        graph.sources.joined().count { index(of: $0) == key }
    }

    /// Where a layer writes the gradient of its input, in the layout it works in: a value that several layers read
    /// gets the first one directly and the others added, one of the other layout gets it turned.
    struct Target {
        var buffer: Int
        var isFinal: Bool
    }

    mutating func gradientTarget(_ key: Int, _ layout: MapLayout) -> Target {
        guard var value = values[key] else { preconditionFailure("no value \(key)") }
        let buffer = newBuffer(.perSample(value.shape.count))
        guard value.gradient == nil, value.agrees(with: layout) else {
            return Target(buffer: buffer, isFinal: false)
        }
        value.gradient = buffer
        values[key] = value
        return Target(buffer: buffer, isFinal: true)
    }

    mutating func finishTarget(_ target: Target?, _ layout: MapLayout, _ key: Int) {
        guard let target, !target.isFinal, var value = values[key] else { return }
        let isFirst = value.gradient == nil
        let sum = value.gradient ?? newBuffer(.perSample(value.shape.count))
        value.gradient = sum
        values[key] = value
        if value.agrees(with: layout) {
            emitCopy(from: target.buffer, to: sum, layer: key, accumulates: !isFirst)
        } else {
            emitTranspose(
                from: target.buffer, to: sum, value.shape, into: value.layout, layer: key,
                accumulates: !isFirst)
        }
    }

    private mutating func draftBackwardJoin(_ layers: FusedLayers, _ output: Value, _ gradient: Int) {
        var join = Join(layers, output)
        for (position, source) in graph.sources[layers.first].enumerated() {
            let key = index(of: source)
            let input = inputValue(layers.first, position)
            let part = join.next(input.shape)
            guard input.needsGradient else { continue }
            let target = gradientTarget(key, output.layout)
            let buffer = target.buffer
            emit(.forward, layer: layers.first, touching: [gradient, buffer]) { memory in
                .copy(
                    CopyKernel(
                        source: part.of(memory.samples(gradient)), target: memory.samples(buffer),
                        accumulates: false, runs: part.runs, sourceRun: part.run,
                        targetRun: part.count / part.runs))
            }
            finishTarget(target, output.layout, key)
        }
    }

    private mutating func draftBackwardKernel(_ layers: FusedLayers, _ output: Value, _ gradient: Int) {
        let key = index(of: graph.sources[layers.first][0])
        var input = inputValue(layers.first, as: output.layout)
        if case .convolution(_, _, _, let clamps) = layers.operation {
            input.buffer = recomputed(key, input.buffer)
            if clamps { emitClamp(layers, output, gradient) }
        }
        var target: Target?
        if input.needsGradient {
            if worksInPlace(layers), values[key]?.gradient == nil, readers(of: key) == 1,
                values[key]?.agrees(with: output.layout) ?? false
            {
                values[key]?.gradient = gradient
                target = Target(buffer: gradient, isFinal: true)
            } else {
                target = gradientTarget(key, output.layout)
            }
        }
        switch layers.operation {
        case .convolution: emitConvolution(layers, input, output, gradient, target?.buffer)
        case .fullyConnected: emitFullyConnected(layers, input, output, gradient, target?.buffer)
        case .batchNormalization(_, let tail):
            emitNormalization(layers, tail, input, output, gradient, target?.buffer)
        default:
            guard let target else { return }
            let make = simpleMaker(layers, input.buffer, output.buffer, gradients: (gradient, target.buffer))
            var touching = [gradient, target.buffer] + (scratch[layers.first] ?? [])
            if layers.keepsOutput { touching.append(output.buffer) }
            if layers.keepsInput { touching.append(input.buffer) }
            emit(.backward, layer: layers.first, touching: touching) { make($0) }
        }
        finishTarget(target, output.layout, key)
    }

    private func worksInPlace(_ layers: FusedLayers) -> Bool {
        switch layers.operation {
        case .elementwise, .dropout, .softmax: true
        default: false
        }
    }

    /// The ReLU that was computed with the convolution.
    private mutating func emitClamp(_ layers: FusedLayers, _ output: Value, _ gradient: Int) {
        let buffer = output.buffer
        emit(.backward, layer: layers.last, touching: [buffer, gradient]) { memory in
            .elementwise(
                ElementwiseKernel(
                    function: .relu, input: memory.samples(buffer), output: memory.samples(buffer),
                    outputGradient: memory.samples(gradient), inputGradient: memory.samples(gradient)))
        }
    }

    private mutating func emitConvolution(
        _ layers: FusedLayers, _ input: Value, _ output: Value, _ gradient: Int, _ inputGradient: Int?
    ) {
        guard case .convolution(let convolution, _, _, _) = layers.operation else { return }
        let specifications = convolution.parameters(for: [input.shape])
        let count = specifications.reduce(0) { $0 + $1.count }
        let stride = (count + 15) / 16 * 16
        let partials = newBuffer(weightSize(pieces * stride))
        draftTurning(layers)
        let make = convolutionMaker(
            layers, input, output,
            gradients: ConvolutionGradients(
                output: gradient, input: inputGradient, partials: partials, partialStride: count,
                pieceStride: stride))
        emit(
            .backward, layer: layers.first,
            touching: [input.buffer, gradient, inputGradient, partials]
                + [channelsLast[layers.first]?.places, channelsLast[layers.first]?.turned]
        ) {
            make($0)
        }
        finalBlocks.append((Draft(stage: .reduce, layer: layers.first, make: make), [partials]))
    }

    private mutating func emitFullyConnected(
        _ layers: FusedLayers, _ input: Value, _ output: Value, _ gradient: Int, _ inputGradient: Int?
    ) {
        let make = fullyConnectedMaker(layers, input, output, gradients: (gradient, inputGradient))
        let isLarge = FullyConnectedKernel<Element>.isLarge(
            inputs: input.shape.count, outputs: output.shape.count)
        if inputGradient != nil {
            emit(
                isLarge ? .backwardBlock : .backward, layer: layers.first,
                touching: [gradient, inputGradient]
            ) { make($0) }
        }
        let touching = [input.buffer, gradient]
        if isLarge {
            emit(.gradientBlock, layer: layers.first, touching: touching, joining: inputGradient != nil) {
                make($0)
            }
        } else {
            finalBlocks.append((Draft(stage: .gradientBlock, layer: layers.first, make: make), touching))
        }
    }

    private mutating func emitNormalization(
        _ layers: FusedLayers, _ tail: FusedLayers.Tail, _ input: Value, _ output: Value, _ gradient: Int,
        _ inputGradient: Int?
    ) {
        let layer = layers.first
        guard let buffers = scratch[layer] else { return }
        // Only ReLU's gradient looks at the output.
        let after: Int? = if case .none = tail { nil } else { recomputed(layers.last, output.buffer) }
        let make = normalizationMaker(
            layers, tail, input: input.buffer, output: after, partials: buffers[1],
            gradients: (gradient, inputGradient))
        let touching = [input.buffer, gradient, inputGradient] + buffers
        emit(.gradientSums, layer: layer, touching: touching + [after]) { make($0) }
        emit(.combineGradientSums, layer: layer, touching: buffers) { make($0) }
        draftBackwardPause(at: layer)
        if inputGradient != nil { emit(.backward, layer: layer, touching: touching) { make($0) } }
    }
}
