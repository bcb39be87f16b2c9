import Datasets
import Interchange
import Networks
import Tensors

extension Preset {
    /// The preset's network with its first values, for weights from elsewhere.
    public func model() throws -> Model {
        let data = try data.load(seed: seed)
        let network = try network(input: data.shape, classes: data.classNames.count)
        return Model(
            name: name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: seed)), classNames: data.classNames
        )
    }
}
