import Datasets
import Glibc
import Interchange
import Networks
import Tensors
import Training

/// A model as it is judged on labelled samples: it takes channels in the order of the data and gives probabilities.
struct JudgedModel {
    private let model: Model
    private let way: Preprocessing
    let network: Network

    init(_ model: Model, path: String) throws {
        self.model = model
        let input = model.network.input
        way = model.preprocessing ?? PreprocessingOptions.scaled(channels: input.channels)
        var network = Network(name: model.name, input: input)
        let turns = way.order == .bgr && input.channels == 3
        if turns { network.append(ChannelSelection([2, 1, 0]), named: "blue first") }
        for node in model.network.nodes {
            let inputs = node.inputs.map { turns && $0 == Network.inputName ? "blue first" : $0 }
            network.append(node.layer, named: node.name, after: inputs)
        }
        if !(network.nodes.last?.layer is Softmax) { network.append(Softmax(), named: "probabilities") }
        self.network = network
    }

    /// The samples of a preset, a file or a folder, as the network takes them.
    func data(at place: String) throws -> LoadedData {
        let library = PresetLibrary.standard()
        var source = DataSource(.folder)
        var seed: UInt64 = 1
        if library.names.contains(place) || place.hasSuffix(".yaml") {
            let preset = try Preset(contentsOf: try library.file(named: place))
            (source, seed) = (preset.data, preset.seed)
        } else {
            guard access(place, R_OK) == 0 else {
                throw EvaluationError.notFound(data: place, presets: library.names)
            }
            source.lieAt(place)
            source.split = SplitFractions(validation: 0, test: 0)
        }
        let shape = model.network.input
        if source.name == .folder { source.size = PixelSize(width: shape.width, height: shape.height) }
        // The data's channels are red, green, blue whatever the network's are.
        let (factors, offsets) =
            way.order == .bgr ? (way.factors.reversed(), way.offsets.reversed()) : (way.factors, way.offsets)
        let normalizer = Normalizer(
            factors: factors, offsets: offsets, standardizesEachSample: way.standardizesEachSample)
        let loaded = try source.load(seed: seed, normalizer: normalizer)
        try check(loaded)
        return loaded
    }

    private func check(_ data: LoadedData) throws {
        guard data.shape == model.network.input else {
            throw EvaluationError.otherShape(
                data: data.name, found: data.shape, expected: model.network.input)
        }
        guard model.classNames.isEmpty || model.classNames == data.classNames else {
            throw EvaluationError.otherClasses(
                data: data.name, found: data.classNames, expected: model.classNames)
        }
        guard let outputs = model.outputCount, outputs == data.classNames.count else {
            throw EvaluationError.otherCount(
                data: data.name, classes: data.classNames.count, outputs: model.outputCount ?? 0)
        }
    }
}
