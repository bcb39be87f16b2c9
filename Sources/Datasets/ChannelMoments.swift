import Tensors

/// Mean and standard deviation (of the population) of each channel over some samples.
struct ChannelMoments {
    var means: [Double]
    var deviations: [Double]

    init(of dataset: Dataset, indices: [Int]) {
        let channels = dataset.shape.channels
        means = Array(repeating: 0, count: channels)
        deviations = Array(repeating: 0, count: channels)
        for channel in 0..<channels {
            let sums =
                switch dataset.samples {
                case .bytes(let values): Self.sums(of: values, channel, dataset.shape, indices)
                case .floats(let values): Self.sums(of: values, channel, dataset.shape, indices)
                }
            let count = Double(max(1, indices.count * dataset.shape.area))
            means[channel] = sums.first / count
            deviations[channel] = max(0, sums.second / count - means[channel] * means[channel]).squareRoot()
        }
    }

    /// Whole numbers, so no rounding at all: 2^63 holds the squares of 10^14 pixels.
    private static func sums(
        of values: [UInt8], _ channel: Int, _ shape: Shape, _ indices: [Int]
    ) -> (first: Double, second: Double) {
        var (first, second) = (0, 0)
        values.withUnsafeBufferPointer { values in
            for index in indices {
                let start = index * shape.count + channel * shape.area
                // 32 bits hold a plane's squares up to 66,051 pixels; wider planes go in parts.
                for part in stride(from: start, to: start + shape.area, by: 1 << 16) {
                    var (sum, squares): (UInt32, UInt32) = (0, 0)
                    for value in values[part..<min(part + 1 << 16, start + shape.area)] {
                        sum &+= UInt32(value)
                        squares &+= UInt32(value) &* UInt32(value)
                    }
                    first += Int(sum)
                    second += Int(squares)
                }
            }
        }
        return (Double(first), Double(second))
    }

    private static func sums(
        of values: [Float], _ channel: Int, _ shape: Shape, _ indices: [Int]
    ) -> (first: Double, second: Double) {
        var (first, second) = (0.0, 0.0)
        for index in indices {
            let start = index * shape.count + channel * shape.area
            for value in values[start..<start + shape.area] {
                first += Double(value)
                second += Double(value) * Double(value)
            }
        }
        return (first, second)
    }
}
