import Datasets
import Interchange
import Networks
import Pictures
import Tensors

extension Preset {
    /// Reads the preset's data; where its features come from a network, runs the pictures through that.
    ///
    /// - Parameters:
    ///   - normalizer: that of a model trained before, in place of the preset's normalisation.
    ///   - whenRead: called between reading pictures and computing features, which takes its time.
    /// - Throws: whatever is wrong with the data or the network.
    public func loadData(
        normalizer: Normalizer? = nil, whenRead: @escaping () throws -> Void = {}
    ) throws -> LoadedData {
        guard let (extractor, model) = try featureExtractor() else {
            return try data.load(
                seed: seed, normalizer: normalizer, workers: Workers(threads: options.threads),
                whenRead: whenRead)
        }
        var source = data
        source.bringPictures(to: extractor.input)
        var isAnnounced = false
        let extract = { (dataset: Dataset) throws -> Dataset in
            guard dataset.shape == extractor.input else {
                throw TransferError.otherShape(
                    data: dataset.name, found: dataset.shape.description, model: model.name,
                    expected: extractor.input.description)
            }
            if !isAnnounced { try whenRead() }
            isAnnounced = true
            return try extractor.table(of: dataset, remarks: model.notes)
        }
        return try source.load(seed: seed, normalizer: normalizer, extract: extract)
    }

    /// What computes the preset's features, and the model it was made of; nil where they come from no network.
    fileprivate func featureExtractor() throws -> (FeatureExtractor, Model)? {
        guard case .network(let features)? = data.features else { return nil }
        let reference = ModelReference(
            model: features.model, weights: features.weights,
            channels: features.channels.flatMap(Preprocessing.ChannelOrder.init(rawValue:)),
            normalization: features.normalization, owner: name)
        let model = try reference.open()
        let extractor = try FeatureExtractor(
            model, features, size: data.size, workers: Workers(threads: options.threads))
        return (extractor, model)
    }
}

/// Makes of pictures of any size the features that a run was trained on.
public struct PictureFeatureReader {
    private let source: DataSource
    private let network: FeatureExtractor?

    /// - Returns: nil for a preset without features of pictures.
    /// - Throws: what is wrong with the network that computes them.
    public init?(_ preset: Preset) throws {
        switch preset.data.features {
        case nil, .randomConvolutions: return nil
        case .colorMoments, .network: break
        }
        source = preset.data
        network = try preset.featureExtractor()?.0
    }

    /// The features of each picture, not normalised yet, as samples of one class.
    public func dataset(of pictures: [Picture]) throws -> Dataset {
        let labels = [Int32](repeating: 0, count: pictures.count)
        if case .colorMoments(let moments)? = source.features {
            return Dataset(
                name: "pictures", shape: Shape(moments.count, 1, 1), classNames: ["0"], labels: labels,
                samples: .floats(pictures.flatMap { moments.features(of: fitted($0, moments)) }))
        }
        guard let network else { preconditionFailure("features of a network without it") }
        let shape = network.input
        let way = Preprocessing.raw(channels: shape.channels)
        let pixels = Dataset(
            name: "pictures", shape: shape, classNames: ["0"], labels: labels,
            samples: .floats(pictures.flatMap { way.input(of: $0, shape: shape) }))
        return try network.table(of: pixels, remarks: [])
    }

    /// At the size of the training pictures; never smaller than the grid.
    private func fitted(_ picture: Picture, _ moments: ColorMoments) -> Picture {
        picture.resized(
            width: max(source.size?.width ?? picture.width, moments.columns),
            height: max(source.size?.height ?? picture.height, moments.rows))
    }
}

extension Preset {
    /// What computes the features of signals that a run was trained on; nil for other samples.
    public var signalFeatures: RandomConvolutionExtractor? {
        guard case .randomConvolutions(let convolutions)? = data.features, let shape = convolutions.shape
        else { return nil }
        return RandomConvolutionExtractor(convolutions.settled(seed: seed, shape: shape))
    }
}

extension RandomConvolutionExtractor {
    /// The features of signals, not normalised yet, as samples of one class.
    func dataset(of signals: [[Float]]) -> Dataset {
        Dataset(
            name: "signals", shape: Shape(width), classNames: ["0"],
            labels: signals.map { _ in 0 }, samples: .floats(signals.flatMap(features)))
    }
}

extension FeatureExtractor {
    /// The features of all samples, as a data set of its own.
    fileprivate func table(of dataset: Dataset, remarks: [String]) throws -> Dataset {
        let identity = Normalizer(
            factors: Array(repeating: 1, count: dataset.shape.channels),
            offsets: Array(repeating: 0, count: dataset.shape.channels))
        var values: [Float] = []
        values.reserveCapacity(dataset.count * width)
        try extract(SampleSet(dataset, normalizer: identity)) { row, _ in values += row }
        return Dataset(
            name: dataset.name, shape: Shape(width), classNames: dataset.classNames, labels: dataset.labels,
            samples: .floats(values), remarks: remarks + dataset.remarks, files: dataset.files,
            miniatures: dataset.allMiniatures())
    }
}
