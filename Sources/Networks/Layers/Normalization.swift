import Tensors

/// Normalises each channel over the batch and its positions: `scale · (x − mean) / √(variance + epsilon) + offset`.
///
/// In training the batch's own mean and (biased) variance are used, and the running ones move towards the batch's
/// mean and unbiased variance by `momentum`; in inference the running ones are used.
/// Ioffe and Szegedy, "Batch normalization" (2015); running statistics as PyTorch keeps them.
public struct BatchNormalization: Layer {
    public let epsilon: Double
    public let momentum: Double
    public var scaleFactors = LearnFactors()
    public var offsetFactors = LearnFactors()

    public init(epsilon: Double = 1e-5, momentum: Double = 0.1) {
        self.epsilon = epsilon
        self.momentum = momentum
    }

    public var kind: String { "batch normalization" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard epsilon >= 0 else { throw .badOption("epsilon", found: "\(epsilon)", expected: "0 or more") }
        guard (0...1).contains(momentum) else {
            throw .badOption("momentum", found: "\(momentum)", expected: "between 0 and 1")
        }
        return inputs[0]
    }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        let shape = [inputs[0].channels]
        return [
            ParameterSpecification("scale", shape: shape, initializer: .ones, factors: scaleFactors),
            ParameterSpecification("offset", shape: shape, initializer: .zeros, factors: offsetFactors),
        ]
    }

    public func state(for inputs: [Shape]) -> [ParameterSpecification] {
        let shape = [inputs[0].channels]
        return [
            ParameterSpecification("mean", shape: shape, initializer: .zeros),
            ParameterSpecification("variance", shape: shape, initializer: .ones),
        ]
    }
}

/// Local response normalisation across `size` neighbouring channels: `x / (k + alpha/size · Σ x²)^beta`.
///
/// Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), with alpha divided
/// by the window's size as MATLAB and ONNX do.
public struct CrossChannelNormalization: Layer {
    public let size: Int
    public let alpha, beta, k: Double

    public init(size: Int = 5, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 2) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }

    public var kind: String { "cross-channel normalization" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try require("size", size, atLeast: 1)
        guard k > 0 else { throw .badOption("k", found: "\(k)", expected: "more than 0") }
        return inputs[0]
    }
}
