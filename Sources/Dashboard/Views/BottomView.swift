import Runs
import Screen

/// A key in the bottom line, where a click on it counts as the key.
public struct KeyHint: Sendable, Equatable {
    public var column: Int
    public var width: Int
    public var key: String
    public var text: String
    public var binding: Binding
}

/// The keys worth knowing now, from the key table; help and leaving are always among them.
public func keyHints(_ state: State, width: Int) -> [KeyHint] {
    let scopes = state.scopes
    let offered = scopes.flatMap { scope in
        Keymap.bindings.filter { $0.scope == scope && $0.hint != nil && isOffered($0, state) }
    }
    .sorted { hintRank($0) < hintRank($1) }
    let last = offered.filter { $0.action == .help || $0.action == .leave }
    func cells(_ binding: Binding) -> Int {
        keyText(binding).cellWidth + 1 + hintText(binding, state).cellWidth + 2
    }
    var room = width + 1 - last.reduce(0) { $0 + cells($1) }
    var shown: [Binding] = []
    for binding in offered where !last.contains(binding) && cells(binding) <= room {
        shown.append(binding)
        room -= cells(binding)
    }
    var column = 1
    return (shown + last).map { binding in
        defer { column += cells(binding) }
        return KeyHint(
            column: column, width: cells(binding) - 2, key: keyText(binding), text: hintText(binding, state),
            binding: binding)
    }
}

/// What is needed most comes first; the sort is stable, so the rest keep the table's order.
private func hintRank(_ binding: Binding) -> Int {
    let order: [Action] = [
        .pauseOrResume, .step, .checkpoint, .edit, .logAxis, .normalization, .filterColors, .countsOrShares,
        .pane(1), .maximize, .undo, .nextAxis, .command, .showRuns, .nextTheme, .picture,
    ]
    let isCommon = binding.scope == .common
    let isList = binding.scope == .chooser || binding.scope == .comparison
    return order.firstIndex(of: binding.action).map { isList ? 0 : $0 }
        ?? (isCommon ? 99 : 0)
}

private func isOffered(_ binding: Binding, _ state: State) -> Bool {
    switch binding.action {
    case .pauseOrResume, .step, .checkpoint, .edit, .undo: state.isLive
    case .nextWrong: state.isLive
    case .mostWrong: state.canTurnExample
    case .moveRight where binding.scope == .example:
        state.showsWrong ? !(state.run?.wrong?.groups ?? []).allSatisfy(\.samples.isEmpty) : state.isLive
    case .back: state.page != .chooser || state.run != nil || state.chooser.list == .presets
    case .mark, .compare: state.chooser.list == .runs
    default: true
    }
}

private func keyText(_ binding: Binding) -> String {
    binding.action.paneNumber != nil ? "1…9" : binding.keys.first?.label ?? ""
}

private func hintText(_ binding: Binding, _ state: State) -> String {
    switch binding.action {
    case .pauseOrResume: state.run?.isPaused == true ? "resume" : "pause"
    case .countsOrShares: state.confusion.showsCounts ? "%" : "counts"
    case .maximize: state.isMaximized ? "back" : "zoom"
    case .logAxis: state.plots.isLogarithmic ? "linear" : "log"
    case .graph: state.showsGraph ? "health" : "graph"
    case .newRun: state.chooser.list == .runs ? "new run" : "runs"
    case .open: state.chooser.list == .runs ? "open" : "start"
    default: binding.hint ?? ""
    }
}

/// What is being typed, or a notice, or the keys, along the lower edge; a long notice takes a few rows.
func drawBottom(_ state: State, into grid: inout Grid) {
    let view = bottomView(state, width: grid.size.width)
    grid.draw(view, column: 0, row: grid.size.height - view.size.height)
}

private func bottomView(_ state: State, width: Int) -> Grid {
    if state.prompt == nil, let notice = state.notice { return noticeView(notice, state.glyphs, width) }
    var grid = Grid(Size(width: width, height: 1))
    if let prompt = state.prompt {
        drawPrompt(prompt, state, into: &grid)
    } else {
        for hint in keyHints(state, width: width) {
            grid.write(hint.key, column: hint.column, row: 0, style: Style(.ink(.key), bold: true))
            grid.write(hint.text, column: hint.column + hint.key.cellWidth + 1, row: 0, ink: .faint)
        }
    }
    return grid
}

