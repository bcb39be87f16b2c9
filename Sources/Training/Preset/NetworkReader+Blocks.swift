import Networks
import Yams

/// The blocks that every preset knows.
enum BlockKind: String, CaseIterable {
    /// `residual: {body: […], shortcut: […]}`: both take the layer before, their sum goes on. He et al. 2015.
    case residual
    /// `parallel: [[…], […]]`: every branch takes the layer before, their channels are stacked. Szegedy et al. 2014.
    case parallel
    /// `repeat: {times: 3, layers: […]}`: one after the other.
    case `repeat`
}

extension NetworkReader {
    /// The word for a branch or shortcut that hands on what it takes.
    private static let identity = "identity"

    mutating func readBlock(_ item: NetworkItem) throws(PresetError) {
        let name = try item.blockName()
        guard let kind = BlockKind(rawValue: item.word) else {
            guard let template = templates[item.word] else { return }
            let layers = try template.layers(item.arguments)
            return try within(name) { (reader) throws(PresetError) in try reader.readList(layers) }
        }
        switch kind {
        case .residual:
            try within(name) { (reader) throws(PresetError) in try reader.readResidual(item) }
        case .parallel:
            try within(name) { (reader) throws(PresetError) in try reader.readParallel(item) }
        case .repeat: try readRepeat(item, name: name)
        }
    }

    /// Names what `read` adds `NAME/…`, if there is a name.
    private mutating func within(
        _ name: String?, _ read: (inout NetworkReader) throws(PresetError) -> Void
    ) throws(PresetError) {
        guard let name else { return try read(&self) }
        scopes.append(LayerScope(prefix: "\(scopes.last?.prefix ?? "")\(name)/"))
        defer { scopes.removeLast() }
        try read(&self)
    }

    private mutating func readResidual(_ item: NetworkItem) throws(PresetError) {
        let fields = try item.arguments.fields(of: "residual", known: ["body", "shortcut", "name"])
        let entry = current
        try readList(try fields.required("body", expected: "a list of layers"))
        let body = current
        current = entry
        if let shortcut = fields["shortcut"] { try readBranch(shortcut) }
        try append(Addition(), named: nextName("add"), inputs: [body, current], item.node)
    }

    private mutating func readParallel(_ item: NetworkItem) throws(PresetError) {
        var branches = item.arguments
        if item.arguments.node.mapping != nil {
            let fields = try item.arguments.fields(of: "parallel", known: ["branches", "name"])
            branches = try fields.required("branches", expected: "a list of lists of layers")
        }
        let lists = try branches.list(expected: "a list of lists of layers")
        guard lists.count > 1 else {
            throw branches.error(
                .wrongKind(
                    of: "parallel", found: lists.isEmpty ? "no branch" : "one branch",
                    expected: "at least two"))
        }
        let entry = current
        var ends: [String] = []
        for list in lists {
            current = entry
            try readBranch(list)
            ends.append(current)
        }
        try append(DepthConcatenation(), named: nextName("concat"), inputs: ends, item.node)
    }

    /// A list of layers, or `identity`.
    private mutating func readBranch(_ node: PresetNode) throws(PresetError) {
        guard let scalar = node.node.scalar else { return try readList(node) }
        guard scalar.string == Self.identity else {
            throw node.error(
                .wrongKind(of: node.name, found: node.found, expected: "identity or a list of layers"))
        }
    }

    private mutating func readRepeat(_ item: NetworkItem, name: String?) throws(PresetError) {
        let fields = try item.arguments.fields(of: "repeat", known: ["times", "layers", "name"])
        let times = try fields.required("times", expected: "how often, like 3")
            .integer(1...Self.mostLayers, like: 3)
        let layers = try fields.required("layers", expected: "a list of layers")
        for number in 1...times {
            try within(name.map { "\($0)_\(number)" }) { (reader) throws(PresetError) in
                try reader.readList(layers)
            }
        }
    }
}
