import Tensors

/// Smallest and largest value of each channel over some samples.
struct ChannelExtremes {
    var channels: [(smallest: Float, largest: Float)]

    init(of dataset: Dataset, indices: [Int]) {
        let shape = dataset.shape
        channels = (0..<shape.channels).map { channel in
            switch dataset.samples {
            case .bytes(let values): Self.extremes(of: values, channel, shape, indices)
            case .floats(let values): Self.extremes(of: values, channel, shape, indices)
            }
        }
    }

    /// For channels of `kinds` kinds that come in turns: to each channel the extremes of its kind.
    func merged(kinds: Int) -> [(smallest: Float, largest: Float)] {
        let merged = (0..<kinds).map { kind in
            stride(from: kind, to: channels.count, by: kinds).reduce(channels[kind]) { result, channel in
                (
                    min(result.smallest, channels[channel].smallest),
                    max(result.largest, channels[channel].largest)
                )
            }
        }
        return channels.indices.map { merged[$0 % kinds] }
    }

    private static func extremes<Value: StoredValue>(
        of values: [Value], _ channel: Int, _ shape: Shape, _ indices: [Int]
    ) -> (smallest: Float, largest: Float) {
        var (smallest, largest) = (Float.infinity, -Float.infinity)
        for index in indices {
            let start = index * shape.count + channel * shape.area
            for value in values[start..<start + shape.area] {
                smallest = min(smallest, value.asFloat)
                largest = max(largest, value.asFloat)
            }
        }
        return (smallest, largest)
    }
}
