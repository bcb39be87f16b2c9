import Tensors

/// A layer that maps each number by itself; its output has its input's shape.
protocol ElementwiseLayer: Layer {}

extension ElementwiseLayer {
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
}

/// `max(0, x)`.
public struct ReLU: ElementwiseLayer {
    public init() {}
    public var kind: String { "ReLU" }
}

/// `x` where positive, else `slope · x`.
public struct LeakyReLU: ElementwiseLayer {
    public let slope: Double

    public init(slope: Double = 0.01) {
        self.slope = slope
    }

    public var kind: String { "leaky ReLU" }
}

/// `1 / (1 + exp(−x))`.
public struct Sigmoid: ElementwiseLayer {
    public init() {}
    public var kind: String { "sigmoid" }
}

/// The hyperbolic tangent.
public struct Tanh: ElementwiseLayer {
    public init() {}
    public var kind: String { "tanh" }
}

/// 1 where `x ≥ 0`, else 0 (a perceptron's threshold). It has no useful gradient: for inference only.
public struct Step: ElementwiseLayer {
    public init() {}
    public var kind: String { "step" }
    public var isDifferentiable: Bool { false }
}

/// `exp(x_c) / Σ exp(x)` over the channels of each position, computed after subtracting the largest.
public struct Softmax: ElementwiseLayer {
    public init() {}
    public var kind: String { "softmax" }
}

/// In training, zeroes each number with `probability` and scales the rest by `1 / (1 − probability)`; else nothing.
///
/// Srivastava et al., "Dropout", JMLR 15 (2014).
public struct Dropout: Layer {
    public let probability: Double

    public init(probability: Double = 0.5) {
        self.probability = probability
    }

    public var kind: String { "dropout" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard probability >= 0, probability < 1 else {
            throw .badOption("probability", found: "\(probability)", expected: "at least 0 and less than 1")
        }
        return inputs[0]
    }
}
