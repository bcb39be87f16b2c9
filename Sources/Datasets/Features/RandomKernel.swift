import Glibc
import Tensors

/// One random convolution over a signal: `output(t) = bias + Σ weight(c, j) · signal(c, t + j · dilation)`, zeros beyond
/// the ends where it is padded.
package struct RandomKernel: Sendable, Equatable {
    /// Taps of each channel.
    package let length: Int
    package let dilation: Int
    /// Whether the signal is continued with zeros so that there are as many outputs as points.
    package let isPadded: Bool
    package let bias: Float
    /// Of the signal's channels those it looks at.
    package let channels: [Int]
    /// `[channels, length]`, with mean 0 over each channel.
    package let weights: [Float]

    package init(
        length: Int, dilation: Int, isPadded: Bool, bias: Float, channels: [Int] = [0], weights: [Float]
    ) {
        precondition(
            weights.count == channels.count * length,
            "\(weights.count) weights for \(channels.count) × \(length)")
        self.length = length
        self.dilation = dilation
        self.isPadded = isPadded
        self.bias = bias
        self.channels = channels
        self.weights = weights
    }

    /// Drawn as in the paper: length 7, 9 or 11, normal weights, uniform bias, a dilation of any scale that fits the
    /// signal, padding by the toss of a coin. Of several channels some, of any scale of their number.
    package init(for shape: Shape, random: RandomSource) {
        var random = random
        let length = [7, 9, 11][random.integer(below: 3)]
        let scales = max(0, log2(Double(shape.width - 1) / Double(length - 1)))
        let dilation = Int(exp2(scales * Double(random.uniform())))
        let isPadded = random.integer(below: 2) == 1
        let bias = random.uniform(-1, 1)
        let channels = Self.channels(of: shape.channels, atMost: length, &random)
        let weights = channels.flatMap { _ in
            let drawn = (0..<length).map { _ in random.normal() }
            let mean = drawn.reduce(0, +) / Float(length)
            return drawn.map { $0 - mean }
        }
        self.init(
            length: length, dilation: dilation,
            // A kernel wider than the signal has no outputs without.
            isPadded: isPadded || (length - 1) * dilation >= shape.width, bias: bias, channels: channels,
            weights: weights)
    }

    private static func channels(of count: Int, atMost limit: Int, _ random: inout RandomSource) -> [Int] {
        guard count > 1 else { return [0] }
        let wanted = Int(exp2(log2(Double(min(count, limit) + 1)) * Double(random.uniform())))
        var all = Array(0..<count)
        random.shuffle(&all)
        return all.prefix(max(1, wanted)).sorted()
    }

    /// What is kept of the outputs.
    package struct Features: Equatable {
        /// The share of outputs above 0: how much of the signal is like the kernel.
        package var shareAboveZero: Float
        /// The largest output: how like it the likest place is.
        package var largest: Float

        package init(shareAboveZero: Float, largest: Float) {
            self.shareAboveZero = shareAboveZero
            self.largest = largest
        }
    }

    /// - Parameters:
    ///   - signal: `[channels, points]`.
    ///   - outputs: room for `points` numbers.
    package func features(
        of signal: UnsafeBufferPointer<Float>, points: Int, outputs: UnsafeMutableBufferPointer<Float>
    ) -> Features {
        let reach = (length - 1) * dilation
        let padding = isPadded ? reach / 2 : 0
        let count = points + 2 * padding - reach
        let outputs = UnsafeMutableBufferPointer(rebasing: outputs[0..<count])
        outputs.update(repeating: bias)
        // Tap by tap over the whole signal: neighbours in memory, so that the loop becomes vector instructions.
        for (place, channel) in channels.enumerated() {
            for tap in 0..<length {
                let shift = tap * dilation - padding
                let first = max(0, -shift)
                let last = min(count, points - shift)
                guard first < last else { continue }
                let weight = weights[place * length + tap]
                let source = UnsafeBufferPointer(
                    rebasing: signal[channel * points + first + shift..<channel * points + last + shift])
                let target = UnsafeMutableBufferPointer(rebasing: outputs[first..<last])
                for i in target.indices { target[i] += weight * source[i] }
            }
        }
        return Self.pooled(UnsafeBufferPointer(outputs))
    }

    private static func pooled(_ outputs: UnsafeBufferPointer<Float>) -> Features {
        var above: Int32 = 0
        for output in outputs { above &+= output > 0 ? 1 : 0 }
        // Four at once: each comparison waits for the one before.
        var largest = SIMD4<Float>(repeating: -.infinity)
        let whole = outputs.count / 4 * 4
        for i in stride(from: 0, to: whole, by: 4) {
            let four = SIMD4(outputs[i], outputs[i + 1], outputs[i + 2], outputs[i + 3])
            largest.replace(with: four, where: four .> largest)
        }
        var best = largest.max()
        for i in whole..<outputs.count { best = max(best, outputs[i]) }
        return Features(shareAboveZero: Float(above) / Float(outputs.count), largest: best)
    }
}
