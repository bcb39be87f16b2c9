import Yams

/// A YAML node together with where it stands, so that whatever is wrong with it can be said precisely.
struct PresetNode {
    let node: Node
    /// The file as the user named it.
    let file: String
    /// Its way from the root: `data.augmentation.shift`.
    let path: String

    /// `Presets/lenet.yaml:7:5`; what came from the command line has no line.
    var place: String {
        guard let mark = node.mark else { return "--set \(path)" }
        return "\(file):\(mark.line):\(mark.column)"
    }

    /// Its own name: the last step of its path.
    var name: String { String(path.split(separator: ".").last ?? "the preset") }

    func error(_ problem: PresetError.Problem) -> PresetError {
        // Without a line the path says where, once.
        guard node.mark == nil, let renamed = problem.renaming(name, to: path) else {
            return PresetError(place, problem)
        }
        return PresetError("--set", renamed)
    }

    func child(_ node: Node, _ key: String) -> PresetNode {
        PresetNode(node: node, file: file, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// What it is, for messages: `'fast'`, `a list`.
    var found: String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
        case .mapping: "a group of keys"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    var isNull: Bool { node == Node("", Tag(.null)) || node.scalar?.string == "" || node.null != nil }

    // MARK: Reading

    /// The scalar's text.
    func text(expected: String) throws(PresetError) -> String {
        guard let scalar = node.scalar, !isNull else {
            throw error(.wrongKind(of: name, found: found, expected: expected))
        }
        return scalar.string
    }

    func integer(_ range: ClosedRange<Int>, like example: Int) throws(PresetError) -> Int {
        let expected = "a whole number " + Self.bounds(range) + ", like \(example)"
        let text = try text(expected: expected)
        guard let number = Int(text) else {
            throw error(.wrongKind(of: name, found: found, expected: expected))
        }
        guard range.contains(number) else {
            throw error(.outOfRange(of: name, found: text, expected: expected))
        }
        return number
    }

    func real(_ range: ClosedRange<Double>, like example: Double) throws(PresetError) -> Double {
        let upper = range.upperBound >= 1e15 ? "" : " to \(optionText(range.upperBound))"
        let lower = range.lowerBound <= -1e15 ? "" : " from \(optionText(range.lowerBound))"
        let expected = "a number\(lower)\(upper), like \(optionText(example))"
        let text = try text(expected: expected)
        guard let number = Double(text), !number.isNaN else {
            throw error(.wrongKind(of: name, found: found, expected: expected))
        }
        guard range.contains(number) else {
            throw error(.outOfRange(of: name, found: text, expected: expected))
        }
        return number
    }

    func choice(_ allowed: [String]) throws(PresetError) -> String {
        let text = try text(expected: "one of \(allowed.joined(separator: ", "))")
        guard allowed.contains(text) else {
            throw error(.notAChoice(of: name, found: text, allowed: allowed))
        }
        return text
    }

    func toggle() throws(PresetError) -> Bool {
        guard let value = node.bool else {
            throw error(.wrongKind(of: name, found: found, expected: "true or false"))
        }
        return value
    }

    func list(expected: String) throws(PresetError) -> [PresetNode] {
        guard let sequence = node.sequence else {
            throw error(.wrongKind(of: name, found: found, expected: expected))
        }
        return sequence.enumerated().map { child($1, String($0 + 1)) }
    }

    /// The keys of a mapping, each of which must be known.
    func fields(of owner: String, known: [String], expected: String? = nil) throws(PresetError)
        -> PresetFields
    {
        guard let mapping = node.mapping else {
            throw error(
                .wrongKind(
                    of: owner, found: found, expected: expected ?? "keys: \(known.joined(separator: ", "))"))
        }
        var values: [String: PresetNode] = [:]
        for (key, value) in mapping {
            let keyNode = child(key, key.string ?? "?")
            let word = key.string ?? ""
            guard known.contains(word) else {
                let error = PresetError.Problem.unknownKey(word, of: owner, known: known)
                throw key.mark == nil ? child(value, word).error(error) : keyNode.error(error)
            }
            values[word] = child(value, word)
        }
        return PresetFields(owner: self, name: owner, values: values)
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}

/// The keys of one mapping, all known.
struct PresetFields {
    let owner: PresetNode
    let name: String
    let values: [String: PresetNode]

    subscript(key: String) -> PresetNode? { values[key].flatMap { $0.isNull ? nil : $0 } }

    func required(_ key: String, expected: String) throws(PresetError) -> PresetNode {
        if let node = values[key], node.isNull { throw node.error(.empty(key: key, expected: expected)) }
        guard let node = self[key] else {
            throw owner.error(.missing(key: key, of: name, expected: expected))
        }
        return node
    }

    func integer(_ key: String, _ range: ClosedRange<Int>, like example: Int) throws(PresetError) -> Int? {
        try self[key]?.integer(range, like: example)
    }

    func real(_ key: String, _ range: ClosedRange<Double>, like example: Double) throws(PresetError)
        -> Double?
    {
        try self[key]?.real(range, like: example)
    }
}
