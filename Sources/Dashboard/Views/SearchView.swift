import Runs
import Screen

/// A support vector machine's search for cost and γ as a heat map: each pair that was tried in its place, with the share
/// of held-out samples that it got right.
func searchView(_ state: State, _ size: Size) -> PaneView {
    var box = Box("grid search")
    guard let search = state.run?.search, let newest = search.points.last else {
        return PaneView(box, size: size, saying: "no search: the preset says cost and gamma")
    }
    let count = search.points.count
    let total = search.costs.count * max(1, search.gammas.count)
    box.caption = [
        "accuracy of \(newest.folds)-fold cross-validation", "\(newest.folds)-fold cross-validation",
        "\(newest.folds)-fold",
    ]
    if let best = search.best {
        let gamma = best.gamma.map { "  gamma \(Numbers.general($0))" } ?? ""
        box.foot = [
            Segment(
                "\(state.glyphs.best) cost \(Numbers.general(best.cost))\(gamma): \(Numbers.share(best.accuracy))",
                .good, bold: true)
        ]
    }
    box.rightFoot = "\(count) of \(total)"
    var content = Grid(size)
    HeatMap(search, state, Size(width: size.width, height: size.height - 1)).draw(into: &content)
    content.drawBar(
        Double(count) / Double(max(1, total)), column: 0, row: size.height - 1, width: size.width,
        ink: count < total ? .focus : .good, glyphs: state.glyphs)
    return PaneView(box, content)
}

/// Where the cells of a search stand, and how they look.
private struct HeatMap {
    let search: SearchState
    let state: State
    let size: Size
    /// Places among the grid's values; those around the newest pair where not all fit.
    let columns: Range<Int>
    let rows: Range<Int>
    let cellWidth: Int
    let cellHeight: Int
    private static let labelWidth = 8

    init(_ search: SearchState, _ state: State, _ size: Size) {
        self.search = search
        self.state = state
        self.size = size
        let free = size.width - Self.labelWidth
        let fit = max(1, free / 6)
        let newest = search.points.last
        func window(_ values: [Double], _ value: Double?, _ room: Int) -> Range<Int> {
            let place = value.flatMap { values.firstIndex(of: $0) } ?? 0
            let first = max(0, min(place - room / 2, values.count - room))
            return first..<min(max(1, values.count), first + room)
        }
        columns = window(search.costs, newest?.cost, fit)
        rows = window(search.gammas, newest?.gamma, max(1, size.height - 1))
        cellWidth = max(1, min(12, free / max(1, columns.count)))
        cellHeight = max(1, min(3, (size.height - 1) / max(1, rows.count)))
    }

    func draw(into grid: inout Grid) {
        grid.write("cost".leftPadded(to: Self.labelWidth - 1), column: 0, row: 0, ink: .faint)
        for (place, column) in columns.enumerated() where search.costs.indices.contains(column) {
            grid.write(
                Numbers.general(search.costs[column]).leftPadded(to: cellWidth - 1),
                column: Self.labelWidth + place * cellWidth, row: 0, ink: .title)
        }
        for (place, row) in rows.enumerated() {
            let top = 1 + place * cellHeight
            let gamma = search.gammas.indices.contains(row) ? search.gammas[row] : nil
            let label = (place == 0 && gamma != nil ? "γ " : "") + (gamma.map { Numbers.general($0) } ?? "")
            grid.write(
                label.leftPadded(to: Self.labelWidth - 1), column: 0, row: top + (cellHeight - 1) / 2,
                ink: .title)
            for (offset, column) in columns.enumerated() where search.costs.indices.contains(column) {
                let point = search.points.last { $0.cost == search.costs[column] && $0.gamma == gamma }
                drawCell(point, column: Self.labelWidth + offset * cellWidth, top: top, into: &grid)
            }
        }
    }

    private func drawCell(_ point: SearchPoint?, column: Int, top: Int, into grid: inout Grid) {
        let middle = top + (cellHeight - 1) / 2
        guard let point else {
            grid.write(
                String(state.glyphs.dot).leftPadded(to: cellWidth - 1), column: column, row: middle,
                ink: .faint)
            return
        }
        let isBest = point == search.best
        let style = style(of: point, isBest: isBest)
        let text = (isBest ? "\(state.glyphs.best)" : "") + Numbers.share(point.accuracy)
        for row in top..<top + cellHeight {
            let line = row == middle ? text.leftPadded(to: cellWidth - 1) : ""
            grid.write(line.padded(to: cellWidth), column: column, row: row, style: style)
        }
    }

    /// The stronger the better, between the worst and the best so far.
    private func style(of point: SearchPoint, isBest: Bool) -> Style {
        guard state.capabilities.colors >= .palette else {
            return Style(.ink(isBest ? .good : .text), bold: isBest)
        }
        let (low, high) = search.range
        let share = high > low ? (point.accuracy - low) / (high - low) : 1
        let back = state.theme.background.mixed(with: state.theme.rgb(.good), by: 0.06 + 0.6 * share * share)
        let (light, dark) = (state.theme.rgb(.title), state.theme.background)
        let isFar = abs(light.luminance - back.luminance) >= abs(dark.luminance - back.luminance)
        let front = isFar ? light : dark
        return Style(
            .rgb(red: front.red, green: front.green, blue: front.blue),
            on: .rgb(red: back.red, green: back.green, blue: back.blue), bold: isBest)
    }
}
