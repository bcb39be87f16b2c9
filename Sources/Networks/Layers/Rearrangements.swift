import Tensors

/// A layer whose every output is one of its inputs, or a constant: a table says which.
protocol RearrangingLayer: StandaloneLayer {
    /// For each number of the output its place in the input, or −1 for the filler.
    func sources(for input: Shape) -> [Int32]
    var filler: Double { get }
}

extension RearrangingLayer {
    var filler: Double { 0 }
}

/// The same numbers in the same order under another shape.
public struct Reshape: Layer {
    public let shape: Shape

    public init(to shape: Shape) {
        self.shape = shape
    }

    public var kind: String { "reshape" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard inputs[0].count == shape.count else {
            throw .badOption("shape", found: "\(shape)", expected: "of as many numbers as \(inputs[0])")
        }
        return shape
    }
}

/// Puts the axes of a sample, seen as an array of `sizes`, into another order: axis `i` of the output is axis
/// `order[i]` of the input. The result has the shape `shape`.
public struct Transposition: RearrangingLayer {
    public let sizes: [Int]
    public let order: [Int]
    public let shape: Shape

    public init(of sizes: [Int], order: [Int], to shape: Shape) {
        self.sizes = sizes
        self.order = order
        self.shape = shape
    }

    /// Of the axes `[C, H, W]`.
    public init(of shape: Shape, order: [Int]) {
        let sizes = [shape.channels, shape.height, shape.width]
        let moved = order.map { (0..<3).contains($0) ? sizes[$0] : 1 }
        let result = moved.count == 3 ? Shape(moved[0], moved[1], moved[2]) : shape
        self.init(of: sizes, order: order, to: result)
    }

    public var kind: String { "transposition" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        guard order.sorted() == Array(sizes.indices) else {
            throw .badOption("order", found: "\(order)", expected: "the numbers 0 to \(sizes.count - 1)")
        }
        for size in sizes { try require("size", size, atLeast: 1, atMost: Network.mostNumbers) }
        try requirePossible("axes", sizes)
        guard sizes.reduce(1, *) == inputs[0].count, shape.count == inputs[0].count else {
            throw .badOption("sizes", found: "\(sizes)", expected: "of as many numbers as \(inputs[0])")
        }
        return shape
    }

    func sources(for input: Shape) -> [Int32] {
        let strides = rowMajorStrides(sizes)
        return places(order.map { sizes[$0] }, strides: order.map { strides[$0] }, from: 0)
    }
}

/// Part of a sample: along each axis every `step`-th place from `start` on; a negative step goes backwards.
public struct Slicing: RearrangingLayer {
    public struct Range: Sendable, Hashable {
        public var start, count, step: Int

        public init(start: Int = 0, count: Int, step: Int = 1) {
            self.start = start
            self.count = count
            self.step = step
        }
    }

    public let channels, rows, columns: Range

    public init(channels: Range, rows: Range, columns: Range) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    public var kind: String { "slicing" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try check("channels", channels, inputs[0].channels)
        try check("rows", rows, inputs[0].height)
        try check("columns", columns, inputs[0].width)
        return Shape(channels.count, rows.count, columns.count)
    }

    private func check(_ axis: String, _ range: Range, _ size: Int) throws(ShapeError) {
        try require("\(axis) count", range.count, atLeast: 1, atMost: size)
        try require("\(axis) start", range.start, atLeast: 0, atMost: size - 1)
        try require("\(axis) step", range.step, atLeast: -size, atMost: size)
        try require(
            "\(axis) end", range.start + (range.count - 1) * range.step, atLeast: 0, atMost: size - 1)
    }

    func sources(for input: Shape) -> [Int32] {
        let first = (channels.start * input.height + rows.start) * input.width + columns.start
        return places(
            [channels.count, rows.count, columns.count],
            strides: [channels.step * input.area, rows.step * input.width, columns.step], from: first)
    }
}

