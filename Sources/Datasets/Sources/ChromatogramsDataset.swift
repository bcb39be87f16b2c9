import Tensors

/// Windows of chromatograms that the program makes itself: signals of 100 points in four classes.
///
/// A detector's signal is a drifting baseline with noise; a substance that passes it adds a peak. Heights are in units
/// of a typical peak. The classes: a peak; one hardly above the noise; none; none on a high baseline, as in the tail of
/// the solvent or on a plateau, which a mere threshold would take for a peak.
public struct ChromatogramsDataset: Sendable, Equatable {
    public static let classNames = ChromatogramKind.allCases.map(\.rawValue)
    /// Points of one signal.
    public static let length = 100
    public static let shape = Shape(1, 1, length)

    public let trainingCount: Int
    public let testCount: Int

    public init(trainingCount: Int = 6000, testCount: Int = 1000) {
        self.trainingCount = trainingCount
        self.testCount = testCount
    }

    /// The two sets of a seed. A sample depends on the seed, its set and its index alone.
    public func generate(seed: UInt64) -> (training: Dataset, test: Dataset) {
        let random = RandomSource(seed: seed)
        return (
            Self.dataset("chromatograms", count: trainingCount, random: random.stream(0)),
            Self.dataset("chromatograms (test)", count: testCount, random: random.stream(1))
        )
    }

    private static func dataset(_ name: String, count: Int, random: RandomSource) -> Dataset {
        let kinds = ChromatogramKind.allCases
        let labels = (0..<count).map { Int32($0 % kinds.count) }
        var values: [Float] = []
        values.reserveCapacity(count * length)
        for (sample, label) in labels.enumerated() {
            var source = random.stream(UInt64(sample))
            let chromatogram = Chromatogram(kinds[Int(label)], length: length, random: &source)
            values += chromatogram.values(random: &source)
        }
        return Dataset(
            name: name, shape: shape, classNames: classNames, labels: labels, samples: .floats(values))
    }
}

/// The classes of the set.
enum ChromatogramKind: String, CaseIterable {
    case peak
    case smallPeak = "small peak"
    case noPeak = "no peak"
    case highNoPeak = "high no-peak"
}
