import Tensors

/// Convolutions through the vector kernels.
extension Compiler {
    /// What such a convolution has beside its buffers for samples.
    struct PackedConvolution {
        var convolution: ChannelsLastConvolution
        var tables: ConvolutionTables
        /// Buffers of the tables, of the packed weights, and of those turned for the gradient of the input.
        var places, packed: Int
        var turned: Int?
    }

    /// Decides which convolutions go through the vector kernels.
    mutating func choosePacking(_ fused: [FusedLayers]) {
        for layers in fused {
            guard let convolution = channelsLastConvolution(layers) else { continue }
            let tables = ConvolutionTables(convolution)
            let turnedCount = convolution.turnedCount(tables)
            channelsLast[layers.first] = PackedConvolution(
                convolution: convolution, tables: tables, places: newBuffer(.whole(tables.numbers.count)),
                packed: newBuffer(weightSize(convolution.packedCount)),
                turned: turnedCount > 0 ? newBuffer(weightSize(turnedCount)) : nil)
            workspace = max(workspace, convolution.workspace)
        }
    }

    private func channelsLastConvolution(_ layers: FusedLayers) -> ChannelsLastConvolution? {
        guard hasVectorKernels, case .convolution(let convolution, _, _, _) = layers.operation else {
            return nil
        }
        let input = graph.inputShapes(of: layers.first)[0]
        let needsInputGradient =
            switch graph.sources[layers.first][0] {
            case .layer(let index): isTraining && learns[index]
            case .input: learnsInput
            }
        return ChannelsLastConvolution(
            Self.columns(
                input, convolution.rows, convolution.columns, output: outputShape(layers.first),
                channels: input.channels / convolution.groups),
            groups: convolution.groups, filters: convolution.filters / convolution.groups,
            use: ConvolutionUse(
                hasFixedWeights: hasFixedParameters, isTraining: isTraining,
                needsInputGradient: needsInputGradient,
                pieceSize: pieceSize))
    }

    /// Whether the workers share out a convolution's lines rather than samples: where samples are too few for them.
    func sharesOutLines(_ layer: Int) -> Bool {
        guard !isTraining, batchSize < 8, let packed = channelsLast[layer] else { return false }
        return packed.convolution.shares > 1
    }

    /// - Parameters:
    ///   - input, output: nil for the instruction that only packs weights.
    func channelsLastMaker(
        _ layers: FusedLayers, _ packed: PackedConvolution, _ input: Value?, _ output: Value?,
        _ gradients: ConvolutionGradients?
    ) -> Maker {
        guard case .convolution(_, _, _, let clamps) = layers.operation else {
            preconditionFailure("not a convolution: \(layers.operation)")
        }
        let layer = layers.first
        let (weights, bias) = (required(layer, "weights"), parameter(layer, "bias"))
        let (weightGradient, biasGradient) = (gradient(layer, "weights"), gradient(layer, "bias"))
        let (folded, addend) = (folded[layer], addends[layer])
        let blockSamples = sharesOutLines(layer) ? batchSize : 0
        return { memory in
            let nothing = SampleArray<Element>(base: memory.arena.base, count: 0, stride: 0, workerStride: 0)
            var convolution = packed.convolution
            convolution.useMemory(
                tables: packed.tables.laid(into: memory.whole(packed.places)),
                packed: memory.whole(packed.packed).floats, turned: memory.whole(packed.turned)?.floats)
            var kernel = ChannelsLastConvolutionKernel(
                convolution: convolution, input: memory.samples(input?.buffer) ?? nothing,
                output: memory.samples(output?.buffer) ?? nothing, weights: weights, bias: bias,
                clampsAtZero: clamps)
            if let folded {
                (kernel.factors, kernel.bias) = (memory.whole(folded.factors), memory.whole(folded.bias))
            }
            kernel.addend = memory.samples(addend)
            kernel.blockSamples = blockSamples
            guard let gradients else { return .channelsLastConvolution(kernel) }
            kernel.outputGradient = memory.samples(gradients.output)
            kernel.inputGradient = memory.samples(gradients.input)
            kernel.partials = memory.whole(gradients.partials)
            kernel.partialStride = gradients.pieceStride
            (kernel.weightGradient, kernel.biasGradient) = (weightGradient, biasGradient)
            return .channelsLastConvolution(kernel)
        }
    }
}
