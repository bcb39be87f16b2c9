import Yams

/// One item of a list of layers, taken apart: the kind's word, its arguments, and what stands beside it.
struct NetworkItem {
    let node: PresetNode
    let word: String
    let arguments: PresetNode
    /// `name` and `inputs`, where they stand beside the word and not among its arguments.
    private(set) var beside: [String: PresetNode] = [:]

    /// - Parameter words: what may be meant by a word that is not known.
    init(_ node: PresetNode, isKnown: (String) -> Bool, words: [String]) throws(PresetError) {
        func check(_ word: String, at place: PresetNode) throws(PresetError) {
            guard !isKnown(word) else { return }
            throw place.error(.notAChoice(of: "layer", found: word, allowed: words))
        }
        self.node = node
        if let scalar = node.node.scalar {
            try check(scalar.string, at: node)
            word = scalar.string
            arguments = node.child(.scalar(Node.Scalar("", .implicit, .any, scalar.mark)), word)
            return
        }
        guard let mapping = node.node.mapping else {
            throw node.error(.wrongKind(of: "layer", found: node.found, expected: "a layer, like relu"))
        }
        var found: (word: String, arguments: PresetNode)?
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            if key == "name" || key == "inputs" {
                beside[key] = node.child(value, key)
                continue
            }
            try check(key, at: node.child(keyNode, key))
            if let found {
                let both = "both \(found.word) and \(key)"
                throw node.error(.wrongKind(of: "layer", found: both, expected: "one layer per list item"))
            }
            found = (key, node.child(value, key))
        }
        guard let found else {
            throw node.error(.missing(key: "relu", of: "layer", expected: "a kind of layer"))
        }
        (word, arguments) = found
    }

    /// The arguments of a layer; a bare value stands for the one that the kind says.
    func fields(of kind: LayerKind) throws(PresetError) -> PresetFields {
        if arguments.node.mapping != nil {
            return try arguments.fields(of: kind.key, known: kind.keys + ["name", "inputs"])
        }
        if arguments.isNull { return PresetFields(owner: arguments, name: kind.key, values: [:]) }
        guard let shorthand = kind.shorthand else {
            let expected = kind.keys.isEmpty ? "no value" : "arguments: \(kind.keys.joined(separator: ", "))"
            throw arguments.error(.wrongKind(of: kind.key, found: arguments.found, expected: expected))
        }
        let value = PresetNode(
            node: arguments.node, file: arguments.file, path: "\(arguments.path).\(shorthand)")
        return PresetFields(owner: arguments, name: kind.key, values: [shorthand: value])
    }

    /// The name of a block; nil where it has none and its layers are named as if they stood alone.
    func blockName() throws(PresetError) -> String? {
        if let inputs = beside["inputs"] {
            throw inputs.error(
                .wrongKind(of: word, found: "inputs", expected: "none: a block takes the layer before it"))
        }
        let inner = arguments.node.mapping?["name"].map { arguments.child($0, "name") }
        return try (beside["name"] ?? inner)?.text(expected: "a name, like stage_1")
    }
}
