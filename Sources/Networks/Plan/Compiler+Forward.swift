import Tensors

extension Compiler {
    /// What is made once a step before the samples come: folded filters, running statistics.
    mutating func draftPreparation(_ fused: [FusedLayers]) {
        choosePacking(fused)
        for layers in fused {
            switch layers.operation {
            case .convolution(let convolution, let folding?, _, _):
                draftFolding(convolution, layers.first, folding)
            case .batchNormalization(_, let tail) where !isTraining:
                let input = graph.inputShapes(of: layers.first)[0]
                scratch[layers.first] = [
                    newBuffer(.whole(NormalizationCoefficients<Element>.coefficientCount * input.channels))
                ]
                let kernel = normalizationMaker(layers, tail, input: nil, output: nil, partials: nil)
                emit(.prepare, layer: layers.first, touching: scratch[layers.first] ?? []) { kernel($0) }
            default: break
            }
        }
        draftFirstPacking(fused)
    }

    private mutating func draftFolding(_ convolution: Convolution, _ layer: Int, _ normalization: Int) {
        let specifications = convolution.parameters(for: graph.inputShapes(of: layer))
        let (count, filters) = (specifications[0].count, convolution.filters)
        // Vector kernels take the factors along when they pack the weights.
        let foldedWeights = channelsLast[layer] == nil ? newBuffer(.whole(count)) : nil
        let (factors, foldedBias) = (newBuffer(.whole(filters)), newBuffer(.whole(filters)))
        folded[layer] = Folded(weights: foldedWeights, factors: factors, bias: foldedBias)
        let (weights, bias) = (required(layer, "weights"), parameter(layer, "bias"))
        let (scale, offset) = (required(normalization, "scale"), required(normalization, "offset"))
        let (mean, variance) = (required(normalization, "mean"), required(normalization, "variance"))
        let epsilon = (graph.network.nodes[normalization].layer as? BatchNormalization)?.epsilon ?? 0
        emit(.prepare, layer: normalization, touching: [foldedWeights, factors, foldedBias]) { memory in
            .fold(
                FoldKernel(
                    weights: weights, bias: bias, scale: scale, offset: offset, mean: mean,
                    variance: variance,
                    epsilon: Element(epsilon), filters: filters, weightsPerFilter: count / filters,
                    factors: memory.whole(factors), foldedWeights: memory.whole(foldedWeights),
                    foldedBias: memory.whole(foldedBias)))
        }
    }

    /// The shape a layer gives; known, since the network was analysed.
    func outputShape(_ layer: Int) -> Shape {
        guard let shape = graph.shapes[layer] else { preconditionFailure("layer \(layer) has no shape") }
        return shape
    }

    mutating func draftForward(_ layers: FusedLayers) {
        let layout = layout(of: layers)
        let input = inputValue(layers.first, as: layout)
        if case .convolution(_, _, let source?, _) = layers.operation {
            addends[layers.first] = value(index(of: source), as: layout).buffer
        }
        let shape = outputShape(layers.last)
        var output = Value(buffer: -1, shape: shape, layout: layout)
        output.needsGradient = learns[layers.last]
        output.buffer = outputBuffer(layers, input, shape)
        output.canOverwrite =
            !layers.keepsOutput && users(of: layers.last) == 1 && !kept.contains(layers.last)
            && output.buffer != values[-1]?.buffer
        if case .nothing = layers.operation, !input.canOverwrite { output.canOverwrite = false }
        values[layers.last] = output
        emitForward(layers, input, output)
        if kept.contains(layers.last) { readable[layers.last] = value(layers.last, as: .planar).buffer }
    }

    private func users(of layer: Int) -> Int {
        graph.sources.joined().count { $0 == .layer(layer) }
    }

    /// A new buffer, or the input's where the layer may work in place.
    private mutating func outputBuffer(_ layers: FusedLayers, _ input: Value, _ shape: Shape) -> Int {
        switch layers.operation {
        case .nothing: input.buffer
        case .elementwise, .dropout, .softmax, .lossSoftmax:
            input.canOverwrite ? input.buffer : newBuffer(.perSample(shape.count))
        default: newBuffer(.perSample(shape.count))
        }
    }

