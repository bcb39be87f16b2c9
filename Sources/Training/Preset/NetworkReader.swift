import Networks
import Yams

/// Reads `network:`, a list of layers and blocks.
///
/// A layer is `kind`, `kind: value` or `kind: {argument: value, …}`, with an optional `name` and `inputs` (the names of
/// the layers it takes) among the arguments or beside the kind. For blocks see `NetworkReader+Blocks`.
struct NetworkReader {
    /// More than any network has: what repeats of repeats would otherwise grow to.
    static let mostLayers = 10_000
    /// Blocks in blocks: what a block that uses itself would otherwise sink to.
    static let deepest = 32

    /// Every word that a list item may begin with, apart from the preset's own blocks.
    static let words = LayerKind.keys + BlockKind.allCases.map(\.rawValue)

    let templates: [String: BlockTemplate]
    private(set) var layers: [PresetLayer] = []
    private var names: Set<String> = []
    /// The network's, then those of the blocks that are being read.
    var scopes = [LayerScope()]
    /// The layer whose output the next one takes.
    var current = Network.inputName
    var depth = 0

    /// - Parameter blocks: the preset's own, `blocks:`.
    static func read(_ node: PresetNode, blocks: PresetNode? = nil) throws(PresetError) -> [PresetLayer] {
        let templates = try blocks.map { (node) throws(PresetError) in try BlockTemplate.read(node) }
        var reader = NetworkReader(templates: templates ?? [:])
        try reader.readList(node)
        return reader.layers
    }

    private init(templates: [String: BlockTemplate]) { self.templates = templates }

    /// Reads layers one after the other, each taking the one before it.
    mutating func readList(_ node: PresetNode) throws(PresetError) {
        let items = try node.list(expected: "a list of layers, like - relu")
        guard !items.isEmpty else {
            throw node.error(
                .wrongKind(of: node.name, found: "an empty list", expected: "at least one layer"))
        }
        for item in items { try readItem(item) }
    }

    private mutating func readItem(_ node: PresetNode) throws(PresetError) {
        let item = try NetworkItem(
            node, isKnown: { isKnown($0) }, words: Self.words + templates.keys.sorted())
        if let kind = LayerKind.all.first(where: { $0.key == item.word }) {
            try readLayer(kind, item)
        } else {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.deepest else {
                throw node.error(
                    .wrongKind(
                        of: item.word, found: "blocks in blocks more than \(Self.deepest) deep",
                        expected: "blocks that do not use themselves"))
            }
            try readBlock(item)
        }
    }

    private func isKnown(_ word: String) -> Bool { Self.words.contains(word) || templates[word] != nil }

    private mutating func readLayer(_ kind: LayerKind, _ item: NetworkItem) throws(PresetError) {
        let fields = try item.fields(of: kind)
        let made = try kind.make(fields)
        let standard = nextName(kind.stem)
        let name =
            try (item.beside["name"] ?? fields["name"])?.text(expected: "a name, like \(standard)")
            ?? standard
        let inputs = try (item.beside["inputs"] ?? fields["inputs"]).map { (node) throws(PresetError) in
            try Self.names(node)
        }
        try append(
            made.layer, named: name, inputs: inputs.map { $0.map(resolved) },
            followsClasses: made.followsClasses, item.node)
    }

    /// Adds a layer under a name within the current scope; without inputs it takes `current`.
    mutating func append(
        _ layer: any Layer, named name: String, inputs: [String]? = nil, followsClasses: Bool = false,
        _ node: PresetNode
    ) throws(PresetError) {
        guard layers.count < Self.mostLayers else {
            throw node.error(
                .wrongKind(
                    of: "network", found: "more than \(Self.mostLayers) layers", expected: "fewer repeats"))
        }
        let follows = current == layers.last?.name ?? Network.inputName
        let full = (scopes.last?.prefix ?? "") + name
        layers.append(
            PresetLayer(
                name: full, inputs: inputs ?? (follows ? nil : [current]), layer: layer,
                followsClasses: followsClasses, place: node.place))
        names.insert(full)
        current = full
    }

    mutating func nextName(_ stem: String) -> String { scopes[scopes.count - 1].next(stem) }

    /// The layer that a name means: of the innermost block that has one of that name.
    private func resolved(_ name: String) -> String {
        let candidates = scopes.reversed().map { $0.prefix + name }
        return candidates.first(where: names.contains) ?? name
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
