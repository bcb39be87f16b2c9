import Tensors

/// Numbers from many random convolutions of a signal: each gives the share of its outputs above 0 and the largest one.
///
/// The kernels are drawn once and never trained; what is learned is a linear classifier of their numbers. They are drawn
/// again from the seed whenever a model is used, so a model holds none of them.
///
/// Source: Dempster, Petitjean, Webb, "ROCKET: Exceptionally fast and accurate time series classification using random
/// convolutional kernels", Data Mining and Knowledge Discovery 34 (2020) 1454 (arXiv 1910.13051).
public struct RandomConvolutions: Sendable, Equatable, Codable {
    /// How many kernels.
    public var count: Int
    /// Whether each channel of each signal is first brought to mean 0 and deviation 1, so that its height says nothing.
    public var standardizes: Bool
    /// What the kernels are drawn from; nil: the seed of the data.
    public var seed: UInt64?
    /// Channels and points of the signals that the kernels are drawn for; nil: those of the data.
    public var shape: Shape?

    /// As many as in the paper.
    public static let usualCount = 10_000
    /// Numbers of each kernel.
    public static let featuresPerKernel = 2

    public init(
        count: Int = usualCount, standardizes: Bool = true, seed: UInt64? = nil, shape: Shape? = nil
    ) {
        precondition(count > 0, "\(count) random convolutions")
        self.count = count
        self.standardizes = standardizes
        self.seed = seed
        self.shape = shape
    }

    /// Numbers of a signal: share and largest output of the first kernel, of the second, and so on.
    public var width: Int { count * Self.featuresPerKernel }

    /// With whatever was open decided.
    public func settled(seed: UInt64, shape: Shape) -> RandomConvolutions {
        var settled = self
        settled.seed = self.seed ?? seed
        settled.shape = self.shape ?? shape
        return settled
    }
}

/// The kernels, drawn, and what computes with them.
public struct RandomConvolutionExtractor: Sendable {
    /// Numbers of a signal.
    public let width: Int
    /// Of a signal, `[channels, 1, points]`.
    public let input: Shape
    private let kernels: [RandomKernel]
    private let normalizer: Normalizer

    /// Keeps the kernels' draws apart from every other use of the seed.
    private static let kernelStream: UInt64 = 0x524f_434b_4554

    /// - Parameter dataset: the signals they are for, as far as messages name them.
    /// - Throws: `RandomConvolutionsError` where the samples are no signals.
    init(_ convolutions: RandomConvolutions, _ dataset: Dataset) throws(RandomConvolutionsError) {
        guard dataset.shape.height == 1, dataset.shape.width > 1 else {
            throw .notSignals(name: dataset.name, found: dataset.shape.description)
        }
        self.init(convolutions.settled(seed: 1, shape: dataset.shape))
    }

    /// - Parameter convolutions: settled, for signals.
    public init(_ convolutions: RandomConvolutions) {
        guard let seed = convolutions.seed, let shape = convolutions.shape, shape.height == 1, shape.width > 1
        else { preconditionFailure("\(convolutions) are not settled for signals") }
        let random = RandomSource(seed: seed).stream(Self.kernelStream)
        kernels = (0..<convolutions.count).map { RandomKernel(for: shape, random: random.stream(UInt64($0))) }
        width = convolutions.width
        input = shape
        let ones = Array(repeating: Float(1), count: shape.channels)
        normalizer = Normalizer(
            factors: ones, offsets: ones.map { _ in 0 }, standardizesEachSample: convolutions.standardizes)
    }

    /// Multiply-accumulates for one signal, about.
    public var operations: Int {
        kernels.reduce(0) { $0 + $1.weights.count } * input.width
    }

    /// The numbers of one signal, `[channels, points]`.
    public func features(of signal: [Float]) -> [Float] {
        precondition(signal.count == input.count, "\(signal.count) values for a signal of \(input)")
        let signal = normalizer.normalized(signal)
        return [Float](unsafeUninitializedCapacity: width) { buffer, count in
            var outputs = [Float](repeating: 0, count: input.width)
            signal.withUnsafeBufferPointer { signal in
                outputs.withUnsafeMutableBufferPointer { outputs in
                    for (index, kernel) in kernels.enumerated() {
                        let found = kernel.features(of: signal, points: input.width, outputs: outputs)
                        buffer[2 * index] = found.shareAboveZero
                        buffer[2 * index + 1] = found.largest
                    }
                }
            }
            count = width
        }
    }

    /// The data set with each signal replaced by its numbers, `[width, 1, 1]`.
    ///
    /// - Throws: `RandomConvolutionsError` where the signals are not such as the kernels were drawn for, or their numbers
    ///   need more memory than there is.
    public func table(of dataset: Dataset, workers: Workers) throws(RandomConvolutionsError) -> Dataset {
        guard dataset.shape == input, case .floats(let signals) = dataset.samples else {
            throw .otherShape(
                name: dataset.name, found: dataset.shape.description, expected: input.description)
        }
        guard dataset.count * width <= PhysicalMemory.bytes / 4 / MemoryLayout<Float>.stride else {
            throw .tooLarge(name: dataset.name, signals: dataset.count, width: width)
        }
        let values = [Float](unsafeUninitializedCapacity: dataset.count * width) { buffer, count in
            let rows = Rows(buffer)
            workers.run(pieces: dataset.count) { sample, _ in
                let signal = signals[sample * input.count..<(sample + 1) * input.count]
                let row = features(of: Array(signal))
                _ = UnsafeMutableBufferPointer(
                    rebasing: rows.values[sample * width..<(sample + 1) * width]
                ).initialize(from: row)
            }
            count = dataset.count * width
        }
        return Dataset(
            name: dataset.name, shape: Shape(width), classNames: dataset.classNames, labels: dataset.labels,
            samples: .floats(values), remarks: dataset.remarks, files: dataset.files,
            miniatures: dataset.allMiniatures())
    }

    /// Each worker writes rows of its own.
    private struct Rows: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<Float>
        init(_ values: UnsafeMutableBufferPointer<Float>) { self.values = values }
    }
}

/// Why random convolutions cannot be computed.
public enum RandomConvolutionsError: Error, Equatable, CustomStringConvertible {
    case notSignals(name: String, found: String)
    case otherShape(name: String, found: String, expected: String)
    case tooLarge(name: String, signals: Int, width: Int)

    public var description: String {
        switch self {
        case .notSignals(let name, let found):
            "\(name): samples of \(found) are no signals; random convolutions need rows of numbers"
        case .otherShape(let name, let found, let expected):
            "\(name): signals of \(found), the convolutions were drawn for \(expected); use signals like those it was "
                + "trained on, or give the data that “length”"
        case .tooLarge(let name, let signals, let width):
            "\(name): \(width) numbers for each of \(signals) signals need \(signals * width >> 18) MiB, this machine has "
                + "\(PhysicalMemory.bytes >> 20) MiB; ask for fewer random convolutions"
        }
    }
}
