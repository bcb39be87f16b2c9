import Glibc
import Tensors

/// The data part of a preset: which samples, how they are split, normalised and augmented.
public struct DataSource: Sendable, Equatable, Codable {
    /// The data sets known by name, and the formats a path can have.
    public enum Name: String, Sendable, Codable, CaseIterable {
        case fashionMNIST = "fashion-mnist"
        case mnist
        case cifar10
        case cifar100
        /// Sub-folders of PNG or JPEG files, one for each class.
        case folder
        /// IDX files under other names than MNIST's classes.
        case idx
        /// Generated; needs nothing.
        case shapes
        /// Generated signals.
        case chromatograms
        /// Generated photographs of evenings and of what is taken for them.
        case sunsets
        /// Signals from tables or files.
        case signals
        /// Windows cut from long traces whose peaks are known; generated ones unless told.
        case windows
        /// Feature vectors from tables.
        case features
    }

    public var name: Name
    /// A folder or file instead of the usual places.
    public var path: String?
    /// What pictures of a folder are resized to.
    public var size: PixelSize?
    /// Whether pictures of a folder become grey (1) or coloured (3); as they are when nil.
    public var channels: Int?
    /// What signals are resampled to, or how long windows are, in points.
    public var length: Int?
    /// Which of several labels of a table.
    public var label: String?
    /// The class that a detector tells from all others together; nil: the classes as they are.
    public var detect: String?
    /// What is put in place of the pictures or signals.
    public var features: SampleFeatures?
    public var normalization: Normalization
    public var augmentation: Augmentation
    public var split: SplitFractions

    public init(
        _ name: Name, path: String? = nil, size: PixelSize? = nil, channels: Int? = nil,
        length: Int? = nil, label: String? = nil, detect: String? = nil,
        features: SampleFeatures? = nil, normalization: Normalization = .scale,
        augmentation: Augmentation = .none, split: SplitFractions = SplitFractions()
    ) {
        self.name = name
        self.path = path
        self.size = size
        self.channels = channels
        self.length = length
        self.label = label
        self.detect = detect
        self.features = features
        self.normalization = normalization
        self.augmentation = augmentation
        self.split = split
    }

    /// Reads the samples, splits them and settles the normalisation.
    ///
    /// - Parameters:
    ///   - seed: decides the split, and the samples of `shapes`.
    ///   - normalizer: that of a model trained before, in place of `normalization`.
    ///   - dataFolder: where to look before the usual places; `$CNNTOP_DATA` unless told.
    ///   - workers: compute random convolutions; one thread when nil.
    ///   - whenRead: called before those are computed, which takes its time.
    ///   - extract: computes the features of a network, where `features` are such.
    /// - Throws: `DataSourceError` where there is no data; `DataFileError`, `PictureFolderError` or `PictureError` where
    ///   it is damaged; `SplitError` or `NormalizationError` where it does not fit the preset.
    public func load(
        seed: UInt64, normalizer: Normalizer? = nil, dataFolder: String? = DataSource.environmentFolder,
        workers: Workers? = nil, whenRead: () throws -> Void = {},
        extract: ((Dataset) throws -> Dataset)? = nil
    ) throws -> LoadedData {
        var sets = try read(seed: seed, dataFolder: dataFolder)
        if let detect { sets = try sets.mapped { try $0.detecting(detect) } }
        var features = features
        switch features {
        case nil: break
        case .colorMoments(let moments): sets = try sets.mapped { try $0.colorMoments(moments) }
        case .randomConvolutions(let convolutions):
            let settled = convolutions.settled(seed: seed, shape: sets.samples.shape)
            features = .randomConvolutions(settled)
            let extractor = try RandomConvolutionExtractor(settled, sets.samples)
            try whenRead()
            let workers = workers ?? Workers(threads: 1)
            sets = try sets.mapped { try extractor.table(of: $0, workers: workers) }
        case .network:
            guard let extract else { preconditionFailure("features of a network need that network") }
            sets = try sets.mapped(extract)
        }
        let samples = sets.samples
        if sets.test != nil, name != .windows, let test = split.test, test > 0 {
            throw SplitError.twoTestSets(name: name.rawValue)
        }
        let parts = try Split(
            labels: samples.labels, classes: samples.classNames.count,
            validation: sets.validation == nil ? split.validation : 0,
            test: sets.test == nil ? split.test ?? 0.1 : 0,
            random: RandomSource(seed: seed).stream(Self.splitStream))
        let normalizer =
            try normalizer ?? Normalizer(normalization, dataset: samples, trainingIndices: parts.training)
        let set = { (given: Dataset?, indices: [Int]) in
            given.map { SampleSet($0, normalizer: normalizer) }
                ?? SampleSet(samples, indices: indices, normalizer: normalizer)
        }
        return LoadedData(
            name: name.rawValue,
            training: SampleSet(
                samples, indices: parts.training, normalizer: normalizer, augmentation: augmentation),
            validation: set(sets.validation, parts.validation), test: set(sets.test, parts.test),
            features: features)
    }

