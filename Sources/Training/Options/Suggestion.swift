import Spelling

/// `; did you mean maxEpochs?`, `; did you mean a or b?`, or, with no word near enough, `; expected one of …`.
func suggestion(for word: String, among candidates: [String]) -> String {
    let nearest = nearestWords(to: word, among: candidates)
    guard let last = nearest.last else { return "; expected one of \(candidates.joined(separator: ", "))" }
    let others = nearest.dropLast().joined(separator: ", ")
    return others.isEmpty ? "; did you mean \(last)?" : "; did you mean \(others) or \(last)?"
}
