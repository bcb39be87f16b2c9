import Datasets
import Interchange
import Networks
import Tensors
import Training

/// A model as it is judged on labelled samples: it takes channels in the order of the data and gives probabilities.
struct JudgedModel {
    let network: Network
    let parameters: Parameters<Float>
    private let way: Preprocessing
    private let classNames: [String]

    init(_ model: Model) throws {
        // The data's channels are red, green, blue whatever the network's are.
        let model = try model.withRedFirst()
        way = model.preprocessing ?? .scaled(channels: model.network.input.channels)
        (classNames, parameters) = (model.classNames, model.parameters)
        var network = model.network
        if !network.endsInProbabilities { network.append(Softmax(), named: "probabilities") }
        self.network = network
    }

    /// The samples of a preset, a file or a folder, as the network takes them.
    func load(_ data: NamedData) throws -> LoadedData {
        let normalizer = Normalizer(
            factors: way.factors, offsets: way.offsets, standardizesEachSample: way.standardizesEachSample)
        let loaded = try data.load(for: network.input, normalizer: normalizer)
        guard loaded.shape == network.input else {
            throw EvaluationError.otherShape(
                data: loaded.name, found: loaded.shape, expected: network.input)
        }
        guard classNames.isEmpty || classNames == loaded.classNames else {
            throw EvaluationError.otherClasses(
                data: loaded.name, found: loaded.classNames, expected: classNames)
        }
        let outputs = network.inspect().rows.last?.activations?.count ?? 0
        guard outputs == loaded.classNames.count else {
            throw EvaluationError.otherCount(
                data: loaded.name, classes: loaded.classNames.count, outputs: outputs)
        }
        return loaded
    }
}
