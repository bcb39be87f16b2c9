import Runs
import Screen

extension State {
    /// Marks the selected run and goes on to the next, so that a few presses mark a few in a row.
    mutating func markSelected() {
        let runs = chooser.visibleRuns
        guard chooser.list == .runs, !runs.isEmpty else { return }
        select(chooser.selection)
        let name = runs[chooser.selection].name
        if chooser.marked.remove(name) == nil { chooser.marked.insert(name) }
        select(chooser.selection + 1)
    }

    mutating func compareMarked() -> [Effect] {
        guard chooser.list == .runs else { return [] }
        let marked = chooser.visibleRuns.map(\.name).filter(chooser.marked.contains)
        let names = marked.isEmpty ? chooser.visibleRuns.map(\.name) : marked
        guard names.count > 1 else {
            say("a comparison needs two runs; space marks them", .warning)
            return []
        }
        let runs = chooser.visibleRuns
        select(chooser.selection)
        chooser.comparedWith = marked.isEmpty ? runs[chooser.selection].name : nil
        return [.compareRuns(names)]
    }

    /// Shows the comparison that was asked for, or says why there is none.
    mutating func show(_ comparison: RunComparison, without left: [String]) {
        let shown = chooser.comparedWith.map { comparable(comparison, with: $0) } ?? comparison
        let others = comparison.runs.count - shown.runs.count
        if chooser.comparedWith != nil, others > 0 {
            say("\(others) judged on other samples are left out; space marks runs to compare")
        } else if let first = left.first {
            let rest = left.count > 1 ? ", and \(left.count - 1) more" : ""
            say("left out: \(first)\(rest)", .warning)
        }
        guard !shown.runs.isEmpty else { return }
        self.comparison = ComparisonPage(comparison: shown)
        page = .comparison
    }

    /// Where nobody has said which, the runs judged on the same samples as the selected one; where it has none beside
    /// it, the largest such group.
    private func comparable(_ comparison: RunComparison, with name: String) -> RunComparison {
        let selected = comparison.runs.firstIndex { $0.name == name }
        let own = selected.map { comparison.sharing(samplesOf: $0) }
        if let own, own.runs.count > 1 { return own }
        let groups = comparison.runs.indices.map { comparison.sharing(samplesOf: $0) }
        // The first among equals.
        return groups.reversed().max { $0.runs.count < $1.runs.count } ?? comparison
    }

    mutating func performInComparison(_ action: Action) -> [Effect] {
        let runs = comparison.comparison.runs
        switch action {
        case .moveUp: comparison.selection = max(0, comparison.selection - 1)
        case .moveDown: comparison.selection = max(0, min(runs.count - 1, comparison.selection + 1))
        case .open where runs.indices.contains(comparison.selection):
            let name = runs[comparison.selection].name
            if name == runName, run != nil {
                page = .dashboard
                return []
            }
            return [.openRun(name)]
        case .back: page = .chooser
        default: break
        }
        return []
    }
}
