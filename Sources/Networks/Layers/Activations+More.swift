import Tensors

/// A function of each number with figures of its own, computed by `ActivationKernel`.
protocol ActivationLayer: StandaloneLayer {
    var function: Activation { get }
}

extension ActivationLayer {
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
}

/// What an activation computes; the formulas stand with the layers.
enum Activation: Sendable {
    case elu(alpha: Double)
    case selu(alpha: Double, gamma: Double)
    case hardSigmoid(alpha: Double, beta: Double)
    case hardSwish
    case clip(low: Double, high: Double)
}

/// `x` where positive, else `alpha · (exp(x) − 1)`.
///
/// Clevert et al., "Fast and accurate deep network learning by exponential linear units" (2016).
public struct ELU: ActivationLayer {
    public let alpha: Double

    public init(alpha: Double = 1) {
        self.alpha = alpha
    }

    public var kind: String { "ELU" }
    var function: Activation { .elu(alpha: alpha) }
}

/// `gamma · x` where positive, else `gamma · alpha · (exp(x) − 1)`.
///
/// Klambauer et al., "Self-normalizing neural networks" (2017), whose figures are the defaults.
public struct SELU: ActivationLayer {
    public let alpha, gamma: Double

    public init(alpha: Double = 1.6732632423543772, gamma: Double = 1.0507009873554805) {
        self.alpha = alpha
        self.gamma = gamma
    }

    public var kind: String { "SELU" }
    var function: Activation { .selu(alpha: alpha, gamma: gamma) }
}

/// `min(1, max(0, alpha · x + beta))`.
public struct HardSigmoid: ActivationLayer {
    public let alpha, beta: Double

    public init(alpha: Double = 0.2, beta: Double = 0.5) {
        self.alpha = alpha
        self.beta = beta
    }

    public var kind: String { "hard sigmoid" }
    var function: Activation { .hardSigmoid(alpha: alpha, beta: beta) }
}

/// `x · min(1, max(0, x / 6 + 1/2))`.
///
/// Howard et al., "Searching for MobileNetV3" (2019).
public struct HardSwish: ActivationLayer {
    public init() {}
    public var kind: String { "hard swish" }
    var function: Activation { .hardSwish }
}

/// `min(high, max(low, x))`; from 0 to 6 it is the ReLU6 of mobile networks.
public struct Clip: ActivationLayer {
    public let low, high: Double

    public init(low: Double = -.infinity, high: Double = .infinity) {
        self.low = low
        self.high = high
    }

    public var kind: String { "clipped ReLU" }
    var function: Activation { .clip(low: low, high: high) }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard low <= high else { throw .badOption("low", found: "\(low)", expected: "at most high, \(high)") }
        return inputs[0]
    }
}

/// `x_c − log Σ exp(x)` over the channels of each position, computed after subtracting the largest.
public struct LogSoftmax: StandaloneLayer {
    public init() {}
    public var kind: String { "log-softmax" }
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
}

/// `x` where positive, else `slope · x`, with a learned slope for each channel or one for all.
///
/// He et al., "Delving deep into rectifiers" (2015).
public struct PReLU: StandaloneLayer {
    public let isShared: Bool
    public var slopeFactors = LearnFactors.bias

    public init(isShared: Bool = false) {
        self.isShared = isShared
    }

    public var kind: String { "PReLU" }
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        [
            ParameterSpecification(
                "slope", shape: [isShared ? 1 : inputs[0].channels], initializer: .quarter,
                factors: slopeFactors)
        ]
    }
}
