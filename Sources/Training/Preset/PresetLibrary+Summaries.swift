extension PresetLibrary {
    /// Every preset with the first sentence of the comment that opens its file.
    public var summaries: [(name: String, summary: String)] {
        names.map { name in
            let text = (try? file(named: name)).flatMap { try? Preset.text(of: $0) } ?? ""
            return (name, Self.firstSentence(of: text))
        }
    }

    private static func firstSentence(of yaml: String) -> String {
        let comment = yaml.split(separator: "\n", omittingEmptySubsequences: false).prefix {
            $0.hasPrefix("#")
        }
        let text = comment.map { $0.drop { $0 == "#" || $0 == " " } }.joined(separator: " ")
        guard
            let end = text.indices.first(where: { index in
                text[index] == "." && text[text.index(after: index)...].first.map { $0 == " " } ?? true
            })
        else { return text }
        return String(text[..<end])
    }
}
