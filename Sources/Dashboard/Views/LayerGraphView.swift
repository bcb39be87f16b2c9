import Runs
import Screen

/// Every layer with its connections, activations, learnables and operations, scrolling.
func layerGraphView(_ state: State, _ size: Size) -> PaneView {
    var box = Box("layers")
    let layers = state.run?.description?.layers ?? []
    guard !layers.isEmpty else { return PaneView(box, size: size, saying: "no layers yet") }
    let total = layers.reduce(0) { $0 + $1.learnables }
    box.caption = [
        "\(layers.count) layers · \(Numbers.compact(Double(total))) learnables", "\(layers.count) layers",
    ]
    let graph = LayerGraph(layers)
    let table = GraphTable(layers, lanes: graph.lanes, width: size.width)
    var content = Grid(size)
    table.drawHeads(into: &content)
    let room = max(0, size.height - 1)
    let first = max(0, min(state.layerOffset, layers.count - room))
    for (offset, index) in layers.indices.dropFirst(first).prefix(room).enumerated() {
        draw(graph.lines[index], lanes: table.lanes, row: offset + 1, state.glyphs, into: &content)
        table.draw(layers[index], row: offset + 1, state.glyphs, into: &content)
    }
    if layers.count > room {
        box.rightFoot = "\(first + 1)–\(min(layers.count, first + room)) of \(layers.count)"
    }
    return PaneView(box, content)
}

/// Where the connections, the names and the columns behind them stand.
private struct GraphTable {
    let lanes: Int
    let nameWidth: Int
    let columns: [GraphColumn]
    private var nameStart: Int { 2 * lanes + 1 }

    init(_ layers: [LayerSummary], lanes most: Int, width: Int) {
        // Connections and names come first, up to a quarter of the width each.
        lanes = max(1, min(most, width / 8))
        let start = 2 * lanes + 1
        let longest = layers.map(\.name.cellWidth).max() ?? 4
        columns = GraphColumn.fitting(width - start - min(longest, width / 4) - 1)
        let end = columns.reduce(0) { $0 + $1.width + 1 }
        nameWidth = min(max(4, width - end - start), longest + 1)
    }

    func drawHeads(into grid: inout Grid) {
        grid.write("layer", column: nameStart, row: 0, ink: .faint)
        var column = nameStart + nameWidth
        for kind in columns {
            grid.write(kind.aligned(kind.head), column: column + 1, row: 0, ink: .faint)
            column += kind.width + 1
        }
    }

    func draw(_ layer: LayerSummary, row: Int, _ glyphs: Glyphs, into grid: inout Grid) {
        grid.write(
            layer.name.clipped(to: nameWidth, mark: glyphs.ellipsis), column: nameStart, row: row,
            ink: layer.learnables > 0 ? .title : .text)
        var column = nameStart + nameWidth
        for kind in columns {
            grid.write(
                kind.aligned(kind.text(layer, glyphs)), column: column + 1, row: row,
                ink: kind == .type ? .faint : .text)
            column += kind.width + 1
        }
    }
}

private func draw(
    _ marks: [LayerGraph.Mark], lanes: Int, row: Int, _ glyphs: Glyphs, into grid: inout Grid
) {
    for (place, mark) in marks.prefix(2 * lanes - 1).enumerated() {
        let (character, ink): (Character, Ink) =
            switch mark {
            case .blank: (" ", .border)
            case .node: (glyphs.running, .focus)
            case .down: (glyphs.vertical, .border)
            case .across: (glyphs.horizontal, .border)
            case .forkLeft: (glyphs.teeRight, .border)
            case .forkRight: (glyphs.teeLeft, .border)
            case .endLeft: (glyphs.bottomLeft, .border)
            case .endRight: (glyphs.bottomRight, .border)
            case .joined: (glyphs.teeUp, .border)
            case .crossing: (glyphs.crossing, .border)
            }
        grid[place, row] = Cell(character, Style(.ink(ink), bold: mark == .node))
    }
    if marks.count > 2 * lanes { grid[2 * lanes - 1, row] = Cell(glyphs.ellipsis, .ink(.faint)) }
}

private enum GraphColumn: CaseIterable {
    case activations, learnables, macs, type

    var width: Int {
        switch self {
        case .activations: 12
        case .learnables: 11
        case .macs: 7
        case .type: 22
        }
    }

    var head: String {
        switch self {
        case .activations: "activations"
        case .learnables: "learnables"
        case .macs: "MACs"
        case .type: "type"
        }
    }

    static func fitting(_ width: Int) -> [GraphColumn] {
        var room = width
        return allCases.filter {
            guard $0.width + 1 <= room else { return false }
            room -= $0.width + 1
            return true
        }
    }

    func aligned(_ text: String) -> String {
        self == .type ? " " + text.clipped(to: width - 1).padded(to: width - 1) : text.leftPadded(to: width)
    }

    func text(_ layer: LayerSummary, _ glyphs: Glyphs) -> String {
        switch self {
        case .activations: layer.sizes
        case .learnables: layer.learnables == 0 ? "\(glyphs.dot)" : Numbers.grouped(layer.learnables)
        case .macs: layer.macs.map { $0 == 0 ? "\(glyphs.dot)" : Numbers.compact(Double($0)) } ?? ""
        case .type: layer.type
        }
    }
}
