import Runs
import Screen

/// The largest tiles of whole pixels that let all filters be seen, or pages of small ones.
struct FilterTiles: Sendable, Equatable {
    /// Where a filter's number and norm stand.
    enum Labels: Sendable { case below, beside, none }

    /// Cells of one thumbnail.
    let width: Int
    let rows: Int
    /// Pixels of one thumbnail from top to bottom: at most two a row.
    let pixels: Int
    let labels: Labels
    let columns: Int
    let lines: Int
    private let left: Int
    private let top: Int
    private let pitch: Int
    private let rowPitch: Int

    var capacity: Int { max(1, columns * lines) }

    /// What the tiles have to hold: a line through a 1-D kernel takes a tile of its own proportions.
    private struct Extent {
        var count, width, height: Int

        init(_ bank: FilterBank) {
            count = bank.count
            width = bank.isOneDimensional ? max(4, min(12, bank.width)) : bank.width
            height = bank.isOneDimensional ? 4 : bank.height
        }
    }

    /// Cells of a label beside its thumbnail: `.60`.
    static let besideWidth = 3

    init(_ bank: FilterBank, _ size: Size) {
        let bank = Extent(bank)
        let (scale, labels) = Self.largest(bank, size)
        let tile = Self.tile(bank, size, scale)
        let fit = Self.fit(bank, size, scale, labels)
        width = tile.width
        rows = tile.rows
        self.labels = labels
        columns = max(1, min(fit.columns, Self.evenColumns(fit.columns, bank.count)))
        lines = max(1, min(fit.lines, (bank.count + columns - 1) / columns))
        let cell = width + (labels == .beside ? Self.besideWidth : 0)
        // Spread over the box, but not too thin.
        let gap = columns > 1 ? min(6, max(1, (size.width - columns * cell) / columns)) : 0
        pitch = cell + gap
        left = max(0, (size.width - columns * cell - (columns - 1) * gap) / 2)
        let height = rows + (labels == .below ? 1 : 0)
        let hasSpareRows = labels != .below && lines > 1 && lines * (height + 1) - 1 <= size.height
        rowPitch = height + (hasSpareRows ? 1 : 0)
        top = max(0, (size.height - lines * rowPitch + (hasSpareRows ? 1 : 0)) / 2)
        // Thumbnails that would touch the next line give up half a row.
        let full = min(2 * rows, bank.height == 1 ? 2 * scale : bank.height * scale)
        let touches = lines > 1 && labels != .below && !hasSpareRows && full == 2 * rows && full >= 4
        pixels = max(1, touches ? full - 1 : full)
    }

    /// Upper-left cell of the n-th thumbnail of a page.
    func place(of offset: Int) -> Point {
        Point(
            column: left + offset % columns * pitch,
            row: top + offset / columns * rowPitch)
    }

    /// Size comes before labels, unless a slightly smaller scale makes room for them.
    private static func largest(_ bank: Extent, _ size: Size) -> (scale: Int, labels: Labels) {
        func holdsAll(_ scale: Int, _ labels: Labels) -> Bool {
            let fit = fit(bank, size, scale, labels)
            return fit.columns * fit.lines >= bank.count
        }
        for scale in stride(from: 12, through: 1, by: -1) {
            if let labels = [Labels.below, .beside].first(where: { holdsAll(scale, $0) }) {
                return (scale, labels)
            }
            guard holdsAll(scale, .none) else { continue }
            let smaller = [Labels.below, .beside].first { scale >= 4 && holdsAll(scale - 1, $0) }
            return smaller.map { (scale - 1, $0) } ?? (scale, .none)
        }
        return (bank.width <= 5 ? 2 : 1, size.height >= 5 ? .below : .none)
    }

    private static func tile(_ bank: Extent, _ size: Size, _ scale: Int) -> (width: Int, rows: Int) {
        let down = bank.height == 1 ? 2 * scale : scale
        return (
            max(1, min(bank.width * scale, size.width)),
            max(1, min((bank.height * down + 1) / 2, size.height))
        )
    }

    private static func fit(
        _ bank: Extent, _ size: Size, _ scale: Int, _ labels: Labels
    ) -> (columns: Int, lines: Int) {
        let tile = tile(bank, size, scale)
        // A larger thumbnail than the box would be cut: it does not fit at all, except at the smallest scale.
        if scale > 1, bank.width * scale > size.width || (bank.height * scale + 1) / 2 > size.height {
            return (0, 0)
        }
        let cell = tile.width + (labels == .beside ? besideWidth : 0)
        return ((size.width + 1) / (cell + 1), size.height / (tile.rows + (labels == .below ? 1 : 0)))
    }

    /// Rows of equal length where the count allows it: 8 in 7 columns are better 4 and 4.
    private static func evenColumns(_ columns: Int, _ count: Int) -> Int {
        guard columns > 0, count > columns else { return max(1, min(columns, count)) }
        let lines = (count + columns - 1) / columns
        return (count + lines - 1) / lines
    }
}

func drawFilterLabel(
    _ images: FilterImages, _ index: Int, _ tiles: FilterTiles, _ place: Point, _ glyphs: Glyphs,
    into grid: inout Grid
) {
    let isDead = images.isDead(index)
    let dead = Style(.ink(.bad), bold: true)
    let norm = shortNorm(images.norms[index])
    switch tiles.labels {
    case .none:
        if isDead { grid.write("\(glyphs.failed)", column: place.column, row: place.row, style: dead) }
    case .beside:
        let column = place.column + tiles.width
        let number = "\(index + 1)".clipped(to: FilterTiles.besideWidth)
        if tiles.rows > 1 { grid.write(number, column: column, row: place.row, ink: .faint) }
        let row = place.row + tiles.rows - 1
        let text = isDead ? "\(glyphs.failed)" : norm
        grid.write(text, column: column, row: row, style: isDead ? dead : Style(.ink(.text)))
    case .below:
        let wordings =
            isDead
            ? ["\(glyphs.failed) dead", "\(glyphs.failed)"]
            : ["\(index + 1) |\(norm)|", "\(index + 1) \(norm)", "\(index + 1)", norm]
        let label = (wordings.first { $0.cellWidth <= tiles.width } ?? wordings[wordings.count - 1]).clipped(
            to: tiles.width)
        let column = place.column + (tiles.width - label.cellWidth) / 2
        grid.write(
            label, column: column, row: place.row + tiles.rows, style: isDead ? dead : Style(.ink(.faint)))
    }
}

/// ‖w‖ in three cells: `.60`, `1.4`, `12`.
private func shortNorm(_ norm: Float) -> String {
    let value = Double(norm)
    guard value.isFinite else { return "NaN" }
    if value < 0.995 { return String(Numbers.fixed(value, decimals: 2).dropFirst()) }
    return value < 9.95
        ? Numbers.fixed(value, decimals: 1) : value < 999 ? Numbers.fixed(value, decimals: 0) : "big"
}
