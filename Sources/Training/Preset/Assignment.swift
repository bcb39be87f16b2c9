import Yams

/// `key=value` from the command line: an option, or a place in the preset such as `data.validation`.
struct Assignment {
    let key: String
    let value: String

    private static let dataPaths =
        DataReader.keys.map { "data.\($0)" } + DataReader.augmentationKeys.map { "augmentation.\($0)" }
    private static let transferPaths = TransferReader.keys.map { "transfer.\($0)" }
    private static let topKeys = ["name", "seed"] + modelKeys
    /// Of the model that a preset builds on, wherever it names one.
    private static let modelKeys = ["model", "weights", "channels", "normalize"]

    init(_ text: String) throws(PresetError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw PresetError("--set", .option(.notAnAssignment(text)))
        }
        var key = String(text[..<equals])
        if key.hasPrefix("options.") { key.removeFirst("options.".count) }
        self.key = key
        value = String(text[text.index(after: equals)...])
        let known = OptionDescription.keys + Self.topKeys + Self.dataPaths + Self.transferPaths
        guard isOption || isPlace else { throw PresetError("--set", .option(.unknownKey(key, known: known))) }
    }

    var isOption: Bool { OptionDescription.keys.contains(key) || OptionDescription.aliases[key] != nil }
    private var isPlace: Bool {
        Self.topKeys.contains(key) || key.hasPrefix("data.") || key.hasPrefix("transfer.")
            || key.hasPrefix("augmentation.")
    }

    func apply(to options: inout Options) throws(PresetError) {
        do throws(OptionError) { try options.set(key, to: value) } catch {
            throw PresetError("--set", .option(error))
        }
    }

    /// The tree with the value in its place; the new nodes have no line, which tells messages where they came from.
    ///
    /// - Throws: `PresetError` for a model where the preset builds on none.
    func applied(to root: Node) throws(PresetError) -> Node {
        var steps = key.split(separator: ".").map(String.init)
        if Self.modelKeys.contains(key) { steps = try Self.modelPath(in: root, key) + steps }
        if steps.first == "augmentation" { steps.insert("data", at: 0) }
        // Only lists and groups are YAML; `name=a: b` is a text.
        let isTree = value.hasPrefix("[") || value.hasPrefix("{")
        let tree = isTree ? (try? Preset.compose(value, file: "--set")) : nil
        let node = tree.map(Self.withoutMarks) ?? Node(value)
        return Self.set(node, at: steps[...], in: root)
    }

    /// `transfer`, or the features of a network.
    private static func modelPath(in root: Node, _ key: String) throws(PresetError) -> [String] {
        let features = root.mapping?["data"]?.mapping?["features"]?.mapping
        if features.map({ $0.keys.contains { FeaturesReader.networkKeys.contains($0.string ?? "") } })
            ?? false
        {
            return ["data", "features"]
        }
        if key == "normalize" { return ["data"] }
        if root.mapping?["transfer"] != nil { return ["transfer"] }
        throw PresetError(
            "--\(key)", .data("this preset builds on no model; 'transfer' and 'features-svm' do"))
    }

    private static func set(_ value: Node, at steps: ArraySlice<String>, in node: Node?) -> Node {
        guard let step = steps.first else { return value }
        var mapping = node?.mapping ?? Node.Mapping([])
        let key = mapping.first { $0.key.string == step }?.key ?? Node(step)
        mapping[key] = set(value, at: steps.dropFirst(), in: mapping[key])
        return .mapping(mapping)
    }

    private static func withoutMarks(_ node: Node) -> Node {
        switch node {
        case .scalar(let scalar): Node(scalar.string, .implicit, scalar.style)
        case .sequence(let sequence): Node(sequence.map(withoutMarks), .implicit, .flow)
        case .mapping(let mapping):
            Node(mapping.map { (withoutMarks($0.key), withoutMarks($0.value)) }, .implicit, .flow)
        case .alias: node
        }
    }
}

extension Preset {
    /// The preset with other options, for a run that is resumed.
    ///
    /// - Throws: `PresetError` for what must stay: the solver, whose moments go on, and all that is no option.
    public func continued(with assignments: [String]) throws(PresetError) -> Preset {
        var preset = self
        for text in assignments {
            let assignment = try Assignment(text)
            guard assignment.isOption, assignment.key != "solverName" else {
                throw PresetError("--set", .option(.fixedOnResume(assignment.key)))
            }
            try assignment.apply(to: &preset.options)
        }
        return preset
    }
}
