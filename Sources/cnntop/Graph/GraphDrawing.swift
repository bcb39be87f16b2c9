import Networks
import Screen
import Screenshots

/// A network as a diagram: a box for each layer with its activations and learnables, inputs above.
struct GraphDrawing {
    private(set) var diagram: Diagram
    private let layout: GraphLayout
    private let boxWidth: Double
    private var branchStep: Double { boxWidth + 34 }
    private var pageStep: Double { Double(layout.branches) * branchStep + 46 }

    private static let boxHeight = 40.0
    private static let step = 62.0
    private static let margin = 34.0
    private static let nameSize = 12
    private static let detailSize = 11

    private enum Ink {
        static let line = RGB(0x64748B)
        static let name = RGB(0x0F172A)
        static let detail = RGB(0x475569)
        static let frame = RGB(0xF8FAFC)
        static let frameLine = RGB(0xCBD5E1)
    }

    init(_ analysis: Analysis) {
        let longest =
            analysis.rows.map { max(Self.words($0).0.count + 8, Self.words($0).1.count) }.max() ?? 20
        boxWidth = min(300, max(150, Double(longest) * Diagram.advance * Double(Self.nameSize) + 18))
        layout = GraphLayout(analysis, proportion: (boxWidth + 34) / Self.step)
        diagram = Diagram(title: analysis.network, width: 0, height: 0)
        diagram.width = Double(layout.pages) * pageStep - 46 + 2 * Self.margin
        diagram.height = Double(layout.lines - 1) * Self.step + Self.boxHeight + 2 * Self.margin + 18
        drawFrames()
        drawLines()
        for index in layout.nodes.indices { draw(index) }
    }

    // MARK: Places

    private func left(_ node: GraphLayout.Node) -> Double { middle(node) - boxWidth / 2 }
    private func middle(_ node: GraphLayout.Node) -> Double {
        let page = Self.margin + Double(node.page) * pageStep + Double(layout.branches) * branchStep / 2
        return page + node.offset * branchStep
    }
    private func top(_ node: GraphLayout.Node) -> Double { Self.margin + 18 + Double(node.line) * Self.step }
    private func bottom(_ node: GraphLayout.Node) -> Double { top(node) + Self.boxHeight }

    // MARK: Boxes

    /// A layer's name without its block, and what it is and gives.
    private static func words(_ row: Analysis.Row) -> (String, String) {
        let name = row.name.split(separator: "/").last.map(String.init) ?? row.name
        let shape = row.activations.map { "\($0)" } ?? "?"
        return (name, "\(row.type) \(shape)")
    }

    private mutating func draw(_ index: Int) {
        let node = layout.nodes[index]
        let (name, detail) = Self.words(node.row)
        let (x, y) = (left(node), top(node))
        let (fill, stroke) = Self.colors(of: node.row)
        diagram.boxes.append(
            Diagram.Box(x: x, y: y, width: boxWidth, height: Self.boxHeight, fill: fill, stroke: stroke))
        let room = Int((boxWidth - 16) / (Diagram.advance * Double(Self.nameSize)))
        let learnables = node.row.learnables > 0 ? Numbers.compact(Double(node.row.learnables)) : ""
        diagram.words.append(
            Diagram.Words(
                name.clipped(to: room - learnables.count - 1), x: x + 8, y: y + 16, size: Self.nameSize,
                isBold: true, ink: Ink.name))
        let width = Double(learnables.count) * Diagram.advance * Double(Self.detailSize)
        diagram.words.append(
            Diagram.Words(
                learnables, x: x + boxWidth - 8 - width, y: y + 16, size: Self.detailSize, ink: Ink.detail))
        diagram.words.append(
            Diagram.Words(
                detail.clipped(to: room + 1), x: x + 8, y: y + 32, size: Self.detailSize, ink: Ink.detail))
    }

    private static func colors(of row: Analysis.Row) -> (RGB, RGB) {
        if row.activations == nil { return (RGB(0xFEE2E2), RGB(0xDC2626)) }
        if row.type.hasSuffix("input") || row.type.hasSuffix("output") {
            return (RGB(0xCCFBF1), RGB(0x0F766E))
        }
        if row.macs > 0 { return (RGB(0xDBEAFE), RGB(0x2563EB)) }
        if row.type.contains("pooling") { return (RGB(0xFEF3C7), RGB(0xD97706)) }
        if row.type.contains("normalization") { return (RGB(0xEDE9FE), RGB(0x7C3AED)) }
        if row.inputs.count > 1 { return (RGB(0xDCFCE7), RGB(0x16A34A)) }
        return (RGB(0xF1F5F9), RGB(0x94A3B8))
    }

    // MARK: Frames

