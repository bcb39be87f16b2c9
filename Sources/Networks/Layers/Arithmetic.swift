import Tensors

/// Two inputs combined number by number; along an axis where one of them has size 1 it is repeated.
public struct Arithmetic: StandaloneLayer {
    public enum Operation: String, Sendable, CaseIterable {
        /// Where the shapes are equal, `Addition` does the same for any number of inputs.
        case addition = "broadcast addition"
        case subtraction, multiplication, division
    }

    public let operation: Operation

    public init(_ operation: Operation) {
        self.operation = operation
    }

    public var kind: String { operation.rawValue }
    public var inputCounts: ClosedRange<Int> { 2...2 }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        func common(_ axis: ShapeError.Axis, _ one: Int, _ other: Int) throws(ShapeError) -> Int {
            guard one == other || one == 1 || other == 1 else {
                throw .mismatch(axis: axis, found: other, expected: one, input: 2)
            }
            return max(one, other)
        }
        return Shape(
            try common(.channels, inputs[0].channels, inputs[1].channels),
            try common(.height, inputs[0].height, inputs[1].height),
            try common(.width, inputs[0].width, inputs[1].width))
    }
}

/// `scale · x + offset` with learned figures, one for all numbers or one for each place along the chosen axes.
public struct Affine: StandaloneLayer {
    /// The axes along which the figures differ.
    public struct Axes: OptionSet, Sendable, Hashable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let channels = Axes(rawValue: 1)
        public static let rows = Axes(rawValue: 2)
        public static let columns = Axes(rawValue: 4)
    }

    public let axes: Axes
    public let hasScale, hasOffset: Bool
    public var scaleFactors = LearnFactors()
    public var offsetFactors = LearnFactors.bias

    public init(over axes: Axes = .channels, hasScale: Bool = true, hasOffset: Bool = true) {
        self.axes = axes
        self.hasScale = hasScale
        self.hasOffset = hasOffset
    }

    public var kind: String { "affine" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

    /// The shape of `scale` and `offset`.
    func extent(for input: Shape) -> Shape {
        Shape(
            axes.contains(.channels) ? input.channels : 1, axes.contains(.rows) ? input.height : 1,
            axes.contains(.columns) ? input.width : 1)
    }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        let extent = extent(for: inputs[0])
        let shape = [extent.channels, extent.height, extent.width]
        var list: [ParameterSpecification] = []
        if hasScale {
            list.append(
                ParameterSpecification("scale", shape: shape, initializer: .ones, factors: scaleFactors))
        }
        if hasOffset {
            list.append(
                ParameterSpecification("offset", shape: shape, initializer: .zeros, factors: offsetFactors))
        }
        return list
    }

    public func multiplyAccumulates(for inputs: [Shape]) -> Int { hasScale ? inputs[0].count : 0 }
}

/// Normalises each channel of each sample over its positions: `scale · (x − mean) / √(variance + epsilon) + offset`.
///
/// Ulyanov et al., "Instance normalization" (2016). The same in training and inference.
public struct InstanceNormalization: StandaloneLayer {
    public let epsilon: Double
    public var scaleFactors = LearnFactors()
    public var offsetFactors = LearnFactors()

    public init(epsilon: Double = 1e-5) {
        self.epsilon = epsilon
    }

    public var kind: String { "instance normalization" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard epsilon >= 0 else { throw .badOption("epsilon", found: "\(epsilon)", expected: "0 or more") }
        return inputs[0]
    }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        let shape = [inputs[0].channels]
        return [
            ParameterSpecification("scale", shape: shape, initializer: .ones, factors: scaleFactors),
            ParameterSpecification("offset", shape: shape, initializer: .zeros, factors: offsetFactors),
        ]
    }
}

/// The largest number of each channel: `[C, H, W]` → `[C]`.
public struct GlobalMaxPooling: StandaloneLayer {
    public init() {}
    public var kind: String { "global max pooling" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try requirePossible("window", [inputs[0].area], atMost: Network.mostPooled)
        return Shape(inputs[0].channels)
    }
}
