import ArgumentParser
import Datasets
import Glibc
import Networks
import Tensors
import Training

/// What a DATA argument names: the data of a preset, or what lies at a path.
struct NamedData {
    var source: DataSource
    let seed: UInt64
    /// Nil for a path.
    private let preset: Preset?

    /// - Parameter source: what is assumed of data at a path as far as the files do not say otherwise.
    /// - Throws: `EvaluationError.notFound`, or what is wrong with the preset.
    init(_ place: String, like source: DataSource = DataSource(.folder), seed: UInt64 = 1) throws {
        let library = PresetLibrary.standard()
        if library.names.contains(place) || place.hasSuffix(".yaml") {
            let preset = try Preset(contentsOf: try library.file(named: place))
            (self.preset, self.source, self.seed) = (preset, preset.data, preset.seed)
        } else {
            guard access(place, R_OK) == 0 else {
                throw EvaluationError.notFound(data: place, presets: library.names)
            }
            (preset, self.source, self.seed) = (nil, source, seed)
            self.source.lieAt(place)
            self.source.split = SplitFractions(validation: 0, test: 0)
        }
    }

    /// Whether all that lies there is meant, and not a split of it.
    var isWhole: Bool { preset == nil }

    /// Reads the data as a model takes them: photos in its size and channels.
    func load(for input: Shape, normalizer: Normalizer? = nil) throws -> LoadedData {
        var source = source
        // A model of pictures is not asked about what another network makes of them.
        if !input.isVector {
            source.features = nil
            source.bringPictures(to: input)
        }
        guard var preset else { return try source.load(seed: seed, normalizer: normalizer) }
        preset.data = source
        return try preset.loadData(normalizer: normalizer)
    }
}

/// A part of some data.
enum DataPart: String, ExpressibleByArgument, CaseIterable { case train, validation, test }

/// Samples to look at, without the augmentation of training samples.
struct ChosenSamples {
    let set: SampleSet
    /// "train", "validation", "test", or "all" of data that are not split.
    let part: String

    /// - Parameters:
    ///   - wanted: the test samples when nil, or where there are none the validation samples.
    ///   - isWhole: whether data without test samples of their own are for testing as a whole.
    /// - Throws: `EvaluationError.empty` where the part has no samples; never are others taken in their place.
    init(_ wanted: DataPart?, of data: LoadedData, isWhole: Bool) throws {
        let part = wanted ?? (data.test.count > 0 || isWhole ? .test : .validation)
        let set: SampleSet
        switch part {
        case .train: (set, self.part) = (data.training, part.rawValue)
        case .validation: (set, self.part) = (data.validation, part.rawValue)
        case .test where isWhole && data.test.count == 0: (set, self.part) = (data.training, "all")
        case .test: (set, self.part) = (data.test, part.rawValue)
        }
        guard set.count > 0 else { throw EvaluationError.empty(data: data.name, part: part.rawValue) }
        self.set = SampleSet(set.dataset, indices: set.indices, normalizer: set.normalizer)
    }
}
