import Tensors

/// The largest number in each window; padding never wins.
public struct MaxPooling: Layer {
    public let rows, columns: Window

    /// - Parameter stride: as the window's size when nil.
    public init(
        size: Extent, stride: Extent? = nil, padding: Padding = .none, dilation: Extent = 1,
        roundsUp: Bool = false
    ) {
        (rows, columns) = Window.pair(
            kernel: size, stride: stride ?? size, dilation: dilation, padding: padding, roundsUp: roundsUp)
    }

    /// Over a signal, `[C, 1, W]`.
    public static func signal(size: Int, stride: Int? = nil, padding: Padding = .none) -> MaxPooling {
        MaxPooling(
            size: Extent(rows: 1, columns: size), stride: Extent(rows: 1, columns: stride ?? size),
            padding: padding)
    }

    public var kind: String { "max pooling" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try pooledShape(inputs[0], rows, columns)
    }
}

/// The mean of each window.
public struct AveragePooling: Layer {
    public let rows, columns: Window
    /// Whether padded positions count as zeros in the mean, or not at all.
    public let countsPadding: Bool

    /// - Parameter stride: as the window's size when nil.
    public init(
        size: Extent, stride: Extent? = nil, padding: Padding = .none, dilation: Extent = 1,
        countsPadding: Bool = true, roundsUp: Bool = false
    ) {
        (rows, columns) = Window.pair(
            kernel: size, stride: stride ?? size, dilation: dilation, padding: padding, roundsUp: roundsUp)
        self.countsPadding = countsPadding
    }

    /// Over a signal, `[C, 1, W]`.
    public static func signal(
        size: Int, stride: Int? = nil, padding: Padding = .none, countsPadding: Bool = true
    ) -> AveragePooling {
        AveragePooling(
            size: Extent(rows: 1, columns: size), stride: Extent(rows: 1, columns: stride ?? size),
            padding: padding, countsPadding: countsPadding)
    }

    public var kind: String { "average pooling" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try pooledShape(inputs[0], rows, columns)
    }
}

/// Keeps the first number of each `stride × stride` block and drops the rest.
public struct Subsampling: Layer {
    public let rows, columns: Window

    public init(stride: Extent) {
        (rows, columns) = Window.pair(kernel: 1, stride: stride, dilation: 1, padding: .none)
    }

    /// Over a signal, `[C, 1, W]`.
    public static func signal(stride: Int) -> Subsampling {
        Subsampling(stride: Extent(rows: 1, columns: stride))
    }

    public var kind: String { "subsampling" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try pooledShape(inputs[0], rows, columns)
    }
}

/// The mean of each channel: `[C, H, W]` → `[C]`.
public struct GlobalAveragePooling: Layer {
    public init() {}
    public var kind: String { "global average pooling" }
    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { Shape(inputs[0].channels) }
}

private func pooledShape(_ input: Shape, _ rows: Window, _ columns: Window) throws(ShapeError) -> Shape {
    let output = try Window.outputShape(channels: input.channels, over: input, rows, columns)
    try requirePossible("window", [rows.kernel, columns.kernel], atMost: Network.mostPooled)
    return output
}
