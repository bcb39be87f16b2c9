import Tensors

/// Pictures or signals reduced to what a thumbnail can show: a few kilobytes each.
public struct Miniatures: Sendable, Equatable {
    /// Of all: `[C, H, W]`.
    public let shape: Shape
    /// `[N, C, H, W]`.
    public let bytes: [UInt8]

    /// Rows and columns of a picture, and points of a signal, at most.
    public static let (side, points) = (32, 128)

    init(shape: Shape, bytes: [UInt8]) {
        self.shape = shape
        self.bytes = bytes
    }

    /// The sample's bytes, `[C, H, W]`.
    public subscript(sample: Int) -> ArraySlice<UInt8> {
        bytes[sample * shape.count..<(sample + 1) * shape.count]
    }
}

/// One sample as a thumbnail shows it, `[C, H, W]`.
public struct Miniature: Sendable, Equatable {
    public let shape: Shape
    public let bytes: [UInt8]

    /// Averages down; 0 is the sample's lowest value and 255 its highest, unless they are pixels already.
    init(_ values: [Float], shape: Shape, arePixels: Bool) {
        let (height, width) =
            shape.height == 1
            ? (1, min(shape.width, Miniatures.points)) : Self.fitted(shape.height, shape.width)
        let finite = values.filter(\.isFinite)
        let (low, high) = arePixels ? (0, 255) : (finite.min() ?? 0, finite.max() ?? 0)
        let scale = high > low ? 255 / (high - low) : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(shape.channels * height * width)
        for channel in 0..<shape.channels {
            for row in 0..<height {
                let rows = Self.source(row, of: height, over: shape.height)
                for column in 0..<width {
                    let columns = Self.source(column, of: width, over: shape.width)
                    var sum: Float = 0
                    for y in rows {
                        let start = channel * shape.area + y * shape.width
                        for x in columns where values[start + x].isFinite { sum += values[start + x] - low }
                    }
                    let mean = sum / Float(rows.count * columns.count) * scale
                    bytes.append(UInt8(max(0, min(255, mean.rounded()))))
                }
            }
        }
        self.shape = Shape(shape.channels, height, width)
        self.bytes = bytes
    }

    init(shape: Shape, bytes: [UInt8]) {
        self.shape = shape
        self.bytes = bytes
    }

    /// The proportions stay.
    private static func fitted(_ height: Int, _ width: Int) -> (Int, Int) {
        let largest = max(height, width)
        guard largest > Miniatures.side else { return (height, width) }
        return (max(1, height * Miniatures.side / largest), max(1, width * Miniatures.side / largest))
    }

    private static func source(_ place: Int, of places: Int, over extent: Int) -> Range<Int> {
        let start = place * extent / places
        return start..<max(start + 1, (place + 1) * extent / places)
    }
}

extension Dataset {
    /// A sample to be looked at; nil for feature vectors that came without pictures.
    public func miniature(of sample: Int) -> Miniature? {
        if let miniatures { return Miniature(shape: miniatures.shape, bytes: Array(miniatures[sample])) }
        guard shape.height > 1 || shape.width > 1 else { return nil }
        let range = sample * shape.count..<(sample + 1) * shape.count
        switch samples {
        case .bytes(let values):
            return Miniature(values[range].map(Float.init), shape: shape, arePixels: true)
        case .floats(let values): return Miniature(Array(values[range]), shape: shape, arePixels: false)
        }
    }

    /// All samples, for a dataset that is to hold something else in their place.
    public func allMiniatures() -> Miniatures? {
        let all = (0..<count).compactMap { miniature(of: $0) }
        guard all.count == count, let shape = all.first?.shape else { return nil }
        return Miniatures(shape: shape, bytes: all.flatMap(\.bytes))
    }
}
