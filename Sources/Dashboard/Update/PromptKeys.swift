import Runs
import Screen

extension State {
    mutating func typeCharacter(_ character: Character) {
        guard character.sanitized == character else { return }
        prompt?.line.insert(character)
        afterTyping()
    }

    /// Keys while something is being typed; `nil` when the action is meant for the rest.
    mutating func performInPrompt(_ action: Action) -> [Effect]? {
        switch action {
        case .accept: return acceptPrompt()
        case .cancel: cancelPrompt()
        case .complete: completePrompt()
        case .recallOlder: recall(older: true)
        case .recallNewer: recall(older: false)
        case .caretLeft: prompt?.line.move(by: -1)
        case .caretRight: prompt?.line.move(by: 1)
        case .caretStart: prompt?.line.moveToStart()
        case .caretEnd: prompt?.line.moveToEnd()
        case .deleteBackward:
            if prompt?.line.characters.isEmpty == true {
                cancelPrompt()
            } else {
                prompt?.line.deleteBackward()
            }
            afterTyping()
        case .deleteForward:
            prompt?.line.deleteForward()
            afterTyping()
        case .deleteWord:
            prompt?.line.deleteWord()
            afterTyping()
        case .deleteToStart:
            prompt?.line.deleteToStart()
            afterTyping()
        default: return nil
        }
        return []
    }

    /// A filter takes effect while it is typed.
    private mutating func afterTyping() {
        guard let prompt else { return }
        self.prompt?.completions = []
        if case .filter(let pane) = prompt.purpose { apply(filter: prompt.line.text, to: pane) }
    }

    private mutating func apply(filter: String, to pane: Pane?) {
        guard let pane else {
            chooser.filter = filter
            chooser.selection = 0
            return
        }
        paneFilters[pane] = filter.isEmpty ? nil : filter
        if pane == .log { logOffset = 0 }
        if pane == .layers { layerOffset = 0 }
        if pane == .options { options.selection = 0 }
    }

    private mutating func cancelPrompt() {
        if case .filter(let pane) = prompt?.purpose { apply(filter: "", to: pane) }
        prompt = nil
    }

    private mutating func acceptPrompt() -> [Effect] {
        guard let prompt else { return [] }
        let text = prompt.line.text
        switch prompt.purpose {
        case .filter: break
        case .command:
            self.prompt = nil
            return execute(text)
        case .value(let key):
            guard let parameter = run?.hyperparameter(key) else { break }
            // The hint already says why; the line stays open to be mended.
            if parameter.problem(with: text) != nil { return [] }
            self.prompt = nil
            return set(parameter, to: text.filter { $0 != " " })
        }
        self.prompt = nil
        return []
    }

    private mutating func recall(older: Bool) {
        guard var prompt else { return }
        switch prompt.purpose {
        case .filter: return
        case .value(let key):
            guard let kind = run?.hyperparameter(key)?.kind,
                let next = kind.nudged(prompt.line.text, up: older)
            else { return }
            prompt.line = LineEditor(next)
        case .command:
            let place = prompt.recalled ?? commandHistory.count
            let target = place + (older ? -1 : 1)
            guard target >= 0 else { return }
            prompt.recalled = target < commandHistory.count ? target : nil
            prompt.line = LineEditor(target < commandHistory.count ? commandHistory[target] : "")
        }
        self.prompt = prompt
    }

    private mutating func completePrompt() {
        guard var prompt else { return }
        if prompt.completions.isEmpty {
            prompt.completions = completions(of: prompt)
            prompt.completion = 0
        } else {
            prompt.completion = (prompt.completion + 1) % prompt.completions.count
        }
        guard !prompt.completions.isEmpty else { return }
        prompt.line = LineEditor(prompt.completions[prompt.completion])
        self.prompt = prompt
    }
}
