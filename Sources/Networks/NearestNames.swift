extension [String] {
    /// The `count` names that take the fewest single-letter edits to become `name`.
    func nearest(to name: String, count: Int) -> [String] {
        let ranked = Set(self).map { ($0, Self.edits(from: $0, to: name)) }.sorted {
            ($0.1, $0.0) < ($1.1, $1.0)
        }
        return ranked.prefix(count).map(\.0)
    }

    /// Levenshtein's distance.
    private static func edits(from one: String, to other: String) -> Int {
        let target = [Character](other)
        var row = Swift.Array(0...target.count)
        for (index, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in target.indices {
                let change = diagonal + (letter == target[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}
