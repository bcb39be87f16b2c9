import Networks
import Yams

/// Reads `network:`, a list of layers, each `kind`, `kind: value` or `kind: {argument: value, …}`, with an optional
/// `name` and `inputs` (the names of the layers it takes) among the arguments or beside the kind.
struct NetworkReader {
    private var layers: [PresetLayer] = []
    private var counts: [String: Int] = [:]

    static func read(_ node: PresetNode) throws(PresetError) -> [PresetLayer] {
        var reader = NetworkReader()
        let items = try node.list(expected: "a list of layers, like - relu")
        for item in items { try reader.append(item) }
        guard !reader.layers.isEmpty else {
            throw node.error(
                .wrongKind(of: "network", found: "an empty list", expected: "at least one layer"))
        }
        return reader.layers
    }

    private mutating func append(_ item: PresetNode) throws(PresetError) {
        let (kind, arguments, beside) = try split(item)
        let fields = try argumentFields(kind, arguments)
        let made = try kind.make(fields)
        counts[kind.stem, default: 0] += 1
        let standard = "\(kind.stem)_\(counts[kind.stem, default: 1])"
        let name =
            try (beside["name"] ?? fields["name"])?.text(expected: "a name, like \(standard)") ?? standard
        let inputs = try (beside["inputs"] ?? fields["inputs"]).map { (node) throws(PresetError) in
            try Self.names(node)
        }
        layers.append(
            PresetLayer(
                name: name, inputs: inputs, layer: made.layer, followsClasses: made.followsClasses,
                place: item.place))
    }

    /// The kind of an item, its arguments, and what stands beside it.
    private func split(
        _ item: PresetNode
    ) throws(PresetError) -> (kind: LayerKind, arguments: PresetNode, beside: [String: PresetNode]) {
        if let scalar = item.node.scalar {
            return (try kind(scalar.string, at: item), item.child(Node(""), scalar.string), [:])
        }
        guard let mapping = item.node.mapping else {
            throw item.error(.wrongKind(of: "layer", found: item.found, expected: "a layer, like relu"))
        }
        var beside: [String: PresetNode] = [:]
        var found: (LayerKind, PresetNode)?
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            if key == "name" || key == "inputs" {
                beside[key] = item.child(value, key)
            } else {
                let kind = try kind(key, at: item.child(keyNode, key))
                if let found {
                    let both = "both \(found.0.key) and \(key)"
                    throw item.error(
                        .wrongKind(of: "layer", found: both, expected: "one layer per list item"))
                }
                found = (kind, item.child(value, key))
            }
        }
        guard let found else {
            throw item.error(.missing(key: "relu", of: "layer", expected: "a kind of layer"))
        }
        return (found.0, found.1, beside)
    }

    private func kind(_ word: String, at node: PresetNode) throws(PresetError) -> LayerKind {
        guard let kind = LayerKind.all.first(where: { $0.key == word }) else {
            throw node.error(.notAChoice(of: "layer", found: word, allowed: LayerKind.keys))
        }
        return kind
    }

    private func argumentFields(_ kind: LayerKind, _ node: PresetNode) throws(PresetError) -> PresetFields {
        if node.node.mapping != nil {
            return try node.fields(of: kind.key, known: kind.keys + ["name", "inputs"])
        }
        if node.isNull { return PresetFields(owner: node, name: kind.key, values: [:]) }
        guard let shorthand = kind.shorthand else {
            let expected = kind.keys.isEmpty ? "no value" : "arguments: \(kind.keys.joined(separator: ", "))"
            throw node.error(.wrongKind(of: kind.key, found: node.found, expected: expected))
        }
        return PresetFields(
            owner: node, name: kind.key,
            values: [
                shorthand: PresetNode(node: node.node, file: node.file, path: "\(node.path).\(shorthand)")
            ])
    }

    private static func names(_ node: PresetNode) throws(PresetError) -> [String] {
        if let scalar = node.node.scalar { return [scalar.string] }
        var names: [String] = []
        for item in try node.list(expected: "names of layers, like [relu_1, conv_2]") {
            names.append(try item.text(expected: "the name of a layer"))
        }
        return names
    }
}
