import Tensors

/// Samples that the program makes itself, for machines without any data: a training and a test set for each seed.
///
/// The classes take turns. A sample depends on the seed, its set and its index alone.
public protocol GeneratedDataset: Sendable, Equatable {
    static var name: String { get }
    static var classNames: [String] { get }
    /// Of one sample.
    static var shape: Shape { get }
    var trainingCount: Int { get }
    var testCount: Int { get }

    /// The samples with these labels; what is random about the n-th comes from the n-th stream.
    static func samples(labels: [Int32], random: RandomSource) -> Dataset.Samples
}

extension GeneratedDataset {
    /// The two sets of a seed.
    public func generate(seed: UInt64) -> (training: Dataset, test: Dataset) {
        let random = RandomSource(seed: seed)
        return (
            Self.dataset(Self.name, count: trainingCount, random: random.stream(0)),
            Self.dataset("\(Self.name) (test)", count: testCount, random: random.stream(1))
        )
    }

    private static func dataset(_ name: String, count: Int, random: RandomSource) -> Dataset {
        let labels = (0..<count).map { Int32($0 % classNames.count) }
        return Dataset(
            name: name, shape: shape, classNames: classNames, labels: labels,
            samples: samples(labels: labels, random: random))
    }

    /// Pictures that are painted one by one, each into its `[C, H, W]`.
    static func pictures(
        labels: [Int32], random: RandomSource,
        paint: (_ sample: Int, _ label: Int, UnsafeMutableBufferPointer<UInt8>, inout RandomSource) -> Void
    ) -> Dataset.Samples {
        let count = labels.count * shape.count
        return .bytes(
            [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                for (sample, label) in labels.enumerated() {
                    var source = random.stream(UInt64(sample))
                    let place = buffer[sample * shape.count..<(sample + 1) * shape.count]
                    paint(sample, Int(label), UnsafeMutableBufferPointer(rebasing: place), &source)
                }
                filled = count
            })
    }
}
