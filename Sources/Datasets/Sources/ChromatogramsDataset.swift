import Tensors

/// Windows of chromatograms that the program makes itself: signals of 100 points in four classes.
///
/// A detector's signal is a drifting baseline with noise; a substance that passes it adds a peak. Heights are in units
/// of a typical peak. The classes: a peak; one hardly above the noise; none; none on a high baseline, as in the tail of
/// the solvent or on a plateau, which a mere threshold would take for a peak.
public struct ChromatogramsDataset: GeneratedDataset {
    public static let name = "chromatograms"
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

    public static func samples(labels: [Int32], random: RandomSource) -> Dataset.Samples {
        var values: [Float] = []
        values.reserveCapacity(labels.count * length)
        for (sample, label) in labels.enumerated() {
            var source = random.stream(UInt64(sample))
            let kind = ChromatogramKind.allCases[Int(label)]
            values += Chromatogram(kind, length: length, random: &source).values(random: &source)
        }
        return .floats(values)
    }
}

/// The classes of the set.
enum ChromatogramKind: String, CaseIterable {
    case peak
    case smallPeak = "small peak"
    case noPeak = "no peak"
    case highNoPeak = "high no-peak"
}
