import Screen

extension State {
    mutating func performInChooser(_ action: Action) -> [Effect] {
        let page = max(1, size.height - 6)
        switch action {
        case .moveUp: select(chooser.selection - 1)
        case .moveDown: select(chooser.selection + 1)
        case .pageUp: select(chooser.selection - page)
        case .pageDown: select(chooser.selection + page)
        case .toStart: select(0)
        case .toEnd: select(chooser.count - 1)
        case .newRun:
            chooser.list = chooser.list == .runs ? .presets : .runs
            chooser.selection = 0
            chooser.filter = ""
        case .filter: prompt = Prompt(.filter(nil), text: chooser.filter)
        case .open: return openSelected()
        case .mark: markSelected()
        case .compare: return compareMarked()
        case .back: leaveChooser()
        default: break
        }
        return []
    }

    mutating func select(_ index: Int) {
        chooser.selection = min(max(0, chooser.count - 1), max(0, index))
    }

    mutating func openSelected() -> [Effect] {
        select(chooser.selection)
        guard chooser.count > 0 else { return [] }
        switch chooser.list {
        case .runs:
            let name = chooser.visibleRuns[chooser.selection].name
            if name == runName, run != nil {
                page = .dashboard
                return []
            }
            return [.openRun(name)]
        case .presets:
            let preset = chooser.visiblePresets[chooser.selection]
            guard let first = preset.needs.first else { return [.startPreset(preset.name)] }
            prompt = Prompt(.command, text: "new \(preset.name) \(first) ")
            return []
        }
    }

    private mutating func leaveChooser() {
        if !chooser.filter.isEmpty {
            chooser.filter = ""
        } else if chooser.list == .presets {
            chooser.list = .runs
        } else if run != nil {
            page = .dashboard
        } else {
            return
        }
        chooser.selection = 0
    }
}
