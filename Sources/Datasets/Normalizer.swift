import Tensors

/// A normalisation with its figures settled: `output = value · factor + offset`, a pair per channel.
public struct Normalizer: Sendable, Equatable, Codable {
    public let factors: [Float]
    public let offsets: [Float]

    public init(factors: [Float], offsets: [Float]) {
        precondition(factors.count == offsets.count, "\(factors.count) factors, \(offsets.count) offsets")
        self.factors = factors
        self.offsets = offsets
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
        case .given(let mean, let deviation):
            guard mean.count == channels, deviation.count == channels else {
                throw .wrongChannelCount(mean: mean.count, deviation: deviation.count, channels: channels)
            }
            if let wrong = deviation.first(where: { !($0 > 0) }) { throw .notPositive(deviation: wrong) }
            self.init(factors: deviation.map { scale / $0 }, offsets: zip(mean, deviation).map { -$0 / $1 })
        }
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
