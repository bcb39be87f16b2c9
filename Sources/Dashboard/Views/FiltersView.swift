import Runs
import Screen

/// The first layer's filters as thumbnails, with their norms; dead ones marked.
func filtersView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.filters.title)
    guard let bank = state.run?.filters, bank.count > 0, bank.width > 0, bank.height > 0 else {
        return PaneView(box, size: size, saying: "no filters observed yet")
    }
    let tiles = FilterTiles(bank, size)
    let first =
        min(max(0, state.filters.offset), max(0, bank.count - 1)) / max(1, tiles.capacity) * tiles.capacity
    let images = FilterImages(bank, state.filters)
    var content = Grid(size)
    for index in first..<min(bank.count, first + tiles.capacity) {
        let place = tiles.place(of: index - first)
        let image = images.image(of: index).enlarged(across: tiles.across, down: tiles.down)
            .reduced(toWidth: tiles.width, height: tiles.rows * 2)
        content.draw(image.cells(state.capabilities), column: place.column, row: place.row)
        drawLabel(images, index, tiles, place, state.glyphs, into: &content)
    }
    box.caption = filterCaption(bank)
    if tiles.capacity < bank.count {
        box.foot = [
            Segment("\(first + 1)–\(min(bank.count, first + tiles.capacity)) of \(bank.count)", .faint)
        ]
    }
    box.rightFoot = state.filters.isNormalizedEach ? "each to its range" : "one range for all"
    return PaneView(box, content)
}

/// How many filters a page of the box holds.
func filterCapacity(_ state: State) -> Int {
    let area = Layout(state.size, focus: state.focus, isMaximized: state.isMaximized).panes[.filters]
    guard let area, let bank = state.run?.filters, bank.count > 0, bank.width > 0, bank.height > 0 else {
        return 1
    }
    return FilterTiles(bank, Size(width: area.width - 2, height: area.height - 2)).capacity
}

private func filterCaption(_ bank: FilterBank) -> [String] {
    let colors = bank.channels == 3 ? " RGB" : bank.channels > 1 ? "×\(bank.channels)" : ""
    let shape = "\(bank.count) of \(bank.height)×\(bank.width)\(colors)"
    return ["\(bank.layer) · \(shape) · epoch \(bank.epoch)", "\(bank.layer) · \(shape)", shape]
}

/// The largest tiles of whole pixels that let all filters be seen, or pages of small ones.
struct FilterTiles: Sendable, Equatable {
    /// Cells of one weight across, and half-rows of one weight down.
    let across: Int
    let down: Int
    /// Cells of one thumbnail.
    let width: Int
    let rows: Int
    let hasLabels: Bool
    let columns: Int
    let lines: Int
    private let left: Int
    private let top: Int
    private let gap: Int

    var capacity: Int { max(1, columns * lines) }

    init(_ bank: FilterBank, _ size: Size) {
        var chosen: (scale: Int, labels: Bool)?
        // Labels may cost at most a third of the scale.
        for scale in stride(from: 12, through: 1, by: -1) where chosen == nil {
            for labels in [true, false] where chosen == nil {
                let fit = Self.fit(bank, size, scale, labels)
                if fit.columns * fit.lines >= bank.count { chosen = (scale, labels) }
            }
        }
        if let (scale, labels) = chosen, !labels, scale > 2 {
            let smaller = Self.fit(bank, size, scale - 1, true)
            if smaller.columns * smaller.lines >= bank.count { chosen = (scale - 1, true) }
        }
        let (scale, labels) = chosen ?? (bank.width <= 5 ? 2 : 1, size.height >= 5)
        let fit = Self.fit(bank, size, scale, labels)
        across = scale
        down = bank.height == 1 ? 2 * scale : scale
        width = max(1, min(bank.width * scale, size.width))
        rows = max(1, min((bank.height * down + 1) / 2, size.height))
        hasLabels = labels
        columns = max(1, min(fit.columns, Self.evenColumns(fit.columns, bank.count)))
        lines = max(1, min(fit.lines, (bank.count + columns - 1) / columns))
        // Spread over the box.
        gap = columns > 1 ? min(6, max(1, (size.width - columns * width) / columns)) : 0
        left = max(0, (size.width - columns * width - (columns - 1) * gap) / 2)
        top = max(0, (size.height - lines * (rows + (labels ? 1 : 0))) / 2)
    }

    func place(of offset: Int) -> Point {
        Point(
            column: left + offset % columns * (width + gap),
            row: top + offset / columns * (rows + (hasLabels ? 1 : 0)))
    }

    private static func fit(_ bank: FilterBank, _ size: Size, _ scale: Int, _ labels: Bool) -> (
        columns: Int, lines: Int
    ) {
        let width = max(1, min(bank.width * scale, size.width))
        let down = bank.height == 1 ? 2 * scale : scale
        let rows = max(1, min((bank.height * down + 1) / 2, size.height)) + (labels ? 1 : 0)
        return ((size.width + 1) / (width + 1), size.height / rows)
    }

    /// Rows of equal length where the count allows it: 8 in 7 columns are better 4 and 4.
    private static func evenColumns(_ columns: Int, _ count: Int) -> Int {
        guard columns > 0, count > columns else { return max(1, min(columns, count)) }
        let lines = (count + columns - 1) / columns
        return (count + lines - 1) / lines
    }
}

private func drawLabel(
    _ images: FilterImages, _ index: Int, _ tiles: FilterTiles, _ place: Point, _ glyphs: Glyphs,
    into grid: inout Grid
) {
    let isDead = images.isDead(index)
    guard tiles.hasLabels else {
        if isDead {
            grid.write(
                "\(glyphs.failed)", column: place.column, row: place.row, style: Style(.ink(.bad), bold: true)
            )
        }
        return
    }
    let norm = Numbers.rate(Double(images.norms[index]).rounded(toFigures: 2))
    let options = isDead ? ["\(glyphs.failed) dead", "\(glyphs.failed)"] : ["\(index + 1) |\(norm)|", norm]
    guard let text = options.first(where: { $0.cellWidth <= tiles.width }) ?? options.last else { return }
    let label = text.clipped(to: tiles.width)
    let column = place.column + (tiles.width - label.cellWidth) / 2
    grid.write(label, column: column, row: place.row + tiles.rows, ink: isDead ? .bad : .faint)
}
