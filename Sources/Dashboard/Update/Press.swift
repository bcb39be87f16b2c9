import Runs
import Screen

extension State {
    /// Which parts of the key table are in force, the innermost first.
    public var scopes: [Scope] {
        if prompt != nil { return [.prompt, .always] }
        switch overlay {
        case .help: return [.help, .always]
        case .dialog: return [.dialog, .always]
        case nil: break
        }
        switch page {
        case .chooser: return [.chooser, .common, .always]
        case .comparison: return [.comparison, .common, .always]
        case .dashboard: break
        }
        switch focus {
        case .loss, .accuracy: return [.plots, .dashboard, .common, .always]
        case .filters: return [.filters, .lists, .dashboard, .common, .always]
        case .confusion: return [.confusion, .lists, .dashboard, .common, .always]
        case .example: return [.example, .lists, .dashboard, .common, .always]
        case .detector: return [.detector, .lists, .dashboard, .common, .always]
        case .layers: return [.layers, .lists, .dashboard, .common, .always]
        case .options, .log: return [.lists, .dashboard, .common, .always]
        }
    }

    mutating func press(_ key: Key) -> [Effect] {
        if !layout.fits { return pressTooSmall(key) }
        // What was said has been read by whoever goes on.
        notice = nil
        if let binding = Keymap.binding(for: key, in: scopes) { return perform(binding.action) }
        if prompt != nil, case .character(let character) = key { typeCharacter(character) }
        return []
    }

    /// Below the minimum nothing is seen, so only leaving works; it cannot ask.
    private func pressTooSmall(_ key: Key) -> [Effect] {
        switch key {
        case .character("q"), .control("c"): [.quit]
        case .control("z"): [.suspend]
        case .control("l"): [.redraw]
        default: []
        }
    }

    mutating func perform(_ action: Action) -> [Effect] {
        if prompt != nil, let effects = performInPrompt(action) { return effects }
        if overlay != nil, let effects = performInOverlay(action) { return effects }
        if let effects = performEverywhere(action) { return effects }
        switch page {
        case .chooser: return performInChooser(action)
        case .comparison: return performInComparison(action)
        case .dashboard: return performInDashboard(action)
        }
    }

    private mutating func performEverywhere(_ action: Action) -> [Effect]? {
        switch action {
        case .interrupt: return interrupt()
        case .suspend: return [.suspend]
        case .redraw: return [.redraw]
        case .picture: return [.savePicture]
        case .help: overlay = .help(scroll: 0)
        case .command: prompt = Prompt(.command)
        case .nextTheme: return nextTheme()
        case .leave: return leave()
        default: return nil
        }
        return []
    }

    private mutating func interrupt() -> [Effect] {
        guard isLive else { return [.quit] }
        if isInterrupted { return [.send(.stop(saving: false)), .quit] }
        isInterrupted = true
        say("stopping and saving; Ctrl-C again stops at once", .warning)
        return [.send(.stop(saving: true))]
    }

    private mutating func leave() -> [Effect] {
        guard isLive else { return [.quit] }
        overlay = .dialog(.leave, selected: 0)
        return []
    }

    private mutating func nextTheme() -> [Effect] {
        let index = Theme.all.firstIndex { $0.name == theme.name } ?? -1
        return choose(Theme.all[(index + 1) % Theme.all.count])
    }

    mutating func choose(_ theme: Theme) -> [Effect] {
        self.theme = theme
        say("theme \(theme.name)")
        return [.setTheme(theme.name)]
    }

    // MARK: Overlays

    private mutating func performInOverlay(_ action: Action) -> [Effect]? {
        switch overlay {
        case .help(let scroll): performInHelp(action, scroll)
        case .dialog(let dialog, let selected): performIn(dialog, selected, action)
        case nil: nil
        }
    }

    private mutating func performInHelp(_ action: Action, _ scroll: Int) -> [Effect]? {
        let page = max(1, size.height - 6)
        switch action {
        case .moveDown: overlay = .help(scroll: scroll + 1)
        case .moveUp: overlay = .help(scroll: max(0, scroll - 1))
        case .pageDown: overlay = .help(scroll: scroll + page)
        case .pageUp: overlay = .help(scroll: max(0, scroll - page))
        case .cancel: overlay = nil
        default: return nil
        }
        if case .help(let place) = overlay { overlay = .help(scroll: min(place, helpScrollLimit(size))) }
        return []
    }

    private mutating func performIn(_ dialog: Dialog, _ selected: Int, _ action: Action) -> [Effect]? {
        let answers = dialog.answers
        switch action {
        case .nextAnswer: overlay = .dialog(dialog, selected: (selected + 1) % answers.count)
        case .previousAnswer:
            overlay = .dialog(dialog, selected: (selected + answers.count - 1) % answers.count)
        case .confirm: return take(answers[min(max(0, selected), answers.count - 1)])
        case .answer(let answer): return answers.contains(answer) ? take(answer) : []
        case .cancel: overlay = nil
        default: return nil
        }
        return []
    }

    mutating func take(_ answer: Answer) -> [Effect] {
        overlay = nil
        switch answer {
        case .cancel, .lookAtLog: return []
        case .detach: return [.quit]
        case .stopAndSave: return [.send(.stop(saving: true)), .quit]
        case .stopWithoutSaving: return [.send(.stop(saving: false)), .quit]
        case .resume: return runName.map { [.resumeRun($0)] } ?? []
        }
    }
}
