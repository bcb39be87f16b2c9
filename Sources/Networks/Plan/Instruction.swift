import Tensors

/// Any kernel: plain values and pointers into the plan's memory, so that running one touches no reference count.
enum Kernel<Element: Scalar> {
    case load(SampleArray<Element>)
    case convolution(ConvolutionKernel<Element>)
    case channelsLastConvolution(ChannelsLastConvolutionKernel<Element>)
    case fullyConnected(FullyConnectedKernel<Element>)
    case elementwise(ElementwiseKernel<Element>)
    case softmax(SoftmaxKernel<Element>)
    case pooling(PoolingKernel<Element>)
    case channelsLastPooling(ChannelsLastPooling<Element>)
    case batchNormalization(BatchNormalizationKernel<Element>)
    case channelsLastNormalization(ChannelsLastNormalization<Element>)
    case dropout(DropoutKernel<Element>)
    case crossChannel(CrossChannelKernel<Element>)
    case channelsLastCrossChannel(ChannelsLastCrossChannel<Element>)
    case copy(CopyKernel<Element>)
    case transpose(TransposeKernel<Element>)
    case loss(LossKernel<Element>)
    case fold(FoldKernel<Element>)
    case standalone(StandaloneKernel<Element>)
}

/// What a kernel is asked to do.
enum Stage: Equatable {
    // On the samples of a piece.
    case forward, backward, statistics, gradientSums
    // On a block of a product over the whole batch.
    case pack, packTurned, forwardBlock, backwardBlock, gradientBlock, reduce
    // Once a step, on the caller's thread.
    case prepare, combineStatistics, combineGradientSums

    var unit: Unit {
        switch self {
        case .forward, .backward, .statistics, .gradientSums: .piece
        case .pack, .packTurned, .forwardBlock, .backwardBlock, .gradientBlock, .reduce: .block
        case .prepare, .combineStatistics, .combineGradientSums: .once
        }
    }

    enum Unit { case piece, block, once }

    var looksAtParametersAlone: Bool { self == .prepare || self == .pack || self == .packTurned }
}

/// One step of a plan's program.
struct Instruction<Element: Scalar> {
    var stage: Stage
    var kernel: Kernel<Element>
    /// The layer it works for, by its index in the network; −1 for loading and the loss.
    var layer: Int

    var isLoading: Bool { if case .load = kernel { true } else { false } }

    /// Blocks that a `.block` stage falls into.
    var blocks: Int {
        switch (kernel, stage) {
        case (.fullyConnected(let kernel), .forwardBlock): kernel.forwardBlocks
        case (.fullyConnected(let kernel), .backwardBlock): kernel.inputBlocks
        case (.fullyConnected(let kernel), .gradientBlock): kernel.gradientBlocks
        case (.convolution(let kernel), .reduce): kernel.reductionBlocks
        case (.channelsLastConvolution(let kernel), .reduce): kernel.reductionBlocks
        case (.channelsLastConvolution(let kernel), .pack): kernel.packingBlocks
        case (.channelsLastConvolution(let kernel), .packTurned): kernel.turningBlocks
        case (.channelsLastConvolution(let kernel), .forwardBlock): kernel.forwardBlocks
        default: 1
        }
    }

    @inline(__always)
    func run(_ scope: Scope<Element>, _ load: (Int, UnsafeMutableBufferPointer<Element>) -> Void) {
        switch kernel {
        case .load(let target):
            for sample in scope.samples {
                load(sample, UnsafeMutableBufferPointer(start: target[sample, scope], count: target.count))
            }
        case .convolution(let kernel): kernel.run(stage, scope)
        case .channelsLastConvolution(let kernel): kernel.run(stage, scope)
        case .fullyConnected(let kernel): kernel.run(stage, scope)
        case .elementwise(let kernel): kernel.run(stage, scope)
        case .softmax(let kernel): kernel.run(stage, scope)
        case .pooling(let kernel): kernel.run(stage, scope)
        case .channelsLastPooling(let kernel): kernel.run(stage, scope)
        case .batchNormalization(let kernel): kernel.run(stage, scope)
        case .channelsLastNormalization(let kernel): kernel.run(stage, scope)
        case .dropout(let kernel): kernel.run(stage, scope)
        case .crossChannel(let kernel): kernel.run(stage, scope)
        case .channelsLastCrossChannel(let kernel): kernel.run(stage, scope)
        case .copy(let kernel): kernel.run(scope)
        case .transpose(let kernel): kernel.run(scope)
        case .loss(let kernel): kernel.run(scope)
        case .fold(let kernel): kernel.run()
        case .standalone(let kernel): kernel.run(stage, scope)
        }
    }
}

/// Instructions between two points where all workers wait for each other.
struct Phase {
    var unit: Stage.Unit
    var instructions: Range<Int>
    /// Blocks of all instructions together.
    var blocks: Int
}
