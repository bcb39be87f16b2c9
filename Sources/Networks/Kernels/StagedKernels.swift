import Tensors

/// A kernel that works on the samples of a piece, one way or the other.
protocol TwoWayKernel<Element> {
    associatedtype Element: Scalar
    func forward(_ scope: Scope<Element>)
    func backward(_ scope: Scope<Element>)
}

extension TwoWayKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        stage == .forward ? forward(scope) : backward(scope)
    }
}

extension ElementwiseKernel: TwoWayKernel {}
extension SoftmaxKernel: TwoWayKernel {}
extension PoolingKernel: TwoWayKernel {}
extension ChannelsLastPooling: TwoWayKernel {}
extension DropoutKernel: TwoWayKernel {}
extension CrossChannelKernel: TwoWayKernel {}
extension ChannelsLastCrossChannel: TwoWayKernel {}

/// A batch normalisation, which crosses the batch twice in each direction.
protocol NormalizingKernel<Element>: TwoWayKernel {
    var numbers: NormalizationCoefficients<Element> { get }
    func statistics(_ scope: Scope<Element>)
    func gradientSums(_ scope: Scope<Element>)
}

extension NormalizingKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        switch stage {
        case .forward: forward(scope)
        case .backward: backward(scope)
        case .statistics: statistics(scope)
        case .combineStatistics: numbers.combineStatistics(scope)
        case .gradientSums: gradientSums(scope)
        case .combineGradientSums: numbers.combineGradientSums(scope)
        default: numbers.useRunningStatistics()
        }
    }
}

extension BatchNormalizationKernel: NormalizingKernel {}
extension ChannelsLastNormalization: NormalizingKernel {}

extension ConvolutionKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        switch stage {
        case .forward: forward(scope)
        case .backward: backward(scope)
        default: reduce(scope)
        }
    }
}

extension ChannelsLastConvolutionKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        switch stage {
        case .forward: forward(scope)
        case .backward: backward(scope)
        case .forwardBlock: forwardBlock(scope)
        case .pack: pack(scope)
        case .packTurned: packTurned(scope)
        default: reduce(scope)
        }
    }
}

extension FullyConnectedKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        switch stage {
        case .forward: forward(scope)
        case .backward: backward(scope)
        case .forwardBlock: forwardBlock(scope)
        case .backwardBlock: backwardBlock(scope)
        default: gradientBlock(scope)
        }
    }
}

extension StandaloneKernel {
    @inline(__always)
    func run(_ stage: Stage, _ scope: Scope<Element>) {
        switch stage {
        case .forward: forward(scope)
        case .backward: backward(scope)
        default: combine(scope)
        }
    }
}