private func noticeView(_ notice: Notice, _ glyphs: Glyphs, _ width: Int) -> Grid {
    let (mark, ink): (Character, Ink) =
        switch notice.kind {
        case .information: (glyphs.select, .focus)
        case .warning: (glyphs.warning, .warning)
        case .error: (glyphs.failed, .bad)
        }
    let lines = notice.text.wrapped(to: max(1, width - 4), lines: 3, mark: glyphs.ellipsis)
    var grid = Grid(Size(width: width, height: lines.count))
    grid.write("\(mark) ", column: 1, row: 0, style: Style(.ink(ink), bold: true))
    for (row, line) in lines.enumerated() { grid.write(line, column: 3, row: row, ink: ink) }
    return grid
}

private func drawPrompt(_ prompt: Prompt, _ state: State, into grid: inout Grid) {
    let (label, hint) = promptTexts(prompt, state)
    grid.write(label, column: 1, row: 0, style: Style(.ink(.key), bold: true))
    let start = 1 + label.cellWidth
    // The line scrolls so that the caret stays in sight.
    let room = max(4, min(grid.size.width - start - 2, max(12, prompt.line.characters.count + 1)))
    let first = max(0, prompt.line.cursor - room + 1)
    let visible = prompt.line.characters.dropFirst(first).prefix(room)
    grid.write(String(visible), column: start, row: 0, style: Style(.ink(.title), bold: true))
    let caret = start + String(visible.prefix(prompt.line.cursor - first)).cellWidth
    let under =
        prompt.line.cursor < prompt.line.characters.count ? prompt.line.characters[prompt.line.cursor] : " "
    grid.write(String(under), column: caret, row: 0, style: Style(.ink(.title), reversed: true))
    let behind = start + max(12, String(visible).cellWidth + 1) + 1
    let texts = clipped(hint, to: grid.size.width - behind - 1, state.glyphs).fitting(
        grid.size.width - behind - 1, gap: 2)
    if (texts.first?.text.cellWidth ?? 0) > 3 { grid.write(texts, column: behind, row: 0, gap: 2) }
}

/// With what may be typed cut rather than left out: a long list of choices begins with the likely ones.
private func clipped(_ hint: [Segment], to width: Int, _ glyphs: Glyphs) -> [Segment] {
    guard hint.count > 1 else { return hint }
    var hint = hint
    let room = width - hint[0].text.cellWidth - 2
    if room >= 12 { hint[1].text = hint[1].text.clipped(to: room, mark: glyphs.ellipsis) }
    return hint
}

private func promptTexts(_ prompt: Prompt, _ state: State) -> (label: String, hint: [Segment]) {
    switch prompt.purpose {
    case .command: return (":", commandHint(prompt.line.text))
    case .filter(let pane):
        return ("/", [Segment("filters the \(pane?.title ?? "list"); Enter keeps it, Esc clears it", .faint)])
    case .value(let key):
        guard let parameter = state.run?.hyperparameter(key) else { return ("", []) }
        let keys = Segment("\(state.glyphs.up)\(state.glyphs.down) nudge  Enter send  Esc leave", .faint)
        let problem = parameter.problem(with: prompt.line.text)
        let hint =
            problem.map { Segment("\(state.glyphs.failed) \($0)", .bad, bold: true) }
            ?? Segment("\(state.glyphs.done) ok", .good)
        return ("\(parameter.title) ", [hint, Segment(parameter.hint, .faint), keys])
    }
}

private func commandHint(_ text: String) -> [Segment] {
    let word = text.split(separator: " ", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    if word == "new", text.last == " ", text.split(separator: " ").count > 2 {
        return [Segment("a path, from where cnntop was started; Tab: other options", .faint)]
    }
    if let command = CommandWord.all.first(where: { $0.name == word }) {
        return [Segment(command.argument, .key), Segment(command.does, .faint)]
    }
    let starting = CommandWord.all.filter { $0.name.hasPrefix(word) }.map(\.name)
    return [Segment(starting.isEmpty ? "no such command" : starting.joined(separator: " "), .faint)]
}
