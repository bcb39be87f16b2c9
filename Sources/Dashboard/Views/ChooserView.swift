import Runs
import Screen

/// The row of the list's first line on the screen.
let chooserFirstRow = 3

/// How many lines of the list are scrolled away above.
func chooserOffset(_ state: State, _ size: Size) -> Int {
    let room = chooserRoom(size)
    return max(0, min(state.chooser.selection - room + 1, state.chooser.count - room))
}

private func chooserRoom(_ size: Size) -> Int { max(1, size.height - 5) }

/// The list of runs, or of presets to start.
func chooserView(_ state: State) -> Grid {
    let size = state.size
    var grid = Grid(size)
    grid.write(
        [Segment("cnntop", .focus, bold: true), Segment("watch convolutional networks learn", .faint)],
        column: 1,
        row: 0, gap: 2)
    let area = Rectangle(column: 0, row: 1, width: size.width, height: size.height - 2)
    var box = Box(state.chooser.list == .runs ? "runs" : "start a preset")
    box.isFocused = true
    if !state.chooser.filter.isEmpty { box.notes = ["/\(state.chooser.filter)"] }
    box.caption = state.chooser.list == .runs ? ["best: validation accuracy at the lowest loss"] : []
    if state.chooser.count > 0 {
        box.rightFoot = "\(min(state.chooser.selection, state.chooser.count - 1) + 1)/\(state.chooser.count)"
    }
    if state.chooser.list == .presets { box.foot = wholeSummary(state) }
    let isOver = { (run: RunListing) in run.status == .finished && run.judged == nil }
    if state.chooser.list == .runs, state.chooser.visibleRuns.contains(where: isOver) {
        box.foot = [
            Segment("– not judged yet: cnntop runs --compare does it", .faint)
        ]
    }
    let place = grid.draw(box, in: area, glyphs: state.glyphs)
    let list = state.chooser.list == .runs ? runsList(state, place.size) : presetsList(state, place.size)
    grid.draw(list, column: place.column, row: place.row)
    drawBottom(state, into: &grid)
    return grid
}

private func runsList(_ state: State, _ size: Size) -> Grid {
    let runs = state.chooser.visibleRuns
    guard !runs.isEmpty else { return centered(emptyRunsText(state), size) }
    let columns = RunColumn.fitting(size.width)
    var grid = Grid(size)
    drawRow(columns.map { ($0.head, $0, .faint) }, row: 0, size, into: &grid)
    for (line, run) in visible(runs, state, size) {
        drawRow(columns.map { ($0.text(run, state), $0, $0.ink(run)) }, row: line, size, into: &grid)
        guard state.chooser.marked.contains(run.name) else { continue }
        grid.write(String(state.glyphs.best), column: 2, row: line, ink: .edit)
    }
    drawSelection(state, size, into: &grid)
    return grid
}

private func emptyRunsText(_ state: State) -> String {
    guard state.chooser.runs != nil else { return "looking for runs" }
    return state.chooser.filter.isEmpty
        ? "no runs yet: n starts one from a preset" : "no run matches the filter"
}

private func presetsList(_ state: State, _ size: Size) -> Grid {
    let presets = state.chooser.visiblePresets
    guard !presets.isEmpty else {
        return centered(
            state.chooser.filter.isEmpty ? "no presets found" : "no preset matches the filter", size)
    }
    let columns = PresetColumns(presets)
    var grid = Grid(size)
    grid.write("preset", column: 3, row: 0, ink: .faint)
    if columns.summary > columns.needs { grid.write("needs", column: columns.needs, row: 0, ink: .faint) }
    for (line, preset) in visible(presets, state, size) {
        grid.write(
            preset.name.clipped(to: columns.needs - 5, mark: state.glyphs.ellipsis), column: 3, row: line,
            style: Style(.ink(.title), bold: true))
        grid.write(preset.needs.joined(separator: " "), column: columns.needs, row: line, ink: .edit)
        grid.write(
            preset.summary.clipped(to: size.width - columns.summary - 2, mark: state.glyphs.ellipsis),
            column: columns.summary, row: line, ink: .faint)
    }
    drawSelection(state, size, into: &grid)
    return grid
}

/// Where the columns of the list of presets begin; both at the same place where none needs anything.
private struct PresetColumns {
    let needs: Int
    let summary: Int

    init(_ presets: [PresetListing]) {
        needs = 5 + min(24, max(8, presets.map(\.name.cellWidth).max() ?? 8))
        let needed = presets.map { $0.needs.joined(separator: " ").cellWidth }.max() ?? 0
        summary = needs + (needed > 0 ? needed + 2 : 0)
    }
}

/// What the selected preset is, where its line has no room for all of it.
private func wholeSummary(_ state: State) -> [Segment] {
    let presets = state.chooser.visiblePresets
    guard !presets.isEmpty else { return [] }
    let summary = presets[min(max(0, state.chooser.selection), presets.count - 1)].summary
    let isWhole = PresetColumns(presets).summary + summary.cellWidth + 4 <= state.size.width
    return isWhole ? [] : [Segment(summary, .text)]
}

private func visible<Item>(_ items: [Item], _ state: State, _ size: Size) -> [(Int, Item)] {
    let offset = chooserOffset(state, state.size)
    return items.dropFirst(offset).prefix(chooserRoom(state.size)).enumerated().map {
        ($0.offset + 1, $0.element)
    }
}

private func drawSelection(_ state: State, _ size: Size, into grid: inout Grid) {
    let line =
        min(state.chooser.selection, max(0, state.chooser.count - 1)) - chooserOffset(state, state.size) + 1
    grid.write(String(state.glyphs.select), column: 1, row: line, style: Style(.ink(.selected), bold: true))
    grid.restyle(Rectangle(column: 2, row: line, width: size.width - 3, height: 1)) {
        $0 = Style(.ink(.selected), bold: true, reversed: true)
    }
}

private func centered(_ text: String, _ size: Size) -> Grid {
    var grid = Grid(size)
    let line = text.clipped(to: max(0, size.width - 2))
    grid.write(line, column: (size.width - line.cellWidth) / 2, row: max(0, size.height - 1) / 2, ink: .faint)
    return grid
}

private func drawRow(_ cells: [(String, RunColumn, Ink)], row: Int, _ size: Size, into grid: inout Grid) {
    let fixed = cells.reduce(0) { $0 + $1.1.width + 2 }
    var column = 3
    for (text, kind, ink) in cells {
        let width = kind == .name ? max(8, kind.width + size.width - 4 - fixed) : kind.width
        let padded = kind.isRight ? text.leftPadded(to: width) : text.padded(to: width)
        grid.write(padded, column: column, row: row, ink: ink)
        column += width + 2
    }
}
