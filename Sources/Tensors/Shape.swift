/// Shape of one sample: `channels × height × width`, stored in this order (the `[C, H, W]` of `[N, C, H, W]`).
///
/// A signal has height 1; a feature vector has height and width 1.
public struct Shape: Hashable, Sendable, Codable {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(_ channels: Int, _ height: Int, _ width: Int) {
        precondition(
            channels > 0 && height > 0 && width > 0,
            "a shape needs positive sizes, found \(channels)×\(height)×\(width)")
        self.channels = channels
        self.height = height
        self.width = width
    }

    /// A vector of `features` numbers: `features × 1 × 1`.
    public init(_ features: Int) {
        self.init(features, 1, 1)
    }

    /// Positions of one channel: `height · width`.
    public var area: Int { height * width }

    /// Numbers in one sample.
    public var count: Int { channels * height * width }

    public var isVector: Bool { height == 1 && width == 1 }

    /// `[C]` for a vector, else `[C, H, W]`.
    public var dimensions: [Int] { isVector ? [channels] : [channels, height, width] }
}

extension Shape: CustomStringConvertible {
    /// Height, width, channels, as people write the size of a picture; width and channels of a signal; the length of a
    /// vector.
    public var sizes: [Int] {
        isVector ? [channels] : height == 1 ? [width, channels] : [height, width, channels]
    }

    /// `28×28×8`, whatever order it is stored in.
    public var description: String { sizes.map(String.init).joined(separator: "×") }
}
