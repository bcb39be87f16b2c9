import Tensors

/// `output = weights · input + bias` over all numbers of a sample, whatever its shape.
///
/// Weights `[outputs, inputs]`, bias `[outputs]`.
public struct FullyConnected: Layer {
    public let outputs: Int
    public let hasBias: Bool
    public var initializer: Initializer
    public var weightFactors = LearnFactors()
    public var biasFactors = LearnFactors.bias

    public init(outputs: Int, hasBias: Bool = true, initializer: Initializer = .glorot) {
        self.outputs = outputs
        self.hasBias = hasBias
        self.initializer = initializer
    }

    public var kind: String { "fully connected" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try require("outputs", outputs, atLeast: 1)
        return Shape(outputs)
    }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        let weights = ParameterSpecification(
            "weights", shape: [outputs, inputs[0].count], initializer: initializer, fanIn: inputs[0].count,
            fanOut: outputs, factors: weightFactors)
        guard hasBias else { return [weights] }
        return [
            weights,
            ParameterSpecification("bias", shape: [outputs], initializer: .zeros, factors: biasFactors),
        ]
    }

    public func multiplyAccumulates(for inputs: [Shape]) -> Int { outputs * inputs[0].count }
}
