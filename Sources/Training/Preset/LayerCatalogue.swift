import Networks
import Yams

/// One layer of a preset's `network`.
public struct PresetLayer: Sendable, Equatable {
    public var name: String
    /// Names of the layers it takes; nil for the one before it.
    public var inputs: [String]?
    public var layer: any Layer
    /// `fullyConnected: classes`, or `filters: classes`: as many outputs as the data has classes.
    public var followsClasses: Bool
    /// Where the preset says so.
    public var place: String

    public static func == (one: PresetLayer, other: PresetLayer) -> Bool {
        one.name == other.name && one.inputs == other.inputs && isEqual(one.layer, other.layer)
            && one.followsClasses == other.followsClasses
    }

    private static func isEqual<Kind: Layer>(_ one: Kind, _ other: any Layer) -> Bool {
        one == other as? Kind
    }
}

/// A kind of layer as presets spell it.
struct LayerKind: Sendable {
    /// `maxPooling`.
    let key: String
    /// Layers without a name of their own are called `maxpool_1`, `maxpool_2`, ….
    let stem: String
    let keys: [String]
    /// The key that a bare value is taken for: `maxPooling: 2` is `maxPooling: {size: 2}`.
    let shorthand: String?
    let make: @Sendable (PresetFields) throws(PresetError) -> (layer: any Layer, followsClasses: Bool)

    init(
        _ key: String, _ stem: String, keys: [String] = [], shorthand: String? = nil,
        _ make: @escaping @Sendable (PresetFields) throws(PresetError) -> any Layer
    ) {
        self.key = key
        self.stem = stem
        self.keys = keys
        self.shorthand = shorthand
        self.make = { (fields) throws(PresetError) in (try make(fields), false) }
    }

    /// A convolution, whose filters may follow the data.
    private init(convolution key: String, along axes: WindowAxes) {
        self.key = key
        stem = "conv"
        keys = LayerKind.convolutionKeys
        shorthand = nil
        make = { (fields) throws(PresetError) in
            let filters = try fields.required("filters", expected: "how many filters, like 8")
            let followsClasses = filters.node.scalar?.string == "classes"
            let count = followsClasses ? 1 : try filters.integer(1...Int.max, like: 8)
            return (try fields.convolution(filters: count, along: axes), followsClasses)
        }
    }

    /// The fully connected layer, whose outputs may follow the data.
    private init(fullyConnected key: String, _ stem: String) {
        self.key = key
        self.stem = stem
        keys = ["outputs", "bias", "initializer"] + LayerKind.factorKeys
        shorthand = "outputs"
        make = { (fields) throws(PresetError) in
            let outputs = try fields.required("outputs", expected: "how many outputs, like 10, or classes")
            let followsClasses = outputs.node.scalar?.string == "classes"
            let count = followsClasses ? 1 : try outputs.integer(1...Int.max, like: 10)
            var layer = FullyConnected(
                outputs: count, hasBias: try fields["bias"]?.toggle() ?? true,
                initializer: try fields.initializer())
            layer.weightFactors = try fields.factors("weight", LearnFactors())
            layer.biasFactors = try fields.factors("bias", .bias)
            return (layer, followsClasses)
        }
    }

    static let factorKeys = [
        "weightLearnRateFactor", "weightL2Factor", "biasLearnRateFactor", "biasL2Factor",
    ]
    private static let poolingKeys = ["size", "stride", "padding", "dilation", "roundsUp"]
    private static let normalizationKeys = [
        "epsilon", "momentum", "scaleLearnRateFactor", "scaleL2Factor", "offsetLearnRateFactor",
        "offsetL2Factor",
    ]
    private static let convolutionKeys =
        ["filters", "kernel", "stride", "padding", "dilation", "groups", "bias", "initializer"] + factorKeys

