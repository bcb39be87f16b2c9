import Tensors

/// A size along rows and columns; an integer literal means the same along both.
public struct Extent: Hashable, Sendable, ExpressibleByIntegerLiteral {
    public var rows: Int
    public var columns: Int

    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    public init(_ both: Int) {
        self.init(rows: both, columns: both)
    }

    public init(integerLiteral value: Int) {
        self.init(value)
    }
}

/// What is added around a map before a window slides over it.
public enum Padding: Hashable, Sendable {
    case none
    /// Output size = input size / stride, rounded up; an odd rest goes to the bottom and the right.
    case same
    case explicit(top: Int, left: Int, bottom: Int, right: Int)

    /// The same on all four sides.
    public static func all(_ amount: Int) -> Padding {
        .explicit(top: amount, left: amount, bottom: amount, right: amount)
    }

    /// The same before and after the columns only: for signals.
    public static func columns(_ amount: Int) -> Padding {
        .explicit(top: 0, left: amount, bottom: 0, right: amount)
    }
}

/// How a window slides along one axis.
public struct Window: Hashable, Sendable {
    public enum Padding: Hashable, Sendable {
        case same
        case explicit(before: Int, after: Int)
    }

    public var kernel: Int
    public var stride: Int
    public var dilation: Int
    public var padding: Padding
    /// Counts a last window that starts inside but reaches beyond the padded input (poolings only).
    public var roundsUp: Bool

    public init(kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Padding, roundsUp: Bool = false) {
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.roundsUp = roundsUp
    }

    /// Positions from its first to its last element: `dilation · (kernel − 1) + 1`.
    public var extent: Int { dilation * (kernel - 1) + 1 }

    /// `floor((size + padding − extent) / stride) + 1`; with `roundsUp`, ceil instead of floor.
    public func positions(over size: Int, axis: ShapeError.Axis) throws(ShapeError) -> Int {
        try validate()
        guard case .explicit(let before, let after) = padding else { return (size + stride - 1) / stride }
        let room = size + before + after - extent
        guard room >= 0 else {
            throw .tooSmall(axis: axis, found: size, padding: before + after, extent: extent)
        }
        guard roundsUp else { return room / stride + 1 }
        let count = (room + stride - 1) / stride + 1
        // A window that would start in the padding behind the input sees nothing of it.
        return (count - 1) * stride >= size + before ? count - 1 : count
    }

    /// Positions added before the first, `same` resolved for an input of `size`.
    public func paddingBefore(_ size: Int) -> Int {
        switch padding {
        case .explicit(let before, _): return before
        case .same:
            let count = (size + stride - 1) / stride
            return max((count - 1) * stride + extent - size, 0) / 2
        }
    }

    /// Positions added behind the last.
    public func paddingAfter(_ size: Int) -> Int {
        switch padding {
        case .explicit(_, let after): return after
        case .same:
            let count = (size + stride - 1) / stride
            return max((count - 1) * stride + extent - size, 0) - paddingBefore(size)
        }
    }

    /// Longer than any signal or picture; keeps products of sizes far from overflow.
    private static let longest = 1 << 16

    private func validate() throws(ShapeError) {
        try require("kernel", kernel, atLeast: 1, atMost: Self.longest)
        try require("stride", stride, atLeast: 1, atMost: Self.longest)
        try require("dilation", dilation, atLeast: 1, atMost: Self.longest)
        if case .explicit(let before, let after) = padding {
            try require("padding", min(before, after), atLeast: 0, atMost: Self.longest)
            try require("padding", max(before, after), atLeast: 0, atMost: Self.longest)
        }
    }

    /// Shape of `channels` maps that windows over `input` give.
    ///
    /// - Throws: `ShapeError` where they do not fit, or the part of the padded input that they reach is too large.
    static func outputShape(
        channels: Int, over input: Shape, _ rows: Window, _ columns: Window
    ) throws(ShapeError) -> Shape {
        let height = try rows.positions(over: input.height, axis: .height)
        let width = try columns.positions(over: input.width, axis: .width)
        try requirePossible(
            "padded input",
            [
                input.channels, (height - 1) * rows.stride + rows.extent,
                (width - 1) * columns.stride + columns.extent,
            ])
        return Shape(channels, height, width)
    }

    /// The windows along rows and columns for the labels users write.
    static func pair(
        kernel: Extent, stride: Extent, dilation: Extent, padding: Networks.Padding, roundsUp: Bool = false
    ) -> (rows: Window, columns: Window) {
        let vertical, horizontal: Padding
        switch padding {
        case .none: (vertical, horizontal) = (.explicit(before: 0, after: 0), .explicit(before: 0, after: 0))
        case .same: (vertical, horizontal) = (.same, .same)
        case .explicit(let top, let left, let bottom, let right):
            vertical = .explicit(before: top, after: bottom)
            horizontal = .explicit(before: left, after: right)
        }
        return (
            Window(
                kernel: kernel.rows, stride: stride.rows, dilation: dilation.rows, padding: vertical,
                roundsUp: roundsUp),
            Window(
                kernel: kernel.columns, stride: stride.columns, dilation: dilation.columns,
                padding: horizontal,
                roundsUp: roundsUp)
        )
    }
}
