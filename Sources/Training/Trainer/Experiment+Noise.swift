import Datasets
import Tensors

extension Experiment {
    /// The same network on random samples of the same shape: for measuring where the data is not at hand or not needed.
    ///
    /// - Parameter samples: how many; about what 48 MiB hold when nil.
    /// - Throws: `PresetError` for the network.
    public init(noiseFor preset: Preset, outline: DataOutline, samples: Int? = nil) throws {
        let dataset = Self.noise(outline, seed: preset.seed, samples: samples)
        let normalizer = try Normalizer(
            preset.data.normalization, dataset: dataset, trainingIndices: Array(0..<min(dataset.count, 1000)))
        let nothing = SampleSet(dataset, indices: [], normalizer: normalizer)
        self.init(
            preset: preset, network: try preset.network(input: outline.shape, classes: outline.classes),
            training: SampleSet(dataset, normalizer: normalizer, augmentation: preset.data.augmentation),
            validation: nothing, test: nothing)
    }

    /// So many samples, or as many as `noiseBytes` hold, at most 60,000 and at least 256; bytes, or floats for signals.
    private static func noise(_ outline: DataOutline, seed: UInt64, samples: Int?) -> Dataset {
        let values = outline.shape.count
        let count = samples ?? max(256, min(60_000, noiseBytes / values))
        var random = RandomSource(seed: seed)
        let isSignal = outline.shape.height == 1
        let samples: Dataset.Samples =
            isSignal
            ? .floats((0..<count * values).map { _ in Float(random.next() >> 40) / Float(1 << 24) })
            : .bytes(bytes(count * values, &random))
        return Dataset(
            name: "random samples", shape: outline.shape,
            classNames: (0..<outline.classes).map(String.init),
            labels: (0..<count).map { Int32($0 % outline.classes) }, samples: samples)
    }

    /// Eight from each draw.
    private static func bytes(_ count: Int, _ random: inout RandomSource) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var word: UInt64 = 0
            for index in 0..<count {
                if index.isMultiple(of: 8) { word = random.next() }
                buffer.initializeElement(at: index, to: UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
            filled = count
        }
    }

    /// About what a benchmark's random samples take.
    private static let noiseBytes = 48 << 20
}
