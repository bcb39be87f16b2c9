import Tensors

/// Slides `filters` over the input: `output = correlate(input, weights) + bias`.
///
/// Input `[C, H, W]`, output `[filters, H', W']` with `H' = (H + padding − dilation·(kernel − 1) − 1) / stride + 1`.
/// Weights `[filters, C / groups, kernel rows, kernel columns]`, bias `[filters]`.
public struct Convolution: Layer {
    public var filters: Int
    public let rows, columns: Window
    public let groups: Int
    public let hasBias: Bool
    public var initializer: Initializer
    public var weightFactors = LearnFactors()
    public var biasFactors = LearnFactors.bias

    public init(
        filters: Int, kernel: Extent, stride: Extent = 1, padding: Padding = .none, dilation: Extent = 1,
        groups: Int = 1, hasBias: Bool = true, initializer: Initializer = .glorot
    ) {
        self.filters = filters
        (rows, columns) = Window.pair(kernel: kernel, stride: stride, dilation: dilation, padding: padding)
        self.groups = groups
        self.hasBias = hasBias
        self.initializer = initializer
    }

    /// Over a signal, `[C, 1, W]`.
    public static func signal(
        filters: Int, kernel: Int, stride: Int = 1, padding: Padding = .none, dilation: Int = 1,
        groups: Int = 1, hasBias: Bool = true, initializer: Initializer = .glorot
    ) -> Convolution {
        Convolution(
            filters: filters, kernel: Extent(rows: 1, columns: kernel),
            stride: Extent(rows: 1, columns: stride), padding: padding,
            dilation: Extent(rows: 1, columns: dilation), groups: groups, hasBias: hasBias,
            initializer: initializer)
    }

    public var kind: String { groups == 1 ? "convolution" : "grouped convolution" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        let input = inputs[0]
        try require("filters", filters, atLeast: 1)
        try require("groups", groups, atLeast: 1)
        guard input.channels.isMultiple(of: groups) else {
            throw .notDivisible("channels", found: input.channels, by: groups, of: "groups")
        }
        guard filters.isMultiple(of: groups) else {
            throw .notDivisible("filters", found: filters, by: groups, of: "groups")
        }
        let output = try Window.outputShape(channels: filters, over: input, rows, columns)
        let window = [input.channels / groups, rows.kernel, columns.kernel]
        try requirePossible("weights", [filters] + window)
        try requirePossible("unrolled input", window + [output.height, output.width])
        return output
    }

    public func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
        let channels = inputs[0].channels / groups
        let area = rows.kernel * columns.kernel
        let weights = ParameterSpecification(
            "weights", shape: [filters, channels, rows.kernel, columns.kernel], initializer: initializer,
            fanIn: channels * area, fanOut: filters / groups * area, factors: weightFactors)
        guard hasBias else { return [weights] }
        return [
            weights,
            ParameterSpecification("bias", shape: [filters], initializer: .zeros, factors: biasFactors),
        ]
    }

    public func multiplyAccumulates(for inputs: [Shape]) -> Int {
        guard let output = try? outputShape(for: inputs) else { return 0 }
        return output.count * inputs[0].channels / groups * rows.kernel * columns.kernel
    }
}