    /// Points of a window of `windows`.
    public var windowLength: Int { length ?? TraceFiles.defaultLength }

    /// `$CNNTOP_DATA`.
    public static var environmentFolder: String? {
        getenv("CNNTOP_DATA").map { String(cString: $0) }
    }

    /// Keeps the split's draws apart from every other use of the seed.
    private static let splitStream: UInt64 = 0x5350_4c49_54

    private func read(seed: UInt64, dataFolder: String?) throws -> GivenSets {
        let places = DataPlaces(name: name, path: path, dataFolder: dataFolder)
        switch name {
        case .fashionMNIST, .mnist: return try places.readIDX(classNames: ClassNames.of(name))
        case .idx: return try places.readIDX(classNames: nil)
        case .cifar10: return try places.readCIFAR(.ten, classNames: ClassNames.of(name))
        case .cifar100: return try places.readCIFAR(.hundred, classNames: ClassNames.of(name))
        case .folder: return try places.readFolder(size: size, channels: channels)
        case .shapes:
            let sets = ShapesDataset().generate(seed: seed)
            return GivenSets(samples: sets.training, test: sets.test)
        case .sunsets:
            let sets = SunsetsDataset().generate(seed: seed)
            return GivenSets(samples: sets.training, test: sets.test)
        case .signals:
            guard let path else { throw DataSourceError.noPathFor(name) }
            return try SignalFiles(path: path, length: length).read()
        case .features:
            guard let path else { throw DataSourceError.noPathFor(name) }
            return try FeatureFiles(path: path, label: label).read()
        case .windows:
            let length = windowLength
            if let path { return try TraceFiles(path: path, length: length).read(split, seed: seed) }
            return try TraceSplit(GeneratedTraces().traces(seed: seed), split).sets(
                name.rawValue, windows: TraceWindows(length: length), seed: seed)
        case .chromatograms:
            let sets = ChromatogramsDataset().generate(seed: seed)
            return GivenSets(samples: sets.training, test: sets.test)
        }
    }
}

/// What data holds before it is split: some keep their validation or test samples apart themselves.
struct GivenSets {
    var samples: Dataset
    var validation: Dataset?
    var test: Dataset?

    func mapped(_ change: (Dataset) throws -> Dataset) rethrows -> GivenSets {
        GivenSets(
            samples: try change(samples), validation: try validation.map(change), test: try test.map(change))
    }
}

/// Samples ready to train on: three views of shared datasets under one normalisation.
public struct LoadedData: Sendable {
    public let name: String
    public let training: SampleSet
    public let validation: SampleSet
    public let test: SampleSet
    /// What took the samples' place, with all that loading settled of it; part of a trained model.
    public let features: SampleFeatures?

    public init(
        name: String, training: SampleSet, validation: SampleSet, test: SampleSet,
        features: SampleFeatures? = nil
    ) {
        self.name = name
        self.features = features
        self.training = training
        self.validation = validation
        self.test = test
    }

    /// Of one sample.
    public var shape: Shape { training.shape }
    public var classNames: [String] { training.classNames }
    /// The same for the three sets; part of a trained model.
    public var normalizer: Normalizer { training.normalizer }

    /// What reading them left out or found odd, a line each.
    public var remarks: [String] {
        var datasets: [Dataset] = []
        for set in [training, validation, test] where !datasets.contains(where: { $0 === set.dataset }) {
            datasets.append(set.dataset)
        }
        return datasets.flatMap(\.remarks)
    }
}
