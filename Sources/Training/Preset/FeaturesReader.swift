import Datasets
import Interchange
import Networks
import Tensors
import Yams

/// Reads `data: features:`: `color-moments`, their grid, `random-convolutions`, how many, or a layer of a network.
enum FeaturesReader {
    private static let momentKeys = ["colorMoments", "placement"]
    private static let convolutionKeys = ["randomConvolutions", "standardize", "seed", "shape"]
    static let networkKeys = [
        "model", "weights", "layer", "channels", "normalize", "pool", "mirrored", "root",
    ]

    static func read(_ node: PresetNode) throws(PresetError) -> SampleFeatures {
        guard let mapping = node.node.mapping else {
            let word = try node.choice(["color-moments", "random-convolutions"])
            return word == "color-moments"
                ? .colorMoments(ColorMoments()) : .randomConvolutions(RandomConvolutions())
        }
        if mapping["randomConvolutions"] != nil { return .randomConvolutions(try convolutions(node)) }
        let isNetwork = networkKeys.contains { mapping[$0] != nil }
        return isNetwork ? .network(try network(node)) : .colorMoments(try moments(node))
    }

    /// With another grid: `{colorMoments: [rows, columns], placement: upper-left}`.
    private static func moments(_ node: PresetNode) throws(PresetError) -> ColorMoments {
        let fields = try node.fields(
            of: "features", known: momentKeys + networkKeys + ["randomConvolutions"])
        let grid = try fields.required("colorMoments", expected: "the grid, like [7, 7]").extent(along: .both)
        let placement = try fields["placement"].map { (node) throws(PresetError) in
            try node.choice(ColorMoments.Placement.allCases.map(\.rawValue))
        }
        return ColorMoments(
            rows: grid.rows, columns: grid.columns,
            placement: placement.flatMap(ColorMoments.Placement.init(rawValue:)) ?? .centered)
    }

    /// `{randomConvolutions: 10000}`; a trained model's also name what they were drawn from and for.
    private static func convolutions(_ node: PresetNode) throws(PresetError) -> RandomConvolutions {
        let fields = try node.fields(of: "features", known: convolutionKeys)
        return RandomConvolutions(
            count: try fields.integer("randomConvolutions", 1...1 << 20, like: 10_000)
                ?? RandomConvolutions.usualCount,
            standardizes: try fields["standardize"]?.toggle() ?? true,
            seed: try fields.integer("seed", 0...Int.max, like: 1).map { UInt64($0) },
            shape: try fields["shape"].map(signal))
    }

    /// `[channels, points]`.
    private static func signal(_ node: PresetNode) throws(PresetError) -> Shape {
        let expected = "[channels, points], like [1, 128]"
        let parts = try node.list(expected: expected)
        guard parts.count == 2 else {
            throw node.error(
                .wrongKind(of: "shape", found: "a list of \(parts.count)", expected: expected))
        }
        return Shape(
            try parts[0].integer(1...1 << 16, like: 1), 1, try parts[1].integer(2...1 << 24, like: 128))
    }

    /// `{model: FILE, layer: NAME}`.
    private static func network(_ node: PresetNode) throws(PresetError) -> NetworkFeatures {
        let fields = try node.fields(of: "features", known: networkKeys)
        return NetworkFeatures(
            model: try path(fields["model"], expected: "a model's file"),
            weights: try path(fields["weights"], expected: "a file of weights"),
            layers: try fields["layer"].map(layers) ?? [],
            channels: try fields["channels"].map { (node) throws(PresetError) in
                try ModelReference.order(node).rawValue
            },
            normalization: try fields["normalize"].map(DataReader.normalization),
            pools: try fields["pool"].map { (node) throws(PresetError) in
                try node.choice(["mean", "none"]) == "mean"
            } ?? true,
            mirrors: try fields["mirrored"]?.toggle() ?? false,
            takesRoots: try fields["root"]?.toggle() ?? false)
    }

    /// One name, several, or `all`.
    static func layers(_ node: PresetNode) throws(PresetError) -> [String] {
        let expected = "the name of a layer, several like [fire8, fire9], or all"
        guard node.node.sequence != nil else { return [try node.text(expected: expected)] }
        var names: [String] = []
        for item in try node.list(expected: expected) { names.append(try item.text(expected: expected)) }
        return names
    }

    private static func path(_ node: PresetNode?, expected: String) throws(PresetError) -> String? {
        try node.map { (node) throws(PresetError) in
            ModelReference.resolved(try node.text(expected: expected), besidePreset: node.file)
        }
    }
}

extension SampleFeatures {
    /// As a preset spells it.
    var text: String {
        switch self {
        case .colorMoments(let moments):
            return
                "{colorMoments: [\(moments.rows), \(moments.columns)], placement: \(moments.placement.rawValue)}"
        case .randomConvolutions(let convolutions):
            let parts = [
                "randomConvolutions: \(convolutions.count)", "standardize: \(convolutions.standardizes)",
                convolutions.seed.map { "seed: \($0)" },
                convolutions.shape.map { "shape: [\($0.channels), \($0.width)]" },
            ]
            return "{\(parts.compactMap { $0 }.joined(separator: ", "))}"
        case .network(let network):
            let parts = [
                network.model.map { "model: \(quoted($0))" },
                network.weights.map { "weights: \(quoted($0))" },
                NetworkFeatures.text(network.layers), network.channels.map { "channels: \($0)" },
                network.normalization.map { "normalize: \(quoted($0.description))" },
                "pool: \(network.pools ? "mean" : "none")",
                network.mirrors ? "mirrored: true" : nil, network.takesRoots ? "root: true" : nil,
            ]
            return "{\(parts.compactMap { $0 }.joined(separator: ", "))}"
        }
    }
}

extension NetworkFeatures {
    /// Layers as a preset spells them; nil for none.
    static func text(_ layers: [String]) -> String? {
        switch layers.count {
        case 0: nil
        case 1: "layer: \(quoted(layers[0]))"
        default: "layer: [\(layers.map(quoted).joined(separator: ", "))]"
        }
    }

    /// The layers of a model that are meant.
    ///
    /// - Throws: `FeatureError` where one is not there.
    static func layers(_ names: [String], of model: Model) throws(FeatureError) -> [String] {
        let known = model.network.nodes.map(\.name)
        if names == [all], !known.contains(all) {
            let trained = model.lastTrainedLayer.flatMap { model.network.truncated(after: $0) }
            return (trained ?? model.network).blockEnds
        }
        for name in names where !known.contains(name) {
            throw .unknownLayer(model: model.name, layer: name, known: known)
        }
        return names
    }
}
