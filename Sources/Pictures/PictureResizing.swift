extension Picture {
    /// The picture at another size, ratio not kept.
    ///
    /// Separable triangle filter that widens with the reduction, so that shrinking averages all pixels and
    /// enlarging is bilinear; pixel centres at half-integers.
    public func resized(width newWidth: Int, height newHeight: Int) -> Picture {
        precondition(newWidth > 0 && newHeight > 0, "resized to \(newWidth)×\(newHeight)")
        guard newWidth != width || newHeight != height else { return self }
        let columns = ResamplingTap.taps(from: width, to: newWidth)
        let rows = ResamplingTap.taps(from: height, to: newHeight)

        var narrowed = [Float](repeating: 0, count: newWidth * height * channels)
        for y in 0..<height {
            for (x, tap) in columns.enumerated() {
                for channel in 0..<channels {
                    var sum: Float = 0
                    for (k, weight) in tap.weights.enumerated() {
                        sum += weight * Float(pixels[(y * width + tap.start + k) * channels + channel])
                    }
                    narrowed[(y * newWidth + x) * channels + channel] = sum
                }
            }
        }

        var resized = [UInt8](repeating: 0, count: newWidth * newHeight * channels)
        let stride = newWidth * channels
        for (y, tap) in rows.enumerated() {
            for column in 0..<stride {
                var sum: Float = 0
                for (k, weight) in tap.weights.enumerated() {
                    sum += weight * narrowed[(tap.start + k) * stride + column]
                }
                resized[y * stride + column] = UInt8(min(255, max(0, sum.rounded())))
            }
        }
        return Picture(width: newWidth, height: newHeight, channels: channels, pixels: resized)
    }
}

/// The input pixels that one output pixel averages along one axis.
private struct ResamplingTap {
    var start: Int
    /// They add up to 1.
    var weights: [Float]

    static func taps(from source: Int, to target: Int) -> [ResamplingTap] {
        let ratio = Float(source) / Float(target)
        let radius = max(1, ratio)
        return (0..<target).map { position in
            let center = (Float(position) + 0.5) * ratio
            let start = max(0, Int((center - radius + 0.5).rounded(.down)))
            let end = min(source, Int((center + radius + 0.5).rounded(.down)))
            let raw = (start..<end).map { max(0, 1 - abs(Float($0) + 0.5 - center) / radius) }
            let sum = raw.reduce(0, +)
            return ResamplingTap(start: start, weights: raw.map { $0 / sum })
        }
    }
}