    /// Behind the layers of each block, with its name.
    private mutating func drawFrames() {
        var blocks: [(name: String, page: Int, members: [Int])] = []
        for (index, node) in layout.nodes.enumerated() {
            let parts = node.row.name.split(separator: "/")
            guard parts.count > 1 else { continue }
            let name = parts.dropLast().joined(separator: "/")
            if let last = blocks.lastIndex(where: { $0.name == name && $0.page == node.page }) {
                blocks[last].members.append(index)
            } else {
                blocks.append((name, node.page, [index]))
            }
        }
        for block in blocks {
            let members = block.members.map { layout.nodes[$0] }
            guard let x = members.map(left).min(), let y = members.map(top).min(),
                let right = members.map(left).max().map({ $0 + boxWidth }),
                let end = members.map(bottom).max()
            else { continue }
            diagram.frames.append(
                Diagram.Box(
                    x: x - 9, y: y - 8, width: right - x + 18 + 14, height: end - y + 14, fill: Ink.frame,
                    stroke: Ink.frameLine, radius: 9))
            let room = Int((right - x) / 2 / (Diagram.advance * 9))
            diagram.words.append(
                Diagram.Words(
                    block.name.clipped(to: max(6, room - 3)), x: x - 6, y: y - 13, size: 9, ink: Ink.detail))
        }
    }

    // MARK: Lines

    private mutating func drawLines() {
        let occupied = Set(layout.nodes.map { Cell(page: $0.page, line: $0.line, offset: $0.offset) })
        var tracks: [Track: [ClosedRange<Int>]] = [:]
        for target in layout.nodes {
            for number in target.sources {
                let source = layout.nodes[number]
                let places =
                    source.page == target.page
                    ? route(source, target, occupied, &tracks) : turnPage(source, target, occupied)
                diagram.lines.append(Diagram.Line(places, ink: Ink.line))
            }
        }
    }

    private struct Cell: Hashable {
        var page, line: Int
        var offset: Double
    }

    /// The space to the right of a branch, in which lines go past its layers.
    private struct Track: Hashable {
        var page: Int
        var offset: Double
    }

    private func route(
        _ source: GraphLayout.Node, _ target: GraphLayout.Node, _ occupied: Set<Cell>,
        _ tracks: inout [Track: [ClosedRange<Int>]]
    ) -> [Diagram.Place] {
        let (x1, x2) = (middle(source), middle(target))
        let start = Diagram.Place(x1, bottom(source))
        let end = Diagram.Place(x2, top(target))
        func isFree(_ offset: Double) -> Bool {
            (source.line + 1..<max(source.line + 1, target.line)).allSatisfy {
                !occupied.contains(Cell(page: source.page, line: $0, offset: offset))
            }
        }
        if x1 == x2, isFree(source.offset) { return [start, end] }
        let turns: Double? =
            x1 == x2 ? nil : isFree(source.offset) ? end.y - gap : isFree(target.offset) ? start.y + gap : nil
        if let turns { return [start, Diagram.Place(x1, turns), Diagram.Place(x2, turns), end] }
        return passBy(source, target, &tracks)
    }

    /// Half of what lies between two layers.
    private var gap: Double { (Self.step - Self.boxHeight) / 2 }

    /// Past the layers between, at their right; several lines keep apart.
    private func passBy(
        _ source: GraphLayout.Node, _ target: GraphLayout.Node, _ tracks: inout [Track: [ClosedRange<Int>]]
    ) -> [Diagram.Place] {
        let (x1, x2) = (middle(source), middle(target))
        let track = Track(page: source.page, offset: source.offset)
        let span = source.line...target.line
        let beside = tracks[track, default: []].count {
            $0.overlaps(span) && $0.upperBound > span.lowerBound && $0.lowerBound < span.upperBound
        }
        tracks[track, default: []].append(span)
        let x = x1 + boxWidth / 2 + 9 + 5 * Double(min(beside, 4))
        let (y1, y2) = (top(source) + Self.boxHeight / 2, top(target) + Self.boxHeight / 2)
        let out = [Diagram.Place(x1 + boxWidth / 2, y1), Diagram.Place(x, y1)]
        guard x1 == x2 else {
            let y = top(target) - gap
            return out + [Diagram.Place(x, y), Diagram.Place(x2, y), Diagram.Place(x2, top(target))]
        }
        return out + [Diagram.Place(x, y2), Diagram.Place(x2 + boxWidth / 2, y2)]
    }

    /// From the end of a page up to the beginning of the next, and past its layers to one further below.
    private func turnPage(
        _ source: GraphLayout.Node, _ target: GraphLayout.Node, _ occupied: Set<Cell>
    ) -> [Diagram.Place] {
        let edge =
            Self.margin + Double(source.page) * pageStep + Double(layout.branches) * branchStep + 23
        let (below, above) = (bottom(source) + gap, Self.margin - 6)
        let start = [
            Diagram.Place(middle(source), bottom(source)), Diagram.Place(middle(source), below),
            Diagram.Place(edge, below), Diagram.Place(edge, above),
        ]
        let isFree = (0..<target.line).allSatisfy {
            !occupied.contains(Cell(page: target.page, line: $0, offset: target.offset))
        }
        guard !isFree else {
            return start + [Diagram.Place(middle(target), above), Diagram.Place(middle(target), top(target))]
        }
        let right = middle(target) + boxWidth / 2
        let side = top(target) + Self.boxHeight / 2
        return start + [
            Diagram.Place(right + 9, above), Diagram.Place(right + 9, side), Diagram.Place(right, side),
        ]
    }
}
