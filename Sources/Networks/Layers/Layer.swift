import Tensors

/// One building block of a network: a value that describes itself. A `Plan` owns the buffers it works on.
///
/// All layers work on 2-D maps; a signal is a map of height 1.
public protocol Layer: Sendable, Equatable {
    /// What it is in the field's words, for tables: `convolution`, `max pooling`.
    var kind: String { get }

    /// How many inputs it takes; most take one.
    var inputCounts: ClosedRange<Int> { get }

    /// Shape of one sample's output for the shapes of its inputs (as many as `inputCounts` allows).
    func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape

    /// Its learnable parameters, in their order in `Parameters`.
    func parameters(for inputs: [Shape]) -> [ParameterSpecification]

    /// What it keeps beside the learnables, such as running statistics.
    func state(for inputs: [Shape]) -> [ParameterSpecification]

    /// Multiply-accumulate operations for one sample; 0 for what does not multiply by learnables.
    func multiplyAccumulates(for inputs: [Shape]) -> Int

    /// False for layers that can only be used for inference.
    var isDifferentiable: Bool { get }
}

extension Layer {
    public var inputCounts: ClosedRange<Int> { 1...1 }
    public var isDifferentiable: Bool { true }
    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] { [] }
    public func state(for inputs: [Shape]) -> [ParameterSpecification] { [] }
    public func multiplyAccumulates(for inputs: [Shape]) -> Int { 0 }

    public func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        try outputShape(for: [input])
    }

    func equals(_ other: any Layer) -> Bool { (other as? Self) == self }
}

/// A learnable array of a layer (or an array of its state), before it has values.
public struct ParameterSpecification: Sendable, Equatable {
    /// `weights`, `bias`, `scale`, `offset`.
    public var name: String
    public var shape: [Int]
    public var initializer: Initializer
    /// Inputs that meet in one output, and outputs that one input reaches: what Glorot and He scale by.
    public var fanIn: Int
    public var fanOut: Int
    public var factors: LearnFactors

    public var count: Int { shape.reduce(1, *) }

    public init(
        _ name: String, shape: [Int], initializer: Initializer, fanIn: Int = 1, fanOut: Int = 1,
        factors: LearnFactors = LearnFactors()
    ) {
        self.name = name
        self.shape = shape
        self.initializer = initializer
        self.fanIn = fanIn
        self.fanOut = fanOut
        self.factors = factors
    }
}

/// How strongly the solver's rate and its L2 regularisation act on a parameter, relative to the others.
public struct LearnFactors: Sendable, Hashable {
    public var rate: Float
    public var l2: Float

    public init(rate: Float = 1, l2: Float = 1) {
        self.rate = rate
        self.l2 = l2
    }

    /// Biases learn like weights but are not regularised, as in MATLAB.
    public static let bias = LearnFactors(rate: 1, l2: 0)
}
