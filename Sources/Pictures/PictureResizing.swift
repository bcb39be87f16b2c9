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

        // One line of the input after the other, added to the lines of the output that it is part of: only those that
        // have begun and not ended are in memory as floats.
        var resized = [UInt8](repeating: 0, count: newWidth * newHeight * channels)
        let stride = newWidth * channels
        var sums: [[Float]] = Array(repeating: [], count: newHeight)
        var firstOpen = 0
        for y in 0..<height {
            let line = narrowed(y, columns)
            for row in firstOpen..<newHeight {
                let tap = rows[row]
                guard tap.start <= y else { break }
                if sums[row].isEmpty { sums[row] = [Float](repeating: 0, count: stride) }
                let weight = tap.weights[y - tap.start]
                Self.add(line, times: weight, to: &sums[row])
                guard y == tap.start + tap.weights.count - 1 else { continue }
                for (column, sum) in sums[row].enumerated() {
                    resized[row * stride + column] = UInt8(min(255, max(0, sum.rounded())))
                }
                sums[row] = []
                firstOpen = row + 1
            }
        }
        return Picture(width: newWidth, height: newHeight, channels: channels, pixels: resized)
    }

    private static func add(_ line: [Float], times weight: Float, to sum: inout [Float]) {
        for column in sum.indices { sum[column] += weight * line[column] }
    }

    /// A line of the picture at another width.
    private func narrowed(_ y: Int, _ columns: [ResamplingTap]) -> [Float] {
        var line = [Float](repeating: 0, count: columns.count * channels)
        for (x, tap) in columns.enumerated() {
            for channel in 0..<channels {
                var sum: Float = 0
                for (k, weight) in tap.weights.enumerated() {
                    sum += weight * Float(pixels[(y * width + tap.start + k) * channels + channel])
                }
                line[x * channels + channel] = sum
            }
        }
        return line
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
