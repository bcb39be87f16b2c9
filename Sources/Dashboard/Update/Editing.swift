import Runs
import Screen

extension State {
    /// Opens the editor on the selected hyperparameter.
    mutating func edit() -> [Effect] {
        guard let parameter = editable() else { return [] }
        if !isMaximized || focus == .options { focus = .options }
        prompt = Prompt(.value(key: parameter.key), text: current(parameter))
        return []
    }

    mutating func nudge(up: Bool) -> [Effect] {
        guard let parameter = editable() else { return [] }
        guard let value = parameter.kind.nudged(current(parameter), up: up) else {
            say("\(parameter.title) stays at \(current(parameter))")
            return []
        }
        return set(parameter, to: value)
    }

    /// Left and right change only what has no order of sizes.
    mutating func nudgeChoice(up: Bool) -> [Effect] {
        switch selectedHyperparameter?.kind {
        case .choice, .toggle: nudge(up: up)
        default: []
        }
    }

    mutating func undo() -> [Effect] {
        guard isLive else {
            sayNothingTrains()
            return []
        }
        guard let edit = options.undo.popLast() else {
            say("nothing to undo")
            return []
        }
        options.pending[edit.key] = edit.from
        say("undo: \(run?.title(of: edit.key) ?? edit.key) back to \(edit.from)")
        return [.send(.set(key: edit.key, value: edit.from))]
    }

    mutating func set(_ parameter: Hyperparameter, to value: String) -> [Effect] {
        guard isLive else {
            sayNothingTrains()
            return []
        }
        let old = current(parameter)
        guard value != old else { return [] }
        options.undo.append(OptionsPanel.Edit(key: parameter.key, from: old))
        if options.undo.count > 100 { options.undo.removeFirst() }
        options.pending[parameter.key] = value
        options.refusals[parameter.key] = nil
        return [.send(.set(key: parameter.key, value: value))]
    }

    /// What was sent last, whether it is applied yet or not.
    func current(_ parameter: Hyperparameter) -> String { options.pending[parameter.key] ?? parameter.value }

    private mutating func editable() -> Hyperparameter? {
        guard isLive else {
            sayNothingTrains()
            return nil
        }
        guard let parameter = selectedHyperparameter else {
            if run?.hyperparameters.isEmpty == true { say("the run has not said yet what can be set") }
            return nil
        }
        guard parameter.isLive else {
            say("\(parameter.title) is fixed while the run goes on", .warning)
            return nil
        }
        return parameter
    }
}
