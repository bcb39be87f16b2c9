import Tensors

/// Gives a sample the shape of a vector: `[C, H, W]` → `[C · H · W]`, channel by channel, row by row.
public struct Flatten: Layer {
    public init() {}
    public var kind: String { "flatten" }
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { Shape(inputs[0].count) }
}

/// The sum of two or more inputs of one shape: where a skip connection joins again.
public struct Addition: Layer {
    public init() {}
    public var kind: String { "addition" }
    public var inputCounts: ClosedRange<Int> { 2 ... .max }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        for (index, shape) in inputs.enumerated() {
            try requireEqual(.channels, shape.channels, inputs[0].channels, input: index + 1)
            try requireEqual(.height, shape.height, inputs[0].height, input: index + 1)
            try requireEqual(.width, shape.width, inputs[0].width, input: index + 1)
        }
        return inputs[0]
    }
}

/// Stacks the channels of two or more inputs of one height and width, in their order.
public struct DepthConcatenation: Layer {
    public init() {}
    public var kind: String { "depth concatenation" }
    public var inputCounts: ClosedRange<Int> { 2 ... .max }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        for (index, shape) in inputs.enumerated() {
            try requireEqual(.height, shape.height, inputs[0].height, input: index + 1)
            try requireEqual(.width, shape.width, inputs[0].width, input: index + 1)
        }
        return Shape(inputs.reduce(0) { $0 + $1.channels }, inputs[0].height, inputs[0].width)
    }
}

private func requireEqual(_ axis: ShapeError.Axis, _ found: Int, _ expected: Int, input: Int)
    throws(ShapeError)
{
    guard found == expected else {
        throw .mismatch(axis: axis, found: found, expected: expected, input: input)
    }
}
