import Datasets
import Interchange
import Networks
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
        guard case .network(let features)? = data.features else {
            return try data.load(seed: seed, normalizer: normalizer)
        }
        let reference = ModelReference(
            model: features.model, weights: features.weights,
            channels: features.channels.flatMap(Preprocessing.ChannelOrder.init(rawValue:)),
            normalization: features.normalization, owner: name)
        let model = try reference.open()
        let extractor = try FeatureExtractor(
            model, layer: features.layer, pools: features.pools, workers: Workers(threads: options.threads))
        var source = data
        source.bringPictures(to: model.network.input)
        var isAnnounced = false
        return try source.load(seed: seed, normalizer: normalizer) { dataset in
            guard dataset.shape == model.network.input else {
                throw TransferError.otherShape(
                    data: dataset.name, found: dataset.shape.description, model: model.name,
                    expected: model.network.input.description)
            }
            if !isAnnounced { try whenRead() }
            isAnnounced = true
            return try extractor.table(of: dataset, remarks: model.notes)
        }
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
            samples: .floats(values), remarks: remarks + dataset.remarks)
    }
}
