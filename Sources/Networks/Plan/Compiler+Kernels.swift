import Tensors

/// How each kernel is made once its buffers have places.
extension Compiler {
    typealias Maker = (Memory<Element>) -> Kernel<Element>

    static func columns(
        _ input: Shape, _ rows: Window, _ columns: Window, output: Shape, channels: Int
    ) -> ColumnGeometry {
        ColumnGeometry(
            channels: channels, height: input.height, width: input.width,
            kernelRows: rows.kernel, kernelColumns: columns.kernel, rowStride: rows.stride,
            columnStride: columns.stride, rowDilation: rows.dilation, columnDilation: columns.dilation,
            top: rows.paddingBefore(input.height), left: columns.paddingBefore(input.width),
            outputHeight: output.height, outputWidth: output.width)
    }

    struct ConvolutionGradients {
        var output: Int
        var input: Int?
        var partials: Int
        var partialStride: Int
        var pieceStride: Int
    }

    mutating func convolutionMaker(
        _ layers: FusedLayers, _ input: Value, _ output: Value, gradients: ConvolutionGradients?
    ) -> Maker {
        guard case .convolution(let convolution, _, _, let clamps) = layers.operation else {
            preconditionFailure("not a convolution: \(layers.operation)")
        }
        let layer = layers.first
        let geometry = Self.columns(
            input.shape, convolution.rows, convolution.columns, output: output.shape,
            channels: input.shape.channels / convolution.groups)
        let (weights, bias) = (required(layer, "weights"), parameter(layer, "bias"))
        let (weightGradient, biasGradient) = (gradient(layer, "weights"), gradient(layer, "bias"))
        let (folded, addend) = (folded[layer], addends[layer])
        let filters = convolution.filters / convolution.groups
        if let packed = channelsLast[layer] {
            return channelsLastMaker(layers, packed, input, output, gradients)
        }
        workspace = max(workspace, geometry.workspace)
        return { memory in
            var kernel = ConvolutionKernel(
                input: memory.samples(input.buffer), output: memory.samples(output.buffer),
                geometry: geometry,
                groups: convolution.groups, filters: filters, weights: weights, bias: bias,
                clampsAtZero: clamps)
            if let folded, let weights = memory.whole(folded.weights) {
                (kernel.weights, kernel.bias) = (weights, memory.whole(folded.bias))
            }
            kernel.addend = memory.samples(addend)
            guard let gradients else { return .convolution(kernel) }
            kernel.outputGradient = memory.samples(gradients.output)
            kernel.inputGradient = memory.samples(gradients.input)
            kernel.partials = memory.whole(gradients.partials)
            kernel.partialCount = gradients.partialStride
            kernel.partialStride = gradients.pieceStride
            (kernel.weightGradient, kernel.biasGradient) = (weightGradient, biasGradient)
            return .convolution(kernel)
        }
    }

    func fullyConnectedMaker(
        _ layers: FusedLayers, _ input: Value, _ output: Value, gradients: (output: Int?, input: Int?)
    ) -> Maker {
        let layer = layers.first
        let (weights, bias) = (required(layer, "weights"), parameter(layer, "bias"))
        let (weightGradient, biasGradient) = (gradient(layer, "weights"), gradient(layer, "bias"))
        let usesVectorKernels = hasVectorKernels
        return { memory in
            .fullyConnected(
                FullyConnectedKernel(
                    input: memory.samples(input.buffer), output: memory.samples(output.buffer),
                    weights: weights,
                    bias: bias, outputGradient: memory.samples(gradients.output),
                    inputGradient: memory.samples(gradients.input), weightGradient: weightGradient,
                    biasGradient: biasGradient, usesVectorKernels: usesVectorKernels))
        }
    }

