import Runs
import Screen

/// One validation sample, what the network takes it for, and which parts of it decided.
func exampleView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.example.title)
    guard let example = state.run?.example else {
        let isHopeless = state.run?.isOver == true || state.connection == .none
        return PaneView(
            box, size: size, saying: isHopeless ? "only while the run goes on" : "not observed yet")
    }
    let names = ExampleNames(state.run?.description?.classNames ?? [])
    let place = "\(example.sample + 1) of \(Numbers.grouped(example.samples))"
    box.caption = ["\(place) · \(names[example.truth])", place]
    box.foot = verdict(example, names, state.glyphs)
    if state.capabilities.colors > .monochrome {
        box.rightFoot = size.width >= 64 ? "orange spoke for it, blue against" : "orange spoke for it"
    }
    let area = ExampleArea(size, names: example.scores.indices.map { names[$0].cellWidth })
    var content = Grid(size)
    let picture =
        example.height == 1
        ? signalGrid(example, state, area.picture) : pictureGrid(example, state, area.picture)
    content.draw(picture, column: 0, row: 0)
    content.draw(
        scoresGrid(example, names, state.glyphs, area.scores.size), column: area.scores.column,
        row: area.scores.row)
    return PaneView(box, content)
}

private func verdict(_ example: Example, _ names: ExampleNames, _ glyphs: Glyphs) -> [Segment] {
    let isRight = example.prediction == example.truth
    let taken = names[example.prediction]
    return isRight
        ? [Segment("\(glyphs.done) \(taken)", .good, bold: true)]
        : [
            Segment("\(glyphs.failed) \(taken)", .bad, bold: true),
            Segment("it is \(names[example.truth])", .warning),
        ]
}

/// Class names by number; whatever the number.
private struct ExampleNames {
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    subscript(index: Int) -> String { names.indices.contains(index) ? names[index] : "class \(index)" }
}

/// Where the sample and its scores stand: side by side in a wide box, otherwise one above the other.
private struct ExampleArea {
    let picture: Size
    let scores: Rectangle

    /// - Parameter names: the cells that each class' name takes.
    init(_ size: Size, names: [Int]) {
        let classes = names.count
        if size.width >= 36 {
            let whole = min(size.width / 2, (names.max() ?? 0) + 7)
            let width = min(32, max(20, size.width * 9 / 20, whole))
            picture = Size(width: size.width - width - 1, height: size.height)
            scores = Rectangle(column: size.width - width, row: 0, width: width, height: size.height)
        } else {
            let rows = min(classes, max(1, size.height / 3))
            picture = Size(width: size.width, height: max(0, size.height - rows))
            scores = Rectangle(column: 0, row: size.height - rows, width: size.width, height: rows)
        }
    }
}

/// The largest scores as bars; the class it belongs to is always among them, and marked.
private func scoresGrid(_ example: Example, _ names: ExampleNames, _ glyphs: Glyphs, _ size: Size) -> Grid {
    var grid = Grid(size)
    let order = example.scores.indices.sorted { (example.scores[$0], $1) > (example.scores[$1], $0) }
    var shown = Array(order.prefix(size.height))
    if !shown.contains(example.truth), example.scores.indices.contains(example.truth), !shown.isEmpty {
        shown[shown.count - 1] = example.truth
    }
    // Names that are told apart by their ends come before bars; a bar of a few cells says nothing.
    let nameWidth = min(max(6, size.width - 7), shown.map { names[$0].cellWidth }.max() ?? 6)
    let bar = size.width - nameWidth - 8 < 3 ? 0 : size.width - nameWidth - 8
    for (row, index) in shown.enumerated() {
        let isTruth = index == example.truth
        if isTruth { grid.write(String(glyphs.select), column: 0, row: row, ink: .selected) }
        let ink: Ink = isTruth ? .good : index == example.prediction ? .bad : .faint
        let name = names[index].clipped(to: nameWidth, mark: glyphs.ellipsis)
        grid.write(name, column: 2, row: row, style: Style(.ink(isTruth ? .title : .text), bold: isTruth))
        let score = Double(example.scores[index])
        grid.drawBar(score, column: nameWidth + 3, row: row, width: bar, ink: ink, glyphs: glyphs)
        let text = score.isFinite ? Numbers.share(score) : "NaN"
        grid.write(text.leftPadded(to: 4), column: size.width - 4, row: row)
    }
    return grid
}

// MARK: Pictures

/// The picture and, where both have room, beside it the same with the parts that decided in orange (against: blue).
private func pictureGrid(_ example: Example, _ state: State, _ size: Size) -> Grid {
    var grid = Grid(size)
    func scale(_ count: Int) -> Double {
        let width = Double(size.width - 2 * (count - 1)) / Double(count * example.width)
        return min(width, Double(2 * size.height) / Double(example.height))
    }
    let isPair = scale(2) >= 0.55 * scale(1)
    let used = scale(isPair ? 2 : 1)
    let (width, height) = (Int(Double(example.width) * used), Int(Double(example.height) * used))
    guard width > 0, height > 0 else { return grid }
    let count = isPair ? 2 : 1
    let left = max(0, (size.width - count * width - 2 * (count - 1)) / 2)
    let top = max(0, (size.height - (height + 1) / 2) / 2)
    func draw(_ image: PixelImage, column: Int) {
        let fitted = image.reduced(toWidth: width, height: height).stretched(toWidth: width, height: height)
        grid.draw(fitted.cells(state.capabilities), column: column, row: top)
    }
    let picture = pixels(of: example)
    if isPair { draw(picture, column: left) }
    draw(tinted(picture, example.importance), column: left + (isPair ? width + 2 : 0))
    return grid
}

private func pixels(of example: Example) -> PixelImage {
    let area = example.height * example.width
    let values = example.values.bytes
    let pixels = (0..<area).map { position -> RGB in
        guard example.channels >= 3 else { return RGB(values[position], values[position], values[position]) }
        return RGB(values[position], values[area + position], values[2 * area + position])
    }
    return PixelImage(width: example.width, height: example.height, pixels: pixels)
}

private func tinted(_ picture: PixelImage, _ map: ImportanceMap) -> PixelImage {
    var tinted = picture
    for y in 0..<picture.height {
        for x in 0..<picture.width {
            let grey = UInt8(picture[x, y].luminance * 0.6)
            let share = Double(map.share(row: y, of: picture.height, column: x, of: picture.width))
            tinted[x, y] = RGB(grey, grey, grey).mixed(
                with: share < 0 ? Heat.against : Heat.decisive, by: 0.75 * abs(share))
        }
    }
    return tinted
}

enum Heat {
    static let decisive = RGB(0xFFA640)
    static let against = RGB(0x4FA8FF)
}

// MARK: Signals

private func signalGrid(_ example: Example, _ state: State, _ size: Size) -> Grid {
    let values = example.values.bytes.prefix(example.width).map { Float($0) }
    return SignalDrawing(values, range: 0...255, importance: example.importance).grid(
        size, theme: state.theme, capabilities: state.capabilities)
}
