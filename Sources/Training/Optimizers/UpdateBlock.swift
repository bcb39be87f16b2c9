import Tensors

/// A stretch of one parameter tensor that one worker updates in one go.
///
/// Blocks are cut at fixed places, so sums over a block do not depend on the number of threads.
public struct UpdateBlock: Sendable, Equatable {
    /// In the flat buffers of values and gradients.
    public var start: Int
    public var count: Int
    /// Which tensor it is a piece of.
    public var entry: Int
    public var learnRateFactor: Float
    public var l2Factor: Float

    /// Small enough that values, gradients and two moments stay in a core's L2 cache.
    static let longest = 16_384

    /// Cuts tensors into blocks; each tensor is a range with its factors.
    static func cut(
        _ tensors: [(range: Range<Int>, learnRateFactor: Float, l2Factor: Float)]
    ) -> [UpdateBlock] {
        tensors.enumerated().flatMap { index, tensor in
            stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: longest).map { start in
                UpdateBlock(
                    start: start, count: min(longest, tensor.range.upperBound - start), entry: index,
                    learnRateFactor: tensor.learnRateFactor, l2Factor: tensor.l2Factor)
            }
        }
    }
}

/// Sum of squares, in an order fixed by the count alone: sixteen running sums, then their sum.
func sumOfSquares(_ values: UnsafePointer<Float>, count: Int) -> Double {
    var sums = SIMD16<Float>.zero
    let raw = UnsafeRawPointer(values)
    let whole = count / 16
    for i in 0..<whole {
        let v = raw.loadUnaligned(fromByteOffset: i &* 64, as: SIMD16<Float>.self)
        sums += v * v
    }
    var total = 0.0
    for lane in 0..<16 { total += Double(sums[lane]) }
    for i in whole * 16..<count { total += Double(values[i]) * Double(values[i]) }
    return total
}
