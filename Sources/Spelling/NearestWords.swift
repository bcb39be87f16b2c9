/// The candidates closest to a mistyped word, best first: those within a third of the word's length (at least two
/// edits) by the optimal string alignment distance, and those it abbreviates.
public func nearestWords(to word: String, among candidates: [String], limit: Int = 3) -> [String] {
    let typed = word.lowercased()
    let tolerance = max(2, typed.count / 3)
    let ranked = candidates.compactMap { candidate -> (distance: Int, word: String)? in
        let lowered = candidate.lowercased()
        let distance = editDistance(typed, lowered)
        if distance <= tolerance && distance < lowered.count { return (distance, candidate) }
        // `learnrate` for `initialLearnRate`, `patience` for `validationPatience`.
        return typed.count >= 3 && lowered.contains(typed) ? (tolerance + 1, candidate) : nil
    }
    return ranked.sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }.prefix(limit).map(\.word)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other
/// (the restricted Damerau–Levenshtein distance: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
public func editDistance(_ first: String, _ second: String) -> Int {
    let a = Array(first)
    let b = Array(second)
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1] + [Int](repeating: 0, count: b.count)
        for j in b.indices {
            let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
            row[j + 1] = min(substitution, last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
            }
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
