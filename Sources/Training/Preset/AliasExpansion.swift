import Yams

/// How much a YAML text says once each alias (`*name`) is written out as what its anchor (`&name`) stands before.
///
/// A few lines of aliases to aliases can stand for more than any machine could read, and Yams compares a mapping's keys
/// with all that they hold, so this is found out before it sees one. The text is read with every alias turned into a
/// word of as many letters, which changes nothing else about its structure.
struct AliasExpansion {
    /// Scalars, lists and groups; more than enough for a file that somebody wrote.
    static let mostNodes = 100_000

    /// An upper bound of the nodes, at most `Int.max`; nil without aliases.
    let nodes: Int?

    /// - Throws: `YamlError` where the text is not YAML.
    init(of yaml: String) throws {
        guard let marked = Self.marked(yaml) else {
            nodes = nil
            return
        }
        var counter = Counter()
        let parser = try Parser(yaml: marked)
        // Nodes do not own their anchors, the parser does.
        nodes = try withExtendedLifetime(parser) { try parser.singleRoot().map { counter.count($0) } }
    }

    func check(_ file: String) throws(PresetError) {
        guard let nodes, nodes > Self.mostNodes else { return }
        let reason = "its aliases stand for more than \(Self.mostNodes) values; use blocks and repeat instead"
        throw PresetError(file, .notYAML(reason: reason))
    }

    /// Takes the place of `*`; no writing system has it.
    private static let mark: Unicode.Scalar = "\u{F8FF}"

    /// Marks whatever could be an alias; nil where nothing could.
    private static func marked(_ yaml: String) -> String? {
        guard yaml.utf8.contains(UInt8(ascii: "*")) else { return nil }
        var text = String.UnicodeScalarView()
        var isFound = false
        var before: Unicode.Scalar = " "
        let scalars = yaml.unicodeScalars
        for (scalar, next) in zip(scalars, Array(scalars.dropFirst()) + [" "]) {
            let isAlias = scalar == "*" && !isOfName(before) && isOfName(next)
            text.append(isAlias ? mark : scalar)
            isFound = isFound || isAlias
            before = scalar
        }
        return isFound ? String(text) : nil
    }

    /// Of anchors, as libYAML reads them.
    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    private struct Counter {
        /// What each anchor stands for, the last one of its name.
        private var sizes: [String: Int] = [:]

        /// In the order of the text, so that a name stands for the anchor before it.
        mutating func count(_ node: Node) -> Int {
            var count = 1
            switch node {
            case .scalar(let scalar): count = sum(count, aliases(in: scalar.string))
            case .sequence(let sequence):
                for value in sequence { count = sum(count, self.count(value)) }
            case .mapping(let mapping):
                for (key, value) in mapping { count = sum(count, sum(self.count(key), self.count(value))) }
            case .alias: break
            }
            if let anchor = node.anchor { sizes[anchor.rawValue] = count }
            return count
        }

        private func aliases(in text: String) -> Int {
            text.unicodeScalars.split(separator: AliasExpansion.mark, omittingEmptySubsequences: false)
                .dropFirst()
                .reduce(0) { sum($0, sizes[String($1.prefix(while: AliasExpansion.isOfName))] ?? 0) }
        }

        private func sum(_ a: Int, _ b: Int) -> Int {
            let (sum, overflows) = a.addingReportingOverflow(b)
            return overflows ? .max : sum
        }
    }
}
