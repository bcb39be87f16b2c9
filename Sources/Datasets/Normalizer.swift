import Tensors

/// A normalisation with its figures settled: `output = value · factor + offset`, a pair per channel.
public struct Normalizer: Sendable, Equatable, Codable {
    public let factors: [Float]
    public let offsets: [Float]
    /// Whether each channel of each sample is first brought to mean 0 and standard deviation 1 by itself.
    public let standardizesEachSample: Bool

    public init(factors: [Float], offsets: [Float], standardizesEachSample: Bool = false) {
        precondition(factors.count == offsets.count, "\(factors.count) factors, \(offsets.count) offsets")
        self.factors = factors
        self.offsets = offsets
        self.standardizesEachSample = standardizesEachSample
    }

    /// Settles the figures; `.training` measures them on `trainingIndices` of the dataset.
    ///
    /// - Throws: `NormalizationError` when the given figures do not fit the data's channels.
    public init(
        _ normalization: Normalization, dataset: Dataset, trainingIndices: [Int]
    ) throws(NormalizationError) {
        let channels = dataset.shape.channels
        let scale: Float = if case .bytes = dataset.samples { 1 / 255 } else { 1 }
        let ones = Array(repeating: Float(1), count: channels)
        switch normalization {
        case .none:
            self.init(factors: ones, offsets: ones.map { _ in 0 })
        case .scale:
            self.init(factors: ones.map { _ in scale }, offsets: ones.map { _ in 0 })
        case .training:
            let moments = ChannelMoments(of: dataset, indices: trainingIndices)
            let factors = moments.deviations.map { $0 > 0 ? 1 / $0 : 1 }
            self.init(
                factors: factors.map { Float($0) },
                offsets: zip(moments.means, factors).map { Float(-$0 * $1) })
        case .range(let kinds):
            let kinds = kinds ?? channels
            guard channels.isMultiple(of: kinds) else {
                throw .wrongKindCount(kinds: kinds, channels: channels)
            }
            let extremes = ChannelExtremes(of: dataset, indices: trainingIndices).merged(kinds: kinds)
            let factors = extremes.map { $0.largest > $0.smallest ? 1 / ($0.largest - $0.smallest) : 1 }
            self.init(factors: factors, offsets: zip(extremes, factors).map { -$0.smallest * $1 })
        case .each:
            self.init(factors: ones, offsets: ones.map { _ in 0 }, standardizesEachSample: true)
        case .given(let mean, let deviation):
            guard mean.count == channels, deviation.count == channels else {
                throw .wrongChannelCount(mean: mean.count, deviation: deviation.count, channels: channels)
            }
            if let wrong = deviation.first(where: { !($0 > 0) }) { throw .notPositive(deviation: wrong) }
            self.init(factors: deviation.map { scale / $0 }, offsets: zip(mean, deviation).map { -$0 / $1 })
        }
    }

    /// A sample that is no dataset's, `[C, H, W]`, as the network takes it.
    public func normalized(_ sample: [Float]) -> [Float] {
        precondition(
            sample.count.isMultiple(of: max(1, factors.count)),
            "\(sample.count) values for \(factors.count) channels")
        var result = sample
        result.withUnsafeMutableBufferPointer { buffer in
            sample.withUnsafeBufferPointer { convert($0, into: buffer) }
            if standardizesEachSample { standardize(buffer, count: buffer.count) }
        }
        return result
    }

    /// Converts one sample, `[C, H, W]`. On the way of every training sample: one pass, no allocation.
    func load(_ index: Int, of dataset: Dataset, into buffer: UnsafeMutableBufferPointer<Float>) {
        let count = dataset.shape.count
        precondition(buffer.count >= count, "a buffer of \(buffer.count) values for a sample of \(count)")
        let range = index * count..<(index + 1) * count
        switch dataset.samples {
        case .bytes(let values):
            values.withUnsafeBufferPointer { convert(UnsafeBufferPointer(rebasing: $0[range]), into: buffer) }
        case .floats(let values):
            values.withUnsafeBufferPointer { convert(UnsafeBufferPointer(rebasing: $0[range]), into: buffer) }
        }
        if standardizesEachSample { standardize(buffer, count: count) }
    }

    /// Mean 0 and standard deviation 1 of each channel; a flat one becomes 0.
    func standardize(_ buffer: UnsafeMutableBufferPointer<Float>, count: Int) {
        let area = count / factors.count
        for channel in factors.indices {
            let values = UnsafeMutableBufferPointer(rebasing: buffer[channel * area..<(channel + 1) * area])
            var sum: Float = 0
            for value in values { sum += value }
            let mean = sum / Float(area)
            var squares: Float = 0
            for value in values { squares += (value - mean) * (value - mean) }
            let deviation = (squares / Float(area)).squareRoot()
            let factor = deviation > 1e-6 * max(1, abs(mean)) ? 1 / deviation : 0
            for i in 0..<area { values[i] = (values[i] - mean) * factor }
        }
    }

    @inline(__always)
    private func convert<Value: StoredValue>(
        _ sample: UnsafeBufferPointer<Value>, into buffer: UnsafeMutableBufferPointer<Float>
    ) {
        let area = sample.count / factors.count
        for channel in factors.indices {
            let (factor, offset) = (factors[channel], offsets[channel])
            let plane = channel * area..<(channel + 1) * area
            let input = UnsafeBufferPointer(rebasing: sample[plane])
            let output = UnsafeMutableBufferPointer(rebasing: buffer[plane])
            for i in 0..<area { output[i] = input[i].asFloat * factor + offset }
        }
    }
}

/// What a dataset can hold.
protocol StoredValue {
    var asFloat: Float { get }
}

extension UInt8: StoredValue {
    @inline(__always) var asFloat: Float { Float(self) }
}

extension Float: StoredValue {
    @inline(__always) var asFloat: Float { self }
}
