import Datasets

extension PresetLibrary {
    /// Every preset with the first sentence of the comment that opens its file.
    public var summaries: [(name: String, summary: String)] {
        names.map { name in
            let text = (try? file(named: name)).flatMap { try? Preset.text(of: $0) } ?? ""
            return (name, Self.firstSentence(of: text))
        }
    }

    /// The options of `cnntop train` without which a preset cannot begin: `--data`, `--model`.
    public func needs(of name: String) -> [String] {
        guard let preset = try? Preset(contentsOf: try file(named: name)) else { return [] }
        return (preset.data.needsPath ? ["--data"] : []) + (preset.needsModel ? ["--model"] : [])
    }

    private static func firstSentence(of yaml: String) -> String {
        let comment = yaml.split(separator: "\n", omittingEmptySubsequences: false).prefix {
            $0.hasPrefix("#")
        }
        let text = comment.map { $0.drop { $0 == "#" || $0 == " " } }.joined(separator: " ")
        guard let end = text.indices.first(where: { endsSentence($0, in: text) }) else { return text }
        return String(text[..<end])
    }

    /// A full stop before a blank or the end; that of `et al.` in the middle of a sentence is none.
    private static func endsSentence(_ index: String.Index, in text: String) -> Bool {
        let rest = text[text.index(after: index)...]
        guard text[index] == ".", rest.first.map({ $0 == " " }) ?? true else { return false }
        let isAbbreviation = ["et al", "e.g", "i.e"].contains { text[..<index].hasSuffix($0) }
        return !isAbbreviation || rest.isEmpty
    }
}

extension Preset {
    /// Whether it builds on a model that nobody has named.
    fileprivate var needsModel: Bool {
        if let transfer { return transfer.model == nil }
        if case .network(let features)? = data.features { return features.model == nil }
        return false
    }
}