/// Numbers added around a sample, along any of its axes.
public struct Border: RearrangingLayer {
    public enum Filling: Hashable, Sendable {
        case constant(Double)
        /// Mirrored at the outermost place, which is not repeated.
        case reflect
        /// The outermost place repeated.
        case edge
        /// What lies at the other side.
        case wrap
    }

    public struct Amount: Hashable, Sendable {
        public var before, after: Int

        public init(before: Int, after: Int) {
            self.before = before
            self.after = after
        }
    }

    public let channels, rows, columns: Amount
    public let filling: Filling

    public init(
        channels: Amount = Amount(before: 0, after: 0), rows: Amount = Amount(before: 0, after: 0),
        columns: Amount = Amount(before: 0, after: 0), filling: Filling = .constant(0)
    ) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.filling = filling
    }

    public var kind: String { "padding" }
    var filler: Double { if case .constant(let value) = filling { value } else { 0 } }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        let sizes = [
            try size(of: inputs[0].channels, channels), try size(of: inputs[0].height, rows),
            try size(of: inputs[0].width, columns),
        ]
        try requirePossible("output", sizes)
        return Shape(sizes[0], sizes[1], sizes[2])
    }

    private func size(of size: Int, _ amount: Amount) throws(ShapeError) -> Int {
        // Mirrored, an axis has one place less to give than its size; wrapped or repeated, any number will do.
        let most = if case .reflect = filling { size - 1 } else { 1 << 16 }
        try require("padding", amount.before, atLeast: -(1 << 16), atMost: most)
        try require("padding", amount.after, atLeast: -(1 << 16), atMost: most)
        let padded = size + amount.before + amount.after
        try require("padded size", padded, atLeast: 1, atMost: Network.mostNumbers)
        return padded
    }

    func sources(for input: Shape) -> [Int32] {
        let (depths, lines, places) = (
            source(input.channels, channels), source(input.height, rows), source(input.width, columns)
        )
        var result: [Int32] = []
        result.reserveCapacity(depths.count * lines.count * places.count)
        for depth in depths {
            for line in lines {
                for place in places {
                    let isInside = depth >= 0 && line >= 0 && place >= 0
                    result.append(
                        isInside ? Int32((depth * input.height + line) * input.width + place) : -1)
                }
            }
        }
        return result
    }

    /// For each place along an axis of the output the place in the input; −1 for the filler.
    private func source(_ size: Int, _ amount: Amount) -> [Int] {
        (-amount.before..<size + amount.after).map { place in
            if (0..<size).contains(place) { return place }
            switch filling {
            case .constant: return -1
            case .edge: return place < 0 ? 0 : size - 1
            case .reflect: return place < 0 ? -place : 2 * (size - 1) - place
            case .wrap: return ((place % size) + size) % size
            }
        }
    }
}

/// Channels picked by number, in any order and as often as one likes: a shuffle, a selection, a repetition.
public struct ChannelSelection: RearrangingLayer {
    public let indices: [Int]

    public init(_ indices: [Int]) {
        self.indices = indices
    }

    public var kind: String { "channel selection" }

    public func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
        try require("channels", indices.count, atLeast: 1)
        for index in indices {
            try require("channel number", index, atLeast: 0, atMost: inputs[0].channels - 1)
        }
        try requirePossible("output", [indices.count, inputs[0].area])
        return Shape(indices.count, inputs[0].height, inputs[0].width)
    }

    func sources(for input: Shape) -> [Int32] {
        indices.flatMap { channel in (0..<input.area).map { Int32(channel * input.area + $0) } }
    }
}

private func rowMajorStrides(_ sizes: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: sizes.count)
    for axis in sizes.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
    return strides
}

/// `first + Σ index · stride` for every index of an array of `sizes`, the last axis fastest.
private func places(_ sizes: [Int], strides: [Int], from first: Int) -> [Int32] {
    var result = [Int32(first)]
    for (size, stride) in zip(sizes, strides) {
        result = result.flatMap { start in (0..<size).map { start + Int32($0 * stride) } }
    }
    return result
}
