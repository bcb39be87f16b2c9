import Glibc

/// Random numbers from a counter, so that any stream can be started anywhere at no cost.
///
/// Number `i` of a stream is a bijective mix of `key + i · odd constant` (SplitMix64: Steele, Lea, Flood, "Fast
/// splittable pseudorandom number generators", 2014). What happens to sample `i` in epoch `e` comes from
/// `stream(e, i)`, whichever thread handles it and in whatever order. Not for secrets.
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable, Codable {
    /// Names the stream.
    public private(set) var key: UInt64
    /// Numbers already drawn from it.
    public private(set) var counter: UInt64

    public init(seed: UInt64) {
        key = Self.mix(seed &+ Self.step)
        counter = 0
    }

    /// A source in the given state, as a checkpoint recorded it.
    public init(key: UInt64, counter: UInt64) {
        self.key = key
        self.counter = counter
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// An independent stream for `(this stream's key, key)`; how much was drawn so far plays no part.
    public func stream(_ key: UInt64) -> RandomSource {
        RandomSource(
            key: Self.mix(Self.mix(self.key &+ Self.step) ^ Self.mix(key &+ 0x632B_E59B_D9B4_E019)),
            counter: 0)
    }

    public func stream(_ first: UInt64, _ second: UInt64) -> RandomSource {
        stream(first).stream(second)
    }

    public func stream(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> RandomSource {
        stream(first).stream(second).stream(third)
    }

    public mutating func next() -> UInt64 {
        counter &+= 1
        return Self.mix(key &+ counter &* Self.step)
    }

    /// Uniform in `[0, 1)`, 24 bits.
    public mutating func uniform() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// Uniform in `[low, high)`.
    public mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * uniform()
    }

    /// Normal with mean 0 and variance 1 (Box and Muller, 1958); draws two numbers.
    public mutating func normal() -> Float {
        let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
        let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
        return Float(radius * cos(angle))
    }

    /// Uniform in `0 ..< bound`, without bias (Lemire, 2019).
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "no integer lies below \(bound)")
        return Int(next(upperBound: UInt64(bound)))
    }

    /// Fisher–Yates; the order depends on nothing but this source.
    public mutating func shuffle<Items: MutableCollection & RandomAccessCollection>(_ items: inout Items)
    where Items.Index == Int {
        for last in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(items.startIndex + last, items.startIndex + integer(below: last + 1))
        }
    }
}
