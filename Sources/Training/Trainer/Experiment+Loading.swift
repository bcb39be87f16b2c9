import Datasets
import Tensors

extension Experiment {
    /// Reads the preset's data and checks its network against them.
    ///
    /// - Parameter normalizer: that of a model trained before, in place of the preset's normalisation.
    /// - Throws: whatever is wrong with the data, or `PresetError` for the network.
    public init(loading preset: Preset, normalizer: Normalizer? = nil) throws {
        let data = try preset.data.load(seed: preset.seed, normalizer: normalizer)
        self.init(
            preset: preset, network: try preset.network(input: data.shape, classes: data.classNames.count),
            training: data.training, validation: data.validation, test: data.test,
            remarks: data.remarks)
    }
}
