import Datasets
import Files
import Spelling
import Yams

extension Preset {
    static let keys = ["name", "data", "transfer", "blocks", "network", "svm", "options", "seed"]

    /// Reads a preset and takes `key=value` assignments over what it says.
    ///
    /// - Parameter assignments: `maxEpochs=5`, `data.validation=0.2`, `augmentation.mirror=horizontal`, `seed=3`.
    /// - Throws: `PresetError`, with file, line and column.
    public init(contentsOf path: String, assignments: [String] = []) throws(PresetError) {
        try self.init(yaml: try Self.text(of: path), file: path, assignments: assignments)
    }

    /// Reads a preset's text; `file` is what messages call it and what relative paths count from.
    public init(yaml: String, file: String, assignments: [String] = []) throws(PresetError) {
        var root = try Self.compose(yaml, file: file)
        var optionAssignments: [Assignment] = []
        for text in assignments {
            let assignment = try Assignment(text)
            if assignment.isOption {
                optionAssignments.append(assignment)
            } else {
                root = try assignment.applied(to: root)
            }
        }
        let top = PresetNode(node: root, file: file, path: "")
        let fields = try top.fields(of: "preset", known: Self.keys)
        svm = try fields["svm"].map(SVMReader.read)
        // With nothing said of it, too: `transfer:` alone waits for --model.
        transfer = try fields.values["transfer"].map { (node) throws(PresetError) in
            try TransferReader.read(node, headText: Self.text)
        }
        let network =
            svm == nil && transfer == nil
            ? try fields.required("network", expected: "a list of layers") : fields["network"]
        if svm != nil, let node = fields.values["transfer"] {
            throw node.error(
                .wrongKind(of: "transfer", found: "transfer and svm", expected: "one of them"))
        }
        if svm != nil, let network {
            throw network.error(
                .wrongKind(of: "network", found: "a network and svm", expected: "one of them"))
        }
        let stem = file.split(separator: "/").last.map {
            $0.hasSuffix(".yaml") ? String($0.dropLast(5)) : String($0)
        }
        name = try fields["name"]?.text(expected: "a name") ?? stem ?? "preset"
        data = try DataReader.read(try fields.required("data", expected: "which samples to train on"))
        if transfer != nil, data.features != nil, let node = fields.values["transfer"] {
            throw node.error(
                .wrongKind(of: "transfer", found: "transfer and data.features", expected: "one of them"))
        }
        givenNormalization = try fields["data"]?.node.mapping?["normalize"].map {
            (node) throws(PresetError) in
            try DataReader.normalization(PresetNode(node: node, file: file, path: "data.normalize"))
        }
        let blocks = fields["blocks"]
        layers =
            try network.map { (node) throws(PresetError) in try NetworkReader.read(node, blocks: blocks) }
            ?? []
        networkText = try network.map(Self.text) ?? ""
        blocksText = try blocks.map(Self.text) ?? ""
        options =
            try fields["options"].map { (node) throws(PresetError) in try Self.options(node) } ?? Options()
        seed = UInt64(try fields.integer("seed", 0...Int.max, like: 1) ?? 1)
        self.file = file
        for assignment in optionAssignments { try assignment.apply(to: &options) }
    }

    static func compose(_ yaml: String, file: String) throws(PresetError) -> Node {
        try checkCharacters(of: yaml, file: file)
        do {
            try AliasExpansion(of: yaml).check(file)
            guard let node = try Yams.compose(yaml: yaml) else {
                throw PresetError(file, .notYAML(reason: "it is empty"))
            }
            return node
        } catch let error as PresetError {
            throw error
        } catch let error as YamlError {
            throw PresetError(describing: error, file: file)
        } catch {
            throw PresetError(file, .notYAML(reason: String(describing: error)))
        }
    }

    /// The control characters that YAML allows.
    private static let lineAndTab: [Unicode.Scalar] = ["\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}"]

    /// Finds what no text file has before libYAML, whose message would quote it.
    private static func checkCharacters(of yaml: String, file: String) throws(PresetError) {
        var line = 1
        var column = 1
        for scalar in yaml.unicodeScalars {
            let isBroken = scalar == "\u{FFFD}"
            if isBroken || scalar.isControl && !lineAndTab.contains(scalar) {
                let found = isBroken ? "a byte that is not UTF-8" : "control character"
                throw PresetError(
                    "\(file):\(line):\(column)",
                    .notYAML(reason: "\(found); is this a text file in UTF-8?"))
            }
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
    }

    private static func options(_ node: PresetNode) throws(PresetError) -> Options {
        var options = Options()
        let fields = try node.fields(
            of: "options", known: OptionDescription.keys + OptionDescription.aliases.keys)
        // The solver first: the defaults of others hang on it.
        for option in OptionDescription.all {
            let spelt = OptionDescription.aliases.first { $0.value == option.key && fields[$0.key] != nil }?
                .key
            guard let field = fields[option.key] ?? spelt.flatMap({ fields[$0] }) else { continue }
            let text = try field.text(expected: "a value")
            do throws(OptionError) { try option.set(text, in: &options) } catch {
                throw field.error(.option(error))
            }
        }
        return options
    }

    private static func text(of node: PresetNode) throws(PresetError) -> String {
        do { return try Yams.serialize(node: node.node, indent: 2, width: 100) } catch {
            throw node.error(.notYAML(reason: String(describing: error)))
        }
    }

    /// More than any network takes to describe: thirty thousand layers are some 3 MB.
    private static let mostBytes = 16 << 20

    /// A file of YAML.
    ///
    /// - Throws: `PresetError` for what is no regular file or too large.
    static func text(of path: String) throws(PresetError) -> String {
        do throws(InputFileError) {
            return String(decoding: try InputFile.contents(of: path, atMost: mostBytes), as: UTF8.self)
        } catch {
            throw PresetError(path, .notReadable(reason: error.reason))
        }
    }
}

extension PresetError {
    /// libYAML's own findings, with its line where it gives one.
    init(describing error: YamlError, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init("\(file):\(mark.line):\(mark.column)", .notYAML(reason: problem))
        case .reader(let problem, _, _, _): self.init(file, .notYAML(reason: problem))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            self.init(
                "\(file):\(context.mark.line):\(context.mark.column)",
                .notYAML(reason: "\(keys) stands twice"))
        default:
            self.init(
                file,
                .notYAML(reason: String(describing: error).split(separator: "\n").joined(separator: " ")))
        }
    }
}