    /// - Parameter input: nil for the instruction that only looks at parameters.
    func normalizationMaker(
        _ layers: FusedLayers, _ tail: FusedLayers.Tail, input: Int?, output: Int?, partials: Int?,
        gradients: (output: Int?, input: Int?) = (nil, nil)
    ) -> Maker {
        guard case .batchNormalization(let normalization, _) = layers.operation else {
            preconditionFailure("not a batch normalisation: \(layers.operation)")
        }
        let layer = layers.first
        let shape = graph.inputShapes(of: layer)[0]
        let (scale, offset) = (required(layer, "scale"), required(layer, "offset"))
        let (mean, variance) = (required(layer, "mean"), required(layer, "variance"))
        let (scaleGradient, offsetGradient) = (gradient(layer, "scale"), gradient(layer, "offset"))
        let coefficients = scratch[layer]?.first
        let pieceSize = pieceSize
        let isChannelsLast = values[layers.last]?.layout == .channelsLast
        let kernelTail: BatchNormalizationKernel<Element>.Tail =
            switch tail {
            case .none: .none
            case .relu: .relu
            case .pooledReLU(let pooling):
                .pooledReLU(rows: pooling.rows.kernel, columns: pooling.columns.kernel)
            }
        return { memory in
            guard let coefficients else { preconditionFailure("no coefficients for layer \(layer)") }
            let nothing = SampleArray<Element>(base: memory.arena.base, count: 0, stride: 0, workerStride: 0)
            let numbers = NormalizationCoefficients(
                channels: shape.channels, area: shape.height * shape.width, scale: scale, offset: offset,
                runningMean: mean, runningVariance: variance, epsilon: normalization.epsilon,
                momentum: normalization.momentum, coefficients: memory.whole(coefficients),
                partials: memory.whole(partials), pieceSize: pieceSize, scaleGradient: scaleGradient,
                offsetGradient: offsetGradient)
            let (x, y) = (memory.samples(input) ?? nothing, memory.samples(output) ?? nothing)
            let (dy, dx) = (memory.samples(gradients.output), memory.samples(gradients.input))
            if isChannelsLast {
                return .channelsLastNormalization(
                    ChannelsLastNormalization(
                        numbers: numbers, tail: kernelTail, input: x, output: y, height: shape.height,
                        width: shape.width, outputGradient: dy, inputGradient: dx))
            }
            return .batchNormalization(
                BatchNormalizationKernel(
                    numbers: numbers, tail: kernelTail, input: x, output: y, height: shape.height,
                    width: shape.width, outputGradient: dy, inputGradient: dx))
        }
    }

    /// Kernels without parameters.
    func simpleMaker(
        _ layers: FusedLayers, _ source: Int, _ target: Int, gradients: (output: Int?, input: Int?)
    ) -> Maker {
        let layer = layers.first
        let (input, output) = (graph.inputShapes(of: layer)[0], outputShape(layers.last))
        let extra = scratch[layer]?.first
        let operation = layers.operation
        let isChannelsLast = values[layers.last]?.layout == .channelsLast
        return { memory in
            let (x, y) = (memory.samples(source), memory.samples(target))
            let (dy, dx) = (memory.samples(gradients.output), memory.samples(gradients.input))
            switch operation {
            case .softmax:
                return .softmax(
                    SoftmaxKernel(
                        input: x, output: y, channels: output.channels, outputGradient: dy, inputGradient: dx)
                )
            case .dropout(let dropout):
                return .dropout(
                    DropoutKernel(
                        input: x, output: y, outputGradient: dy, inputGradient: dx,
                        probability: dropout.probability, layer: UInt64(layer)))
            case .crossChannel(let normalization):
                guard let extra else { preconditionFailure("no denominators for layer \(layer)") }
                let kernel = CrossChannelKernel(
                    input: x, output: y, denominators: memory.samples(extra), outputGradient: dy,
                    inputGradient: dx, channels: input.channels, size: normalization.size,
                    alpha: Element(normalization.alpha), beta: Element(normalization.beta),
                    k: Element(normalization.k))
                return isChannelsLast
                    ? .channelsLastCrossChannel(ChannelsLastCrossChannel(kernel, normalization))
                    : .crossChannel(kernel)
            case .elementwise(let layer):
                return .elementwise(
                    ElementwiseKernel(
                        function: Self.function(layer), input: x, output: y, outputGradient: dy,
                        inputGradient: dx))
            default:
                let (function, rows, columns) = Self.pooling(operation, input)
                let kernel = PoolingKernel(
                    function: function, input: x, output: y,
                    geometry: Self.columns(input, rows, columns, output: output, channels: input.channels),
                    bottom: rows.paddingAfter(input.height), right: columns.paddingAfter(input.width),
                    winners: memory.samples(extra), outputGradient: dy, inputGradient: dx)
                return isChannelsLast ? .channelsLastPooling(ChannelsLastPooling(kernel)) : .pooling(kernel)
            }
        }
    }

    private static func function(_ layer: any Layer) -> ElementwiseKernel<Element>.Function {
        switch layer {
        case is ReLU: .relu
        case let layer as LeakyReLU: .leakyReLU(slope: Element(layer.slope))
        case is Sigmoid: .sigmoid
        case is Tanh: .tanh
        case is Step: .step
        default: preconditionFailure("no kernel computes the layer \(layer.kind)")
        }
    }

    private static func pooling(
        _ operation: FusedLayers.Operation, _ input: Shape
    ) -> (PoolingKernel<Element>.Function, rows: Window, columns: Window) {
        switch operation {
        case .maxPooling(let layer): return (.maximum, layer.rows, layer.columns)
        case .averagePooling(let layer):
            return (.average(countsPadding: layer.countsPadding), layer.rows, layer.columns)
        case .subsampling(let layer): return (.first, layer.rows, layer.columns)
        default:
            // One window over all positions.
            let none = Window.Padding.explicit(before: 0, after: 0)
            return (
                .average(countsPadding: true), Window(kernel: input.height, padding: none),
                Window(kernel: input.width, padding: none)
            )
        }
    }
}
