import Screen

extension String {
    /// Cut between words where possible; what does not fit in so many lines is left out.
    func wrapped(to width: Int, lines most: Int, mark: Character) -> [String] {
        var lines: [String] = []
        var rest = self
        while rest.cellWidth > width, lines.count + 1 < most {
            let head = rest.clipped(to: width + 1)
            let taken = head[..<(head.lastIndex(of: " ") ?? head.index(before: head.endIndex))]
            guard !taken.isEmpty else { break }
            lines.append(String(taken))
            rest = String(rest.dropFirst(taken.count).drop { $0 == " " })
        }
        return lines + [rest.clipped(to: width, mark: mark)]
    }
}
