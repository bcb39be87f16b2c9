import Runs
import Screen

extension State {
    /// Moving within the focused box; `nil` when the action is none of that.
    mutating func performInList(_ action: Action) -> [Effect]? {
        let pane = layout.panes[focus]
        let page = max(1, (pane?.height ?? 4) - 3)
        switch action {
        case .moveRight where focus == .example && showsWrong: scrollWrong(by: 1)
        case .moveLeft where focus == .example && showsWrong: scrollWrong(by: -1)
        case .moveRight where focus == .example: return command(.showExample(.next))
        case .moveLeft where focus == .example: return command(.showExample(.previous))
        case .moveUp: move(rows: -1)
        case .moveDown: move(rows: 1)
        case .pageUp: move(rows: -page)
        case .pageDown: move(rows: page)
        case .toStart: move(rows: -100_000)
        case .toEnd: move(rows: 100_000)
        case .moveLeft: return moveAcross(-1)
        case .moveRight: return moveAcross(1)
        default: return nil
        }
        return []
    }

    private mutating func scrollWrong(by step: Int) {
        let most = run?.wrong?.groups.map(\.samples.count).max() ?? 0
        examples.offset = min(max(0, most - 1), max(0, examples.offset + step))
    }

    mutating func move(rows: Int) {
        func clamp(_ value: Int, _ count: Int) -> Int { min(max(0, count - 1), max(0, value)) }
        switch focus {
        case .loss, .accuracy, .example, .detector: break
        case .filters:
            let count = run?.filters?.count ?? 0
            let fit = filterCapacity(self)
            let pages = max(1, (count + fit - 1) / max(1, fit))
            let current = filters.offset / max(1, fit)
            let target = abs(rows) > 1_000 ? (rows < 0 ? 0 : pages) : current + rows.signum()
            filters.offset = clamp(target, pages) * fit
        case .confusion: confusion.row = clamp(confusion.row + rows, run?.validation?.confusion.classes ?? 0)
        case .options: options.selection = clamp(options.selection + rows, visibleHyperparameters.count)
        // The log counts from the newest line.
        case .log: logOffset = clamp(logOffset - rows, visibleLog.count)
        case .layers: layerOffset = clamp(layerOffset + rows, run?.description?.layers.count ?? 0)
        }
    }

    private mutating func moveAcross(_ step: Int) -> [Effect] {
        switch focus {
        case .confusion:
            let classes = run?.validation?.confusion.classes ?? 0
            confusion.column = min(max(0, classes - 1), max(0, confusion.column + step))
        case .filters: move(rows: step)
        case .options: return nudgeChoice(up: step > 0)
        default: break
        }
        return []
    }
}
