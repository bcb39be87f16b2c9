import Datasets
import Interchange
import Networks
import Yams

/// A preset's `transfer:`: the network that another model brings, with new last layers for the data's classes.
public struct Transfer: Sendable, Equatable {
    /// A model's file or folder, a run, or with `weights` the name of a preset.
    public var model: String?
    /// A file of weights for the layers of the preset that `model` names.
    public var weights: String?
    /// Order of the channels that the model takes, where neither it nor anyone else tells.
    public var channels: Preprocessing.ChannelOrder?
    /// Of the weights and the biases of new layers, relative to those that are taken over.
    public var weightLearnRateFactor: Float = 10
    public var biasLearnRateFactor: Float = 10
    /// Takes the model's classes as they are and finds out which of the data's each stands for; nothing learns.
    public var mapsClasses = false
    /// What the new layers take in place of what the old classifier took: the joined means of these layers' maps; `[all]`
    /// for the ends of all blocks.
    public var layers: [String] = []
    /// New last layers in place of one like the model's own.
    var head: [PresetLayer] = []
    var headText = ""

    public init() {}

    /// Behind numbers of different layers, whose sizes differ: normalised, then a small network with one hidden layer.
    var newLayers: [PresetLayer] {
        var (hidden, classifier) = (FullyConnected(outputs: 128), FullyConnected(outputs: 1))
        hidden.weightFactors = LearnFactors(rate: weightLearnRateFactor)
        hidden.biasFactors = LearnFactors(rate: biasLearnRateFactor, l2: 0)
        (classifier.weightFactors, classifier.biasFactors) = (hidden.weightFactors, hidden.biasFactors)
        let layers: [(String, any Layer)] = [
            ("new_normalization", BatchNormalization()), ("new_dropout", Dropout(probability: 0.5)),
            ("new_hidden", hidden), ("new_relu", ReLU()), ("new_hidden_dropout", Dropout(probability: 0.5)),
            ("new_classifier", classifier), ("new_softmax", Softmax()),
        ]
        return layers.map { name, layer in
            PresetLayer(
                name: name, inputs: nil, layer: layer, followsClasses: name == "new_classifier",
                place: "transfer")
        }
    }

    public static func == (one: Transfer, other: Transfer) -> Bool { one.lines == other.lines }

    /// As a preset spells it, without the key `transfer`.
    var lines: [String] {
        var lines: [String] = []
        if let model { lines.append("model: \(quoted(model))") }
        if let weights { lines.append("weights: \(quoted(weights))") }
        if let channels { lines.append("channels: \(channels.rawValue)") }
        if let text = NetworkFeatures.text(layers) { lines.append(text) }
        if mapsClasses {
            lines.append("classes: vote")
        } else {
            lines.append("weightLearnRateFactor: \(weightLearnRateFactor)")
            lines.append("biasLearnRateFactor: \(biasLearnRateFactor)")
        }
        if !headText.isEmpty {
            lines.append("head:")
            lines += headText.split(separator: "\n").map { "  \($0)" }
        }
        return lines
    }
}

/// Reads `transfer:`.
enum TransferReader {
    static let keys = [
        "model", "weights", "channels", "classes", "weightLearnRateFactor", "biasLearnRateFactor", "layer",
        "head",
    ]

    static func read(_ node: PresetNode, headText: (PresetNode) throws(PresetError) -> String)
        throws(PresetError) -> Transfer
    {
        var transfer = Transfer()
        guard !node.isNull else { return transfer }
        let fields = try node.fields(of: "transfer", known: keys)
        transfer.model = try path(fields["model"], expected: "a model's file")
        transfer.weights = try path(fields["weights"], expected: "a file of weights")
        transfer.channels = try fields["channels"].map(ModelReference.order)
        if let classes = fields["classes"] {
            transfer.mapsClasses = try classes.choice(["new", "vote"]) == "vote"
        }
        transfer.layers = try fields["layer"].map(FeaturesReader.layers) ?? []
        let factors = try (
            fields.real("weightLearnRateFactor", 0...1e6, like: 10),
            fields.real("biasLearnRateFactor", 0...1e6, like: 10)
        )
        if let factor = factors.0 { transfer.weightLearnRateFactor = Float(factor) }
        if let factor = factors.1 { transfer.biasLearnRateFactor = Float(factor) }
        if let head = fields["head"] {
            transfer.head = try NetworkReader.read(head).map(inHead)
            transfer.headText = try headText(head)
        }
        return transfer
    }

    /// A relative path counts from the preset's folder where there is something at it.
    private static func path(_ node: PresetNode?, expected: String) throws(PresetError) -> String? {
        try node.map { (node) throws(PresetError) in
            ModelReference.resolved(try node.text(expected: expected), besidePreset: node.file)
        }
    }

    /// Names that no layer of the model has.
    private static func inHead(_ layer: PresetLayer) -> PresetLayer {
        var layer = layer
        layer.name = "head/\(layer.name)"
        layer.inputs = layer.inputs.map { $0.map { $0 == Network.inputName ? $0 : "head/\($0)" } }
        return layer
    }
}
