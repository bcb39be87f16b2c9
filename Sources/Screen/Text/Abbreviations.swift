/// Short names for the heads of narrow columns.
public enum Abbreviations {
    /// Each name in at most `width` cells so that no two are alike; numbers from 1 where letters cannot do it.
    ///
    /// The beginning of a name where that is enough, otherwise its first letters and a later one that tells it apart.
    public static func distinct(_ names: [String], width: Int) -> [String] {
        guard width > 0 else { return names.map { _ in "" } }
        let letters = names.map { name in
            // Where there is room for a word, its signs and blanks help to read it.
            let kept = name.map(\.sanitized).filter { width >= 6 || $0.isLetter || $0.isNumber }
            return kept.isEmpty ? Array(name.map(\.sanitized)) : kept
        }
        let full = names.map { name in String(name.map(\.sanitized)) }
        var taken: Set<String> = []
        var short: [String] = []
        let crowded = Dictionary(grouping: letters.map { prefix($0, width) }, by: { $0 }).filter {
            $0.value.count > 1
        }
        for (index, name) in letters.enumerated() {
            let plain = full[index].cellWidth <= width ? full[index] : prefix(name, width)
            let candidates = (crowded[prefix(name, width)] == nil ? [plain] : []) + alternatives(name, width)
            let free = candidates.first { !taken.contains($0) } ?? String(String(index + 1).suffix(width))
            taken.insert(free)
            short.append(free)
        }
        return short
    }

    private static func alternatives(_ name: [Character], _ width: Int) -> [String] {
        let first = prefix(name, width)
        guard width > 1, name.count > width else { return [first] }
        let head = prefix(name, width - 1)
        return [first] + name.dropFirst(head.count).map { head + String($0) }.filter { $0.cellWidth <= width }
    }

    private static func prefix(_ name: [Character], _ width: Int) -> String {
        var text = ""
        var room = width
        for character in name {
            guard character.cellWidth <= room else { break }
            text.append(character)
            room -= character.cellWidth
        }
        return text
    }
}
