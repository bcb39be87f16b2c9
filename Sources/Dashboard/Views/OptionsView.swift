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
        drawOption(
            parameter, isSelected: parameter == selected, place.point, width: place.width, state,
            into: &content)
    }
    drawEditList(state, selected, from: geometry.end + 3, into: &content)
    let canTurn = all.contains(where: \.isLive)
    box.caption =
        !state.isLive
        ? ["as they were"] : canTurn ? ["e edit  + - nudge  u undo", "e edit  u undo"] : ["all fixed"]
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
        let values =
            (width < 30 ? "" : "\(shortValue(edit.from, state.glyphs)) ")
            + "→ \(shortValue(edit.to, state.glyphs))"
        let place = "@\(Numbers.compact(Double(edit.iteration)))".leftPadded(to: 6)
        let title = (state.run?.title(of: edit.key) ?? edit.key).clipped(to: max(3, width - values.count - 8))
        let line = [Segment(place, .faint), Segment(title), Segment(values, .edit)]
        grid.write(line.fitting(width, gap: 1), column: column, row: 4 + offset)
    }
}

/// Rows in one to three columns, filled downwards; each column as wide as its words.
struct OptionsGeometry: Sendable, Equatable {
    let count: Int
    /// Of one column; no more than balance the columns.
    let rows: Int
    /// The index in the first row of the first column.
    let first: Int
    /// Of the columns in view.
    let starts: [Int]
    let widths: [Int]

    private static let mostColumns = 3
    /// Cells that a low box may take from the titles of a column rather than do without it.
    private static let slack = 3

    var columns: Int { widths.count }
    var capacity: Int { rows * columns }
    /// Where the list of edits begins.
    var end: Int { (starts.last ?? 0) + (widths.last ?? 0) }

    init(_ state: State, _ size: Size) {
        let all = state.visibleHyperparameters
        count = all.count
        let selection = min(max(0, state.options.selection), max(0, count - 1))
        // Mark, title, blank, value.
        let needs = all.map {
            2 + $0.title.cellWidth + min(16, shortValue($0.value, state.glyphs).cellWidth)
        }
        let (rows, columns, natural) = Self.columns(of: needs, in: size)
        self.rows = rows
        // Scrolls by columns where there are several, by rows in a single one.
        guard columns > 1 else {
            first = max(0, min(selection - rows + 1, count - rows))
            starts = [0]
            widths = [max(1, min(size.width, max(30, (natural.max() ?? 10) + 8)))]
            return
        }
        let firstColumn = max(0, selection / rows - columns + 1)
        first = firstColumn * rows
        let shown = Array(natural[firstColumn..<min(natural.count, firstColumn + columns)])
        (starts, widths) = Self.spread(shown, over: size.width)
    }

    /// How many rows there are, how many columns are in view at once, and the cells that each column needs.
    private static func columns(of needs: [Int], in size: Size) -> (rows: Int, shown: Int, widths: [Int]) {
        let room = max(1, size.height)
        func layout(_ columns: Int) -> (rows: Int, widths: [Int]) {
            let balanced = (needs.count + columns - 1) / columns
            let rows = max(1, min(room, max(balanced, min(4, room))))
            let starts = stride(from: 0, to: max(1, needs.count), by: rows)
            return (rows, starts.map { needs[$0..<min($0 + rows, needs.count)].max() ?? 10 })
        }
        func fits(_ columns: Int) -> Bool {
            let all = layout(columns).widths
            let slack = room < 6 ? Self.slack : 0
            return (0...max(0, all.count - columns)).allSatisfy { start in
                all[start..<min(all.count, start + columns)].reduce(0) { $0 + $1 - slack } <= size.width
            }
        }
        let wanted = max(1, min(mostColumns, (needs.count + room - 1) / room))
        let columns = stride(from: wanted, to: 1, by: -1).first(where: fits) ?? 1
        let (rows, widths) = layout(columns)
        return (rows, columns, widths)
    }

    /// What is left over goes between the columns; what is missing, every column gives its part of.
    private static func spread(_ natural: [Int], over width: Int) -> (starts: [Int], widths: [Int]) {
        let spare = width - natural.reduce(0, +)
        var place = 0
        var (starts, widths): ([Int], [Int]) = ([], [])
        for (index, width) in natural.enumerated() {
            let share = (spare * (index + 1) / natural.count) - (spare * index / natural.count)
            starts.append(place)
            widths.append(max(1, width + min(share, 8)))
            place += widths[index]
        }
        return (starts, widths)
    }

    /// Upper-left cell of a hyperparameter and the width of its column; `nil` while it is scrolled away.
    func place(of index: Int) -> (point: Point, width: Int)? {
        let offset = index - first
        guard offset >= 0, offset < capacity else { return nil }
        let column = offset / rows
        return (Point(column: starts[column], row: offset % rows), widths[column])
    }
}

private func drawOption(
    _ parameter: Hyperparameter, isSelected: Bool, _ place: Point, width: Int, _ state: State,
    into grid: inout Grid
) {
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
    let applied = shortValue(parameter.value, state.glyphs)
    if let pending = state.options.pending[parameter.key] {
        let sent = "\(state.glyphs.open)\(shortValue(pending, state.glyphs))\(state.glyphs.close)"
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
func shortValue(_ value: String, _ glyphs: Glyphs) -> String {
    if let number = Int(value) { return Numbers.grouped(number) }
    guard let number = Double(value), number.isFinite else {
        return value == "inf" && glyphs.tier != .ascii ? "∞" : value
    }
    return Numbers.rate(number)
}

/// Which hyperparameter lies under a point of the screen.
func optionIndex(_ state: State, at point: Point, in area: Rectangle) -> Int? {
    let geometry = OptionsGeometry(state, Size(width: area.width - 2, height: area.height - 2))
    let (x, y) = (point.column - area.column - 1, point.row - area.row - 1)
    return (0..<geometry.count).first { index in
        guard let (place, width) = geometry.place(of: index) else { return false }
        return place.row == y && (place.column..<place.column + width).contains(x)
    }
}
