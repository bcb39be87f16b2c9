import Datasets
import Interchange
import Networks
import Yams

/// Reads `data: features:`: `color-moments`, their grid, or a layer of a network.
enum FeaturesReader {
    private static let momentKeys = ["colorMoments", "placement"]
    static let networkKeys = ["model", "weights", "layer", "channels", "normalize", "pool"]

    static func read(_ node: PresetNode) throws(PresetError) -> PictureFeatures {
        guard let mapping = node.node.mapping else {
            _ = try node.choice(["color-moments"])
            return .colorMoments(ColorMoments())
        }
        let isNetwork = networkKeys.contains { mapping[$0] != nil }
        return isNetwork ? .network(try network(node)) : .colorMoments(try moments(node))
    }

    /// With another grid: `{colorMoments: [rows, columns], placement: upper-left}`.
    private static func moments(_ node: PresetNode) throws(PresetError) -> ColorMoments {
        let fields = try node.fields(of: "features", known: momentKeys + networkKeys)
        let grid = try fields.required("colorMoments", expected: "the grid, like [7, 7]").extent(along: .both)
        let placement = try fields["placement"].map { (node) throws(PresetError) in
            try node.choice(ColorMoments.Placement.allCases.map(\.rawValue))
        }
        return ColorMoments(
            rows: grid.rows, columns: grid.columns,
            placement: placement.flatMap(ColorMoments.Placement.init(rawValue:)) ?? .centered)
    }

    /// `{model: FILE, layer: NAME}`.
    private static func network(_ node: PresetNode) throws(PresetError) -> NetworkFeatures {
        let fields = try node.fields(of: "features", known: networkKeys)
        return NetworkFeatures(
            model: try path(fields["model"], expected: "a model's file"),
            weights: try path(fields["weights"], expected: "a file of weights"),
            layer: try fields["layer"]?.text(expected: "the name of a layer"),
            channels: try fields["channels"].map { (node) throws(PresetError) in
                try ModelReference.order(node).rawValue
            },
            normalization: try fields["normalize"].map(DataReader.normalization),
            pools: try fields["pool"].map { (node) throws(PresetError) in
                try node.choice(["mean", "none"]) == "mean"
            } ?? true)
    }

    private static func path(_ node: PresetNode?, expected: String) throws(PresetError) -> String? {
        try node.map { (node) throws(PresetError) in
            ModelReference.resolved(try node.text(expected: expected), besidePreset: node.file)
        }
    }
}

extension PictureFeatures {
    /// As a preset spells it.
    var text: String {
        switch self {
        case .colorMoments(let moments):
            return
                "{colorMoments: [\(moments.rows), \(moments.columns)], placement: \(moments.placement.rawValue)}"
        case .network(let network):
            let parts = [
                network.model.map { "model: \(quoted($0))" },
                network.weights.map { "weights: \(quoted($0))" },
                network.layer.map { "layer: \(quoted($0))" }, network.channels.map { "channels: \($0)" },
                network.normalization.map { "normalize: \(quoted($0.description))" },
                "pool: \(network.pools ? "mean" : "none")",
            ]
            return "{\(parts.compactMap { $0 }.joined(separator: ", "))}"
        }
    }
}
