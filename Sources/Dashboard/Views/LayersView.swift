import Runs
import Screen

/// The layers' health in a small box; every layer with its shape and learnables in a wide one.
func layersView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.layers.title)
    let rows = layerRows(state, isWide: size.width >= LayerTable.wide)
    guard !rows.isEmpty else { return PaneView(box, size: size, saying: "not observed yet") }
    let room = max(0, size.height - 1)
    let first = max(0, min(state.layerOffset, rows.count - room))
    var content = Grid(size)
    let table = LayerTable(rows, width: size.width)
    table.drawHeads(into: &content)
    for (offset, row) in rows.dropFirst(first).prefix(room).enumerated() {
        table.draw(row, state.glyphs, at: offset + 1, into: &content)
    }
    let total = (state.run?.description?.layers ?? []).reduce(0) { $0 + $1.learnables }
    if total > 0 {
        box.caption = ["\(Numbers.compact(Double(total))) learnables", Numbers.compact(Double(total))]
    }
    if rows.count > room { box.rightFoot = "\(first + 1)–\(min(rows.count, first + room)) of \(rows.count)" }
    return PaneView(box, content)
}

private struct LayerRow {
    var name: String
    var summary: LayerSummary?
    var health: LayerHealth?

    var isFrozen: Bool { health?.isFrozen ?? false }
}

private enum LayerColumn: CaseIterable {
    case type, activations, learnables, weights, gradient, update, dead

    var head: String {
        switch self {
        case .type: "type"
        case .activations: "activations"
        case .learnables: "learnables"
        case .weights: "|w|"
        case .gradient: "|∇|"
        case .update: "update"
        case .dead: "dead"
        }
    }

    /// Of figures; a type is as wide as the words need and the box allows.
    var width: Int {
        switch self {
        case .type: 0
        case .activations: 12
        case .learnables: 11
        case .weights, .gradient: 7
        case .update: 9
        case .dead: 6
        }
    }
}

/// Which columns there are, and where they end.
private struct LayerTable {
    /// From so many cells on, every layer is there with its type and shape.
    static let wide = 72

    let columns: [LayerColumn]
    let typeWidth: Int
    let end: Int

    init(_ rows: [LayerRow], width: Int) {
        guard width >= Self.wide else {
            (columns, typeWidth, end) = (Self.fitting(width), 0, width)
            return
        }
        // Names are kept whole before types; a wide box keeps the columns next to the names.
        let figures = LayerColumn.allCases.reduce(0) { $0 + $1.width }
        let names = min(28, (rows.map(\.name.cellWidth).max() ?? 5) + 2)
        let types = (rows.map { $0.summary?.type.cellWidth ?? 0 }.max() ?? 0) + 1
        let room = min(types, width - figures - names)
        let typeWidth = room >= 8 ? room : 0
        columns = LayerColumn.allCases.filter { $0 != .type || typeWidth > 0 }
        self.typeWidth = typeWidth
        end = min(width, names + typeWidth + figures)
    }

    /// The columns of a narrow box, without the least telling ones where the names would not have room.
    private static func fitting(_ width: Int) -> [LayerColumn] {
        var kept: [LayerColumn] = [.weights, .gradient, .update, .dead]
        for dropped in [LayerColumn.weights, .gradient, .dead, .update]
        where kept.reduce(0, { $0 + $1.width }) + 9 > width {
            kept.removeAll { $0 == dropped }
        }
        return kept
    }

    private func width(_ column: LayerColumn) -> Int { column == .type ? typeWidth : column.width }

    private func aligned(_ text: String, _ column: LayerColumn) -> String {
        column == .type
            ? text.clipped(to: typeWidth - 1).padded(to: typeWidth) : text.leftPadded(to: width(column))
    }

    func drawHeads(into grid: inout Grid) {
        grid.write("layer", column: 0, row: 0, ink: .faint)
        var end = end
        for column in columns.reversed() {
            end -= width(column)
            grid.write(aligned(column.head, column), column: end, row: 0, ink: .faint)
        }
    }

    func draw(_ row: LayerRow, _ glyphs: Glyphs, at line: Int, into grid: inout Grid) {
        var end = end
        for column in columns.reversed() {
            let (text, ink) = layerText(row, column, glyphs)
            end -= width(column)
            grid.write(aligned(text, column), column: end, row: line, ink: ink)
        }
        grid.write(
            row.name.clipped(to: max(0, end - 1)), column: 0, row: line,
            ink: row.isFrozen ? .faint : .title)
    }
}

private func layerRows(_ state: State, isWide: Bool) -> [LayerRow] {
    guard let run = state.run else { return [] }
    let health = Dictionary(run.layers.map { ($0.layer, $0) }) { first, _ in first }
    var rows = (run.description?.layers ?? []).map {
        LayerRow(name: $0.name, summary: $0, health: health[$0.name])
    }
    // A narrow box has no room for layers that cannot fall ill.
    if !isWide {
        rows.removeAll { $0.health == nil && (!health.isEmpty || ($0.summary?.learnables ?? 0) == 0) }
    }
    if rows.isEmpty { rows = run.layers.map { LayerRow(name: $0.layer, summary: nil, health: $0) } }
    // Where most are frozen, those that learn would be out of sight.
    if !isWide, rows.contains(where: \.isFrozen) {
        rows = rows.filter { !$0.isFrozen } + rows.filter(\.isFrozen)
    }
    let filter = state.paneFilters[.layers] ?? ""
    return rows.filter { matches($0.name + " " + ($0.summary?.type ?? ""), filter) }
}

private func layerText(_ row: LayerRow, _ column: LayerColumn, _ glyphs: Glyphs) -> (String, Ink) {
    switch column {
    case .type: return (row.summary?.type ?? "", .text)
    case .activations: return (row.summary?.sizes ?? "", .text)
    case .learnables:
        let count = row.summary?.learnables ?? 0
        return (count == 0 ? "\(glyphs.dot)" : Numbers.grouped(count), count == 0 ? .faint : .text)
    case .weights: return healthText(row.health?.weightNorm)
    case .gradient where row.isFrozen: return ("\(glyphs.dot)", .faint)
    case .gradient: return healthText(row.health?.gradientNorm)
    case .update where row.isFrozen: return ("frozen", .faint)
    case .update: return updateText(row.health?.updateRatio, glyphs)
    case .dead:
        guard let dead = row.health?.deadFraction else { return ("", .faint) }
        return dead > 0 ? ("\(glyphs.failed)\(percent(Double(dead)))", .bad) : ("0%", .faint)
    }
}

private func healthText(_ value: Float?) -> (String, Ink) {
    guard let value else { return ("", .faint) }
    let isSound = value.isFinite
    return (Numbers.rate(Double(value).rounded(toFigures: 2)), isSound ? .text : .bad)
}

/// About 1e-3 is healthy; a hundredth of the weights in one step is wild, a hundred-thousandth asleep.
private func updateText(_ ratio: Float?, _ glyphs: Glyphs) -> (String, Ink) {
    guard let ratio else { return ("", .faint) }
    let text = Numbers.rate(Double(ratio).rounded(toFigures: 2))
    if !ratio.isFinite || ratio > 1e-2 { return ("\(glyphs.up)\(text)", .warning) }
    return ratio < 1e-5 ? ("\(glyphs.down)\(text)", .warning) : (text, .good)
}

/// `12%`; less than half a percent but not nothing is `<1%`.
func percent(_ share: Double) -> String {
    guard share.isFinite else { return "?" }
    return share > 0 && share < 0.005 ? "<1%" : "\(Int((share * 100).rounded()))%"
}
