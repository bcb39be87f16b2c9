import Runs
import Screen

/// The hyperparameters: applied value, what was sent and is not applied yet, and why an edit was refused.
func optionsView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.options.title)
    let all = state.visibleHyperparameters
    guard let selected = state.selectedHyperparameter else {
        let isEmpty = state.run?.hyperparameters.isEmpty ?? true
        return PaneView(box, size: size, saying: isEmpty ? "no options yet" : "nothing matches the filter")
    }
    let geometry = OptionsGeometry(state, size)
    var content = Grid(size)
    for (index, parameter) in all.enumerated() {
        guard let place = geometry.place(of: index) else { continue }
        drawOption(parameter, isSelected: parameter == selected, place, geometry, state, into: &content)
    }
    drawEditList(state, selected, from: geometry.end + 3, into: &content)
    box.caption = state.isLive ? ["e edit  + - nudge  u undo", "e edit  u undo"] : ["as they were"]
    if let refusal = state.options.refusals[selected.key] ?? state.options.refusals.values.sorted().first {
        box.foot = [Segment("\(state.glyphs.failed) \(refusal)", .bad)]
    } else if !state.options.pending.isEmpty {
        box.foot = [Segment("\(state.glyphs.open)sent, not applied yet\(state.glyphs.close)", .warning)]
    } else if !selected.isLive {
        box.foot = [Segment("\(selected.title): fixed", .faint)]
    }
    if geometry.count > geometry.capacity {
        let selection = all.firstIndex(of: selected) ?? 0
        box.rightFoot = "\(selection + 1)/\(geometry.count)"
    }
    return PaneView(box, content)
}

/// What the selected one may be and which edits there were, where the box is wide.
private func drawEditList(_ state: State, _ selected: Hyperparameter, from column: Int, into grid: inout Grid)
{
    let width = grid.size.width - column - 1
    guard width >= 18, grid.size.height >= 5 else { return }
    for row in 0..<grid.size.height { grid[column - 2, row] = Cell(state.glyphs.vertical, .ink(.border)) }
    grid.write(
        selected.key.clipped(to: width), column: column, row: 0, style: Style(.ink(.title), bold: true))
    let hint = selected.isLive ? selected.hint : "fixed while the run goes on"
    grid.write(hint.clipped(to: width), column: column, row: 1, ink: .faint)
    let edits = (state.run?.changes.marks ?? []).suffix(max(0, grid.size.height - 4))
    grid.write(edits.isEmpty ? "no edits yet" : "edits", column: column, row: 3, ink: .faint)
    for (offset, edit) in edits.reversed().enumerated() {
        let values = (width < 30 ? "" : "\(shortValue(edit.from)) ") + "→ \(shortValue(edit.to))"
        let place = "@\(Numbers.compact(Double(edit.iteration)))".leftPadded(to: 6)
        let title = (state.run?.title(of: edit.key) ?? edit.key).clipped(to: max(3, width - values.count - 8))
        let line = [Segment(place, .faint), Segment(title), Segment(values, .edit)]
        grid.write(line.fitting(width, gap: 1), column: column, row: 4 + offset)
    }
}

/// Rows in one to three columns, filled downwards.
struct OptionsGeometry: Sendable, Equatable {
    let count: Int
    /// Of one column; no more than balance the columns.
    let rows: Int
    let columns: Int
    let columnWidth: Int
    let first: Int

    var capacity: Int { rows * columns }

    init(_ state: State, _ size: Size) {
        let all = state.visibleHyperparameters
        count = all.count
        let room = max(1, size.height)
        // Mark, title, blank, value.
        let natural =
            all.map { 1 + $0.title.cellWidth + 1 + min(12, shortValue($0.value).cellWidth) }.max() ?? 10
        let wanted = max(1, (count + room - 1) / room)
        // A title may lose a few letters rather than a second column.
        columns = max(1, min(wanted, 3, size.width / max(16, natural - 3)))
        rows = max(1, min(room, max((count + columns - 1) / columns, min(4, room))))
        let widest = columns == 1 ? max(30, natural + 8) : natural + 10
        columnWidth = max(1, min(widest, size.width / columns))
        let selection = min(max(0, state.options.selection), max(0, count - 1))
        // Scrolls by columns where there are several, by rows in a single one.
        if columns == 1 {
            first = max(0, min(selection - rows + 1, count - rows))
        } else {
            first = max(0, selection / rows - columns + 1) * rows
        }
    }

