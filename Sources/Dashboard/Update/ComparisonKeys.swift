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
        return [.compareRuns(names)]
    }

    /// Shows the comparison that was asked for, or says why there is none.
    mutating func show(_ comparison: RunComparison, without left: [String]) {
        if let first = left.first {
            let rest = left.count > 1 ? ", and \(left.count - 1) more" : ""
            say("left out: \(first)\(rest)", .warning)
        }
        guard !comparison.runs.isEmpty else { return }
        self.comparison = ComparisonPage(comparison: comparison)
        page = .comparison
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