    private mutating func emitForward(_ layers: FusedLayers, _ input: Value, _ output: Value) {
        let (source, target, layer) = (input.buffer, output.buffer, layers.first)
        switch layers.operation {
        case .nothing: break
        case .lossSoftmax:
            if source != target { emitCopy(from: source, to: target, layer: layer) }
        case .convolution:
            let make = convolutionMaker(layers, input, output, gradients: nil)
            let touching =
                [source, target, addends[layer]] + (folded[layer]?.buffers ?? [])
                + [channelsLast[layer]?.places, channelsLast[layer]?.packed]
            emit(sharesOutLines(layer) ? .forwardBlock : .forward, layer: layer, touching: touching) {
                make($0)
            }
        case .fullyConnected:
            let make = fullyConnectedMaker(layers, input, output, gradients: (nil, nil))
            let isLarge = FullyConnectedKernel<Element>.isLarge(
                inputs: input.shape.count, outputs: output.shape.count)
            emit(isLarge ? .forwardBlock : .forward, layer: layer, touching: [source, target]) { make($0) }
        case .batchNormalization(_, let tail): emitNormalization(layers, tail, input, output)
        case .addition, .concatenation: emitJoin(layers, output)
        case .standalone: emitStandalone(layers, output)
        default:
            if case .maxPooling = layers.operation, isTraining {
                scratch[layer] = [newBuffer(.perSample(output.shape.count))]
            }
            if case .crossChannel = layers.operation {
                scratch[layer] = [newBuffer(.perSample(output.shape.count))]
            }
            let make = simpleMaker(layers, source, target, gradients: (nil, nil))
            emit(.forward, layer: layer, touching: [source, target] + (scratch[layer] ?? [])) { make($0) }
        }
    }

    mutating func emitCopy(from source: Int, to target: Int, layer: Int, accumulates: Bool = false) {
        emit(.forward, layer: layer, touching: [source, target]) { memory in
            .copy(
                CopyKernel(
                    source: memory.samples(source), target: memory.samples(target), accumulates: accumulates))
        }
    }

    private mutating func emitNormalization(
        _ layers: FusedLayers, _ tail: FusedLayers.Tail, _ input: Value, _ output: Value
    ) {
        let layer = layers.first
        if isTraining {
            let channels = input.shape.channels
            let coefficients = newBuffer(
                .whole(NormalizationCoefficients<Element>.coefficientCount * channels))
            let partials = newBuffer(.whole(pieces * 2 * channels))
            scratch[layer] = [coefficients, partials]
            let make = normalizationMaker(
                layers, tail, input: input.buffer, output: output.buffer, partials: partials)
            emit(.statistics, layer: layer, touching: [input.buffer, partials]) { make($0) }
            emit(.combineStatistics, layer: layer, touching: [partials, coefficients]) { make($0) }
            draftPause(at: layer)
        }
        let make = normalizationMaker(layers, tail, input: input.buffer, output: output.buffer, partials: nil)
        emit(.forward, layer: layer, touching: [input.buffer, output.buffer, scratch[layer]?.first]) {
            make($0)
        }
    }

    /// Addition: copy the first input, add the others. Concatenation: copy each to its run of channels.
    private mutating func emitJoin(_ layers: FusedLayers, _ output: Value) {
        var join = Join(layers, output)
        let target = output.buffer
        for position in graph.sources[layers.first].indices {
            let input = inputValue(layers.first, position, as: output.layout)
            let part = join.next(input.shape)
            let source = input.buffer
            let accumulates = join.isAddition && position > 0
            emit(.forward, layer: layers.first, touching: [source, target]) { memory in
                .copy(
                    CopyKernel(
                        source: memory.samples(source), target: part.of(memory.samples(target)),
                        accumulates: accumulates, runs: part.runs, sourceRun: part.count / part.runs,
                        targetRun: part.run))
            }
        }
    }
}