    /// Where the list of edits begins.
    var end: Int { columns * columnWidth }

    /// Upper-left cell of a hyperparameter; `nil` while it is scrolled away.
    func place(of index: Int) -> Point? {
        let offset = index - first
        guard offset >= 0, offset < capacity else { return nil }
        return Point(column: offset / rows * columnWidth, row: offset % rows)
    }
}

private func drawOption(
    _ parameter: Hyperparameter, isSelected: Bool, _ place: Point, _ geometry: OptionsGeometry,
    _ state: State,
    into grid: inout Grid
) {
    let width = geometry.columnWidth
    let value = valueSegments(parameter, state)
    let valueWidth = value.reduce(0) { $0 + $1.text.cellWidth }
    let isFocused = isSelected && state.focus == .options
    let titleStyle = Style(
        .ink(isSelected ? .selected : parameter.isLive ? .text : .faint), bold: isSelected,
        reversed: isFocused)
    if isSelected {
        grid.write(
            "\(state.glyphs.select)", column: place.column, row: place.row,
            style: Style(.ink(.selected), bold: true))
    }
    let title = parameter.title.clipped(to: max(3, width - 2 - valueWidth), mark: state.glyphs.ellipsis)
    grid.write(title, column: place.column + 1, row: place.row, style: titleStyle)
    let start = max(place.column + 2 + title.cellWidth, place.column + width - valueWidth)
    let fitting = value.fitting(place.column + width - start, gap: 0)
    grid.write(fitting, column: start, row: place.row, gap: 0)
}

private func valueSegments(_ parameter: Hyperparameter, _ state: State) -> [Segment] {
    if let prompt = state.prompt, prompt.purpose == .value(key: parameter.key) {
        return [
            Segment(
                "\(prompt.line.text.clipped(to: 10))",
                style: Style(.ink(.title), bold: true, underlined: true))
        ]
    }
    let applied = shortValue(parameter.value)
    if let pending = state.options.pending[parameter.key] {
        let sent = "\(state.glyphs.open)\(shortValue(pending))\(state.glyphs.close)"
        return [Segment(sent, .warning, bold: true), Segment(" \(applied)", .faint)].reversedForReading
    }
    if state.options.refusals[parameter.key] != nil {
        return [Segment("\(state.glyphs.failed)", .bad, bold: true), Segment(applied)]
    }
    return [Segment(applied, parameter.isLive ? .title : .faint)]
}

extension Array where Element == Segment {
    /// The applied value first, the pending one behind it: `.005 ‹.01›`.
    fileprivate var reversedForReading: [Segment] {
        guard count == 2 else { return self }
        return [Segment(self[1].text.trimmed + " ", style: self[1].style), self[0]]
    }
}

/// Numbers the short way: `0.0100` is `.01`, `1e-04` is `1e-4`; other values as they are.
func shortValue(_ value: String) -> String {
    if let number = Int(value) { return Numbers.grouped(number) }
    guard let number = Double(value), number.isFinite else { return value == "inf" ? "∞" : value }
    return Numbers.rate(number)
}

/// Which hyperparameter lies under a point of the screen.
func optionIndex(_ state: State, at point: Point, in area: Rectangle) -> Int? {
    let geometry = OptionsGeometry(state, Size(width: area.width - 2, height: area.height - 2))
    let (x, y) = (point.column - area.column - 1, point.row - area.row - 1)
    return (0..<geometry.count).first { index in
        guard let place = geometry.place(of: index) else { return false }
        return place.row == y && (place.column..<place.column + geometry.columnWidth).contains(x)
    }
}
