import Datasets
import Interchange
import Networks
import Tensors

extension Experiment {
    /// Reads the preset's data, and the model that it builds on, and checks its network against them.
    ///
    /// - Parameters:
    ///   - normalizer: that of a model trained before, in place of the preset's normalisation.
    ///   - isResumed: whether all weights come from a checkpoint, so that no other model is needed.
    ///   - whenRead: called between reading pictures and computing features, which takes its time.
    /// - Throws: whatever is wrong with the data or the model, `PresetError` for the network or
    ///   `FreezeError` for what it shall freeze.
    public init(
        loading given: Preset, normalizer: Normalizer? = nil, isResumed: Bool = false,
        whenRead: @escaping () throws -> Void = {}
    ) throws {
        var (preset, model) = isResumed ? (given, nil) : try given.takingOver()
        let data = try preset.loadData(normalizer: normalizer, whenRead: whenRead)
        preset.data.features = data.features
        if let model, data.shape != model.network.input {
            throw TransferError.otherShape(
                data: data.name, found: data.shape.description, model: model.name,
                expected: model.network.input.description)
        }
        let network = try preset.network(input: data.shape, classes: data.classNames.count)
        // Before there is a log: a run that cannot begin leaves nothing behind.
        _ = try preset.options.freeze.boundary(in: network)
        self.init(
            preset: preset, network: network,
            training: data.training, validation: data.validation, test: data.test,
            remarks: (model?.notes ?? []) + data.remarks, initialWeights: model?.parameters)
    }
}
