import Runs
import Screen

/// The key table over everything, in as many columns as fit.
func drawHelp(_ state: State, _ scroll: Int, into grid: inout Grid) {
    let size = grid.size
    let area = helpArea(size)
    grid.clear(area)
    var box = Box("keys", rightFoot: "")
    box.isFocused = true
    let place = grid.draw(box, in: area, glyphs: state.glyphs)
    let columns = helpColumns(size)
    let width = helpColumnWidth(size)
    let lines = helpLines(width: width)
    let perColumn = max(1, (lines.count + columns - 1) / columns)
    let limit = helpScrollLimit(size)
    let first = min(max(0, scroll), limit)
    for (index, line) in lines.enumerated() {
        let (column, row) = (index / perColumn, index % perColumn - first)
        guard row >= 0, row < place.height else { continue }
        line.draw(
            column: place.column + 1 + column * (width + 2), row: place.row + row, width: width, into: &grid)
    }
    if limit > 0 {
        box.rightFoot = first < limit ? "\(state.glyphs.down) more below" : "end"
        box.foot = [Segment("PgDn PgUp scroll", .faint), Segment("Esc close", .faint)]
        grid.draw(box, in: area, glyphs: state.glyphs)
    } else {
        box.foot = [Segment("Esc close", .faint)]
        grid.draw(box, in: area, glyphs: state.glyphs)
    }
}

/// How far the help can scroll on a screen of that size.
func helpScrollLimit(_ size: Size) -> Int {
    let columns = helpColumns(size)
    let lines = helpLines(width: helpColumnWidth(size)).count
    return max(0, (lines + columns - 1) / columns - (helpArea(size).height - 2))
}

private func helpArea(_ size: Size) -> Rectangle {
    Rectangle(column: 0, row: 1, width: size.width, height: max(0, size.height - 2))
}

private func helpColumns(_ size: Size) -> Int { size.width >= 240 ? 3 : size.width >= 100 ? 2 : 1 }

private func helpColumnWidth(_ size: Size) -> Int {
    let columns = helpColumns(size)
    return max(10, (size.width - 4 - 2 * (columns - 1)) / columns)
}

private enum HelpLine {
    case heading(String)
    case key(String, String)
    case blank

    /// Cells for the keys in a column of that width.
    static func keyWidth(of width: Int) -> Int { min(18, width / 2) }

    func draw(column: Int, row: Int, width: Int, into grid: inout Grid) {
        switch self {
        case .heading(let text):
            grid.write(text, column: column, row: row, style: Style(.ink(.title), bold: true))
        case .key(let keys, let does):
            let room = Self.keyWidth(of: width)
            grid.write(
                keys.leftPadded(to: room), column: column, row: row, style: Style(.ink(.key), bold: true))
            grid.write(does, column: column + room + 2, row: row)
        case .blank: break
        }
    }
}

private func helpLines(width: Int) -> [HelpLine] {
    Scope.allCases.flatMap { scope -> [HelpLine] in
        [.heading(scope.title)] + Keymap.rows(of: scope).flatMap { keyLines($0, width: width) } + [.blank]
    }
    .dropLast()
}

/// What a key does, on as many lines as that takes.
private func keyLines(_ binding: Binding, width: Int) -> [HelpLine] {
    let room = max(8, width - HelpLine.keyWidth(of: width) - 2)
    return binding.does.wrapped(to: room, lines: 4, mark: "…").enumerated().map { index, text in
        .key(index == 0 ? Keymap.label(of: binding) : "", text)
    }
}

extension Grid {
    /// Blanks a rectangle.
    mutating func clear(_ area: Rectangle) {
        draw(Grid(area.size), column: area.column, row: area.row)
    }
}
