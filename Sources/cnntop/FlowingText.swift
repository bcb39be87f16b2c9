extension String {
    /// Paragraphs in a line each, for a terminal of whatever width to break; indented lines, headings in capitals and
    /// blank lines stay as they are.
    var flowing: String {
        var lines: [String] = []
        var isInParagraph = false
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let isProse = line.first.map { $0 != " " } == true && line != line.uppercased()
            if isProse, isInParagraph {
                lines[lines.count - 1] += " \(line)"
            } else {
                lines.append(String(line))
            }
            isInParagraph = isProse
        }
        return lines.joined(separator: "\n")
    }
}
