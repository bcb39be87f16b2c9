import Datasets
import Interchange
import Networks
import Tensors

extension Preset {
    /// The preset's network with its first values, for weights from elsewhere; its data are read only where the preset
    /// alone does not tell their shape and number of classes.
    public func model() throws -> Model {
        let network = try ownNetwork()
        return Model(
            name: name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: seed)))
    }

    /// The preset's network with the weights of a file; what that does not have is as training would begin with.
    ///
    /// - Throws: `WeightFileError` where the file cannot be read, or nothing in it fits.
    public func model(weights path: String) throws -> (model: Model, report: WeightReport) {
        let network = try ownNetwork()
        // No random number is drawn for what the file brings.
        var model = Model(name: name, network: network, parameters: try Parameters(unfilled: network))
        let report = try model.load(weights: path)
        let rest = report.missing + report.mismatches.map(\.parameter)
        if !rest.isEmpty {
            try model.parameters.fill(Set(rest), of: network, random: RandomSource(seed: seed))
        }
        return (model, report)
    }

    private func ownNetwork() throws -> Network {
        if let outline = data.outline {
            return try network(input: outline.shape, classes: outline.classes)
        }
        let data = try loadData()
        return try network(input: data.shape, classes: data.classNames.count)
    }
}
