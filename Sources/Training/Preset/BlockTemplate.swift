import Yams

/// A block that a preset defines under `blocks:`: layers with `$names` where a use puts its own values.
///
/// `fire: [convolution: {filters: $squeeze, kernel: 1}, relu]`, or `{defaults: {stride: 1}, layers: […]}` where some
/// values may be left out. Used as `fire: {squeeze: 16}`.
struct BlockTemplate {
    let name: String
    private let layers: PresetNode
    private let defaults: [String: Node]
    /// The `$names` in it, in their order.
    let arguments: [String]

    /// Reads `blocks:`.
    static func read(_ node: PresetNode) throws(PresetError) -> [String: BlockTemplate] {
        guard let mapping = node.node.mapping else {
            throw node.error(
                .wrongKind(
                    of: "blocks", found: node.found, expected: "names of blocks, each with its layers"))
        }
        var templates: [String: BlockTemplate] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard !name.isEmpty, !NetworkReader.words.contains(name) else {
                let expected = "a name that no layer has"
                throw node.child(key, name).error(
                    .wrongKind(of: "block", found: "'\(name)'", expected: expected))
            }
            templates[name] = try BlockTemplate(name, node.child(value, name))
        }
        return templates
    }

    private init(_ name: String, _ node: PresetNode) throws(PresetError) {
        self.name = name
        var defaults: [String: Node] = [:]
        if node.node.mapping != nil {
            let fields = try node.fields(of: name, known: ["defaults", "layers"])
            layers = try fields.required("layers", expected: "a list of layers")
            for (key, value) in fields["defaults"]?.node.mapping ?? Node.Mapping([]) {
                defaults[key.string ?? ""] = value
            }
        } else {
            layers = node
        }
        _ = try layers.list(expected: "a list of layers, like - relu")
        self.defaults = defaults
        var found: [String] = []
        Self.collect(from: layers.node, into: &found)
        arguments = found
        if let (key, value) = defaults.first(where: { !found.contains($0.key) }) {
            throw node.child(value, key).error(.unknownKey(key, of: name, known: found))
        }
    }

    /// Its layers with the values of a use, `fire: {squeeze: 16}`, in place of the names.
    func layers(_ use: PresetNode) throws(PresetError) -> PresetNode {
        var values = defaults
        if use.node.mapping != nil {
            let fields = try use.fields(of: name, known: arguments + ["name"])
            for (key, value) in fields.values { values[key] = value.node }
        } else if !use.isNull {
            let expected =
                arguments.isEmpty ? "no value" : "arguments: \(arguments.joined(separator: ", "))"
            throw use.error(.wrongKind(of: name, found: use.found, expected: expected))
        }
        if let missing = arguments.first(where: { values[$0] == nil }) {
            throw use.error(.missing(key: missing, of: name, expected: "a value for its $\(missing)"))
        }
        return PresetNode(
            node: Self.replacing(values, in: layers.node), file: layers.file, path: layers.path)
    }

    /// `$filters` → `filters`.
    private static func argument(_ node: Node) -> String? {
        guard let text = node.scalar?.string, text.hasPrefix("$"), text.count > 1 else { return nil }
        return String(text.dropFirst())
    }

    private static func collect(from node: Node, into found: inout [String]) {
        if let name = argument(node), !found.contains(name) { found.append(name) }
        for (_, value) in node.mapping ?? Node.Mapping([]) { collect(from: value, into: &found) }
        for value in node.sequence ?? [] { collect(from: value, into: &found) }
    }

    private static func replacing(_ values: [String: Node], in node: Node) -> Node {
        if let name = argument(node) { return values[name] ?? node }
        if var mapping = node.mapping {
            for (key, value) in mapping { mapping[key] = replacing(values, in: value) }
            return .mapping(mapping)
        }
        if var sequence = node.sequence {
            for index in sequence.indices { sequence[index] = replacing(values, in: sequence[index]) }
            return .sequence(sequence)
        }
        return node
    }
}
