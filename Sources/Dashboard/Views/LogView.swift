import Runs
import Screen

/// The log, the newest line at the bottom.
func logView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.log.title)
    let lines = state.visibleLog
    guard !lines.isEmpty else {
        let isFiltered = !(state.paneFilters[.log] ?? "").isEmpty
        return PaneView(
            box, size: size, saying: isFiltered ? "nothing matches the filter" : "nothing logged yet")
    }
    let hidden = min(state.logOffset, max(0, lines.count - size.height))
    let shown = lines.dropLast(hidden).suffix(max(0, size.height))
    let digits = max(4, Numbers.grouped(lines.last?.iteration ?? 0).count)
    var content = Grid(size)
    for (row, line) in shown.enumerated() {
        content.write(
            Numbers.grouped(line.iteration).leftPadded(to: digits), column: 0, row: row, ink: .faint)
        let (mark, ink) = appearance(of: line.kind, state.glyphs)
        content.write(String(mark), column: digits + 1, row: row, style: Style(.ink(ink), bold: true))
        let text = line.text.clipped(to: size.width - digits - 3)
        content.write(
            text, column: digits + 3, row: row,
            ink: line.kind == .progress || line.kind == .validation ? .text : ink)
    }
    box.rightFoot =
        hidden > 0 ? "\(hidden) newer below" : lines.count > size.height ? "\(lines.count) lines" : ""
    return PaneView(box, content)
}

private func appearance(of kind: LogLine.Kind, _ glyphs: Glyphs) -> (Character, Ink) {
    switch kind {
    case .progress: (glyphs.dot, .faint)
    case .validation: (glyphs.validation, .validation)
    case .edit: (glyphs.edit, .edit)
    case .warning: (glyphs.warning, .warning)
    case .error: (glyphs.failed, .bad)
    case .best: (glyphs.best, .good)
    }
}
