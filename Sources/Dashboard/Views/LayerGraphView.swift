import Runs
import Screen

/// Every layer with its connections, activations, learnables and operations, scrolling.
func layerGraphView(_ state: State, _ size: Size) -> PaneView {
    var box = Box("layers")
    let layers = state.run?.description?.layers ?? []
    guard !layers.isEmpty else { return PaneView(box, size: size, saying: "no layers yet") }
    let graph = LayerGraph(layers)
    let total = layers.reduce(0) { $0 + $1.learnables }
    box.caption = [
        "\(layers.count) layers · \(Numbers.compact(Double(total))) learnables", "\(layers.count) layers",
    ]
    // Connections and names come first, up to a quarter of the width each.
    let lanes = max(1, min(graph.lanes, size.width / 8))
    let nameStart = 2 * lanes + 1
    let wanted = min(layers.map(\.name.cellWidth).max() ?? 4, size.width / 4) + 1
    let columns = GraphColumn.fitting(size.width - nameStart - wanted)
    let end = columns.reduce(0) { $0 + $1.width + 1 }
    let nameWidth = max(4, size.width - end - nameStart)
    let longest = min(nameWidth, (layers.map(\.name.cellWidth).max() ?? 4) + 1)
    var content = Grid(size)
    var column = nameStart + longest
    content.write("layer", column: nameStart, row: 0, ink: .faint)
    for kind in columns {
        content.write(kind.aligned(kind.head), column: column + 1, row: 0, ink: .faint)
        column += kind.width + 1
    }
    let room = max(0, size.height - 1)
    let first = max(0, min(state.layerOffset, layers.count - room))
    for (offset, index) in layers.indices.dropFirst(first).prefix(room).enumerated() {
        draw(graph.lines[index], lanes: lanes, row: offset + 1, state.glyphs, into: &content)
        let layer = layers[index]
        content.write(
            layer.name.clipped(to: longest, mark: state.glyphs.ellipsis), column: nameStart, row: offset + 1,
            ink: layer.learnables > 0 ? .title : .text)
        var column = nameStart + longest
        for kind in columns {
            content.write(
                kind.aligned(kind.text(layer, state.glyphs)), column: column + 1, row: offset + 1,
                ink: kind == .type ? .faint : .text)
            column += kind.width + 1
        }
    }
    if layers.count > room {
        box.rightFoot = "\(first + 1)–\(min(layers.count, first + room)) of \(layers.count)"
    }
    return PaneView(box, content)
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
