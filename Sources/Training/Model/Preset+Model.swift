import Datasets
import Interchange
import Networks
import Tensors

extension Preset {
    /// The preset's network with its first values, for weights from elsewhere; its data are read only where the preset
    /// alone does not tell their shape and number of classes.
    public func model() throws -> Model {
        let network: Network
        if let outline = data.outline {
            network = try self.network(input: outline.shape, classes: outline.classes)
        } else {
            let data = try loadData()
            network = try self.network(input: data.shape, classes: data.classNames.count)
        }
        return Model(
            name: name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: seed)))
    }
}