    /// Every layer a preset can name.
    static let all: [LayerKind] =
        [
            LayerKind(convolution: "convolution", along: .both),
            LayerKind(convolution: "convolution1d", along: .columns),
            LayerKind(fullyConnected: "fullyConnected", "fc"),
            LayerKind("batchNormalization", "bn", keys: normalizationKeys) { (fields) throws(PresetError) in
                var layer = BatchNormalization(
                    epsilon: try fields.real("epsilon", 0...1, like: 1e-5) ?? 1e-5,
                    momentum: try fields.real("momentum", 0...1, like: 0.1) ?? 0.1)
                layer.scaleFactors = try fields.factors("scale", LearnFactors())
                layer.offsetFactors = try fields.factors("offset", LearnFactors())
                return layer
            },
            LayerKind(
                "crossChannelNormalization", "lrn", keys: ["size", "alpha", "beta", "k"], shorthand: "size"
            ) { (fields) throws(PresetError) in
                CrossChannelNormalization(
                    size: try fields.integer("size", 1...Int.max, like: 5) ?? 5,
                    alpha: try fields.real("alpha", 0...1e6, like: 1e-4) ?? 1e-4,
                    beta: try fields.real("beta", 0...100, like: 0.75) ?? 0.75,
                    k: try fields.real("k", 1e-9...1e6, like: 2) ?? 2)
            },
            LayerKind("relu", "relu") { (_) throws(PresetError) in ReLU() },
            LayerKind("leakyRelu", "leakyrelu", keys: ["slope"], shorthand: "slope") {
                (fields) throws(PresetError) in
                LeakyReLU(slope: try fields.real("slope", -1e3...1e3, like: 0.01) ?? 0.01)
            },
            LayerKind("sigmoid", "sigmoid") { (_) throws(PresetError) in Sigmoid() },
            LayerKind("tanh", "tanh") { (_) throws(PresetError) in Tanh() },
            LayerKind("step", "step") { (_) throws(PresetError) in Step() },
            LayerKind("softmax", "softmax") { (_) throws(PresetError) in Softmax() },
            LayerKind("maxPooling", "maxpool", keys: poolingKeys, shorthand: "size") {
                (fields) throws(PresetError) in
                try fields.maxPooling(along: .both)
            },
            LayerKind("maxPooling1d", "maxpool", keys: poolingKeys, shorthand: "size") {
                (fields) throws(PresetError) in
                try fields.maxPooling(along: .columns)
            },
            LayerKind(
                "averagePooling", "avgpool", keys: poolingKeys + ["countsPadding"], shorthand: "size"
            ) { (fields) throws(PresetError) in try fields.averagePooling(along: .both) },
            LayerKind(
                "averagePooling1d", "avgpool", keys: poolingKeys + ["countsPadding"], shorthand: "size"
            ) { (fields) throws(PresetError) in try fields.averagePooling(along: .columns) },
            LayerKind("subsampling", "subsample", keys: ["stride"], shorthand: "stride") {
                (fields) throws(PresetError) in
                Subsampling(stride: try fields.requiredExtent("stride", along: .both))
            },
            LayerKind("subsampling1d", "subsample", keys: ["stride"], shorthand: "stride") {
                (fields) throws(PresetError) in
                Subsampling(stride: try fields.requiredExtent("stride", along: .columns))
            },
            LayerKind("globalAveragePooling", "gap") { (_) throws(PresetError) in GlobalAveragePooling() },
            LayerKind(
                "dropout", "dropout", keys: ["probability"], shorthand: "probability"
            ) { (fields) throws(PresetError) in
                Dropout(probability: try fields.real("probability", 0...0.999, like: 0.5) ?? 0.5)
            },
            LayerKind("flatten", "flatten") { (_) throws(PresetError) in Flatten() },
            LayerKind("addition", "add") { (_) throws(PresetError) in Addition() },
            LayerKind("depthConcatenation", "concat") { (_) throws(PresetError) in DepthConcatenation() },
        ] + imported

    static let keys = all.map(\.key)
}
