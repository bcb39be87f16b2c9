import Runs
import Screen

/// What the terminal shows: exactly `size` cells, in the characters that the terminal has.
public func frame(_ state: State, _ size: Size) -> Grid {
    var state = state
    state.size = size
    let layout = state.layout
    guard layout.fits else { return tooSmallView(size).limited(to: state.capabilities.glyphs) }

    var grid =
        switch state.page {
        case .chooser: chooserView(state)
        case .comparison: comparisonView(state)
        case .dashboard: dashboardView(state, layout)
        }
    switch state.overlay {
    case .help(let scroll): drawHelp(state, scroll, into: &grid)
    case .dialog(let dialog, let selected): drawDialog(state, dialog, selected, into: &grid)
    case nil: break
    }
    return grid.limited(to: state.capabilities.glyphs)
}

/// The status line, the boxes, the progress bars and the keys.
func dashboardView(_ state: State, _ layout: Layout) -> Grid {
    var grid = Grid(layout.size)
    grid.draw(statusView(state, width: layout.size.width), column: 0, row: layout.statusRow)
    for pane in layout.order {
        if let area = layout.panes[pane] { draw(pane, state, area, into: &grid) }
    }
    grid.draw(progressView(state, width: layout.size.width), column: 0, row: layout.progressRow)
    drawBottom(state, into: &grid)
    return grid
}

private func draw(_ pane: Pane, _ state: State, _ area: Rectangle, into grid: inout Grid) {
    let inner = Size(width: area.width - 2, height: area.height - 2)
    let view: PaneView =
        switch pane {
        case .loss, .accuracy: plotView(state, pane, inner)
        case .filters: state.run?.isMachine == true ? searchView(state, inner) : filtersView(state, inner)
        case .confusion: confusionView(state, inner)
        case .options: optionsView(state, inner)
        case .log: logView(state, inner)
        case .layers: state.showsGraph ? layerGraphView(state, inner) : layersView(state, inner)
        case .example: state.showsWrong ? wrongView(state, inner) : exampleView(state, inner)
        case .detector: detectorView(state, inner)
        }
    var box = view.box
    box.number = pane.rawValue
    box.isFocused = pane == state.focus
    if let filter = state.paneFilters[pane], !filter.isEmpty { box.notes.insert("/\(filter)", at: 0) }
    let place = grid.draw(box, in: area, glyphs: state.glyphs)
    grid.draw(view.content, column: place.column, row: place.row)
}

/// A box and what is in it.
struct PaneView: Sendable, Equatable {
    var box: Box
    var content: Grid

    init(_ box: Box, _ content: Grid) {
        self.box = box
        self.content = content
    }

    /// A box with a line of text in its middle.
    init(_ box: Box, size: Size, saying text: String) {
        var content = Grid(size)
        let line = text.clipped(to: max(0, size.width - 2))
        content.write(
            line, column: (size.width - line.cellWidth) / 2, row: max(0, size.height - 1) / 2, ink: .faint)
        self.init(box, content)
    }
}

/// The size there is and the size that is needed, the numbers that are too small in red and marked.
func tooSmallView(_ size: Size) -> Grid {
    var grid = Grid(size)
    let needed = Layout.minimum
    func number(_ has: Int, _ needs: Int) -> Segment {
        Segment(has < needs ? "\(has)!" : "\(has)", has < needs ? .bad : .good, bold: true)
    }
    let lines: [[Segment]] = [
        [Segment("terminal too small", .title, bold: true)],
        [
            Segment("has "), number(size.width, needed.width), Segment(" × ", .faint),
            number(size.height, needed.height),
        ],
        [Segment("needs \(needed.width) × \(needed.height)")],
        [Segment("q", .key, bold: true), Segment(" quit", .faint)],
    ]
    let shown = size.height >= lines.count ? lines : Array(lines.dropFirst().prefix(max(1, size.height)))
    let top = max(0, (size.height - shown.count) / 2)
    for (offset, line) in shown.enumerated() {
        let width = line.reduce(0) { $0 + $1.text.cellWidth }
        grid.write(line, column: max(0, (size.width - width) / 2), row: top + offset, gap: 0)
    }
    return grid
}
