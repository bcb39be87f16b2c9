import Runs
import Screen

/// The samples that a run is wrong about and surest of it, as thumbnails.
func wrongView(_ state: State, _ size: Size) -> PaneView {
    var box = Box("most wrong")
    guard let wrong = state.run?.wrong else {
        let isHopeless = state.run?.isOver == true || state.connection == .none
        return PaneView(
            box, size: size,
            saying: isHopeless
                ? "`cnntop evaluate RUN --most-wrong 20` lists them" : "after the next validation")
    }
    let count = wrong.groups.reduce(0) { $0 + $1.count }
    guard count > 0 else {
        return PaneView(box, size: size, saying: "none of the \(wrong.part.rawValue) samples is wrong")
    }
    box.caption = ["\(wrong.part.rawValue) · \(Numbers.grouped(count)) wrong", wrong.part.rawValue]
    let groups = wrong.groups.filter { !$0.samples.isEmpty }
    var content = Grid(size)
    let height = size.height / max(1, groups.count)
    for (place, group) in groups.enumerated() {
        let rows = place == groups.count - 1 ? size.height - place * height : height
        let area = Size(width: size.width, height: rows)
        content.draw(wrongGroup(group, state, area), column: 0, row: place * height)
    }
    return PaneView(box, content)
}

/// A heading, and as many tiles as there is room for.
private func wrongGroup(_ group: WrongSamples.Group, _ state: State, _ size: Size) -> Grid {
    var grid = Grid(size)
    let first = min(state.examples.offset, max(0, group.samples.count - 1))
    let tiles = WrongTiles(group.samples[first], Size(width: size.width, height: size.height - 1))
    let shown = group.samples.dropFirst(first).prefix(tiles.capacity)
    let heading = "\(group.title) (\(Numbers.grouped(group.count)))"
    grid.write(heading.clipped(to: size.width), column: 0, row: 0, style: Style(.ink(.warning), bold: true))
    let range = "\(first + 1)–\(first + shown.count)"
    if shown.count < group.samples.count, heading.cellWidth + range.cellWidth + 1 <= size.width {
        grid.write(range, column: size.width - range.cellWidth, row: 0, ink: .faint)
    }
    for (offset, sample) in shown.enumerated() {
        let column = offset % tiles.columns * (tiles.width + 2)
        let row = 1 + offset / tiles.columns * (tiles.rows + 1)
        grid.draw(
            thumbnail(of: sample, state, Size(width: tiles.width, height: tiles.rows)), column: column,
            row: row)
        grid.write(
            caption(of: sample, state, isDetector: state.run?.isDetector == true).clipped(
                to: tiles.width, mark: state.glyphs.ellipsis), column: column, row: row + tiles.rows,
            ink: .faint)
    }
    return grid
}

/// Tiles of one size: as high as the room allows, up to what a miniature fills, each with a line of words.
private struct WrongTiles {
    let width: Int
    let rows: Int
    let columns: Int
    let lines: Int
    var capacity: Int { max(1, columns * lines) }

    init(_ sample: WrongSamples.Sample, _ size: Size) {
        let isPicture = sample.height > 1
        let most = isPicture ? 8 : sample.width > 1 ? 4 : 0
        rows = max(0, min(most, size.height - 1))
        let proportional = isPicture ? 2 * rows * sample.width / max(1, sample.height) : 20
        width = max(14, min(max(14, size.width), proportional))
        columns = max(1, (size.width + 2) / (width + 2))
        lines = max(1, size.height / (rows + 1))
    }
}

/// `.98 coat, is shirt`, and for a detector the score and where it comes from.
private func caption(of sample: WrongSamples.Sample, _ state: State, isDetector: Bool) -> String {
    let names = state.run?.description?.classNames ?? []
    func name(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "class \(index)" }
    let score = Numbers.rate(Double(sample.score).rounded(toFigures: 3))
    if let file = sample.file { return "\(score) \(file.split(separator: "/").last ?? "")" }
    return isDetector
        ? "\(score) #\(sample.sample)" : "\(score) \(name(sample.prediction)), is \(name(sample.truth))"
}

private func thumbnail(of sample: WrongSamples.Sample, _ state: State, _ size: Size) -> Grid {
    var grid = Grid(size)
    guard size.height > 0, sample.width > 1 else { return grid }
    guard sample.height > 1 else {
        drawSignal(sample, state, into: &grid)
        return grid
    }
    let scale = min(
        Double(size.width) / Double(sample.width), Double(2 * size.height) / Double(sample.height))
    let (width, height) = (Int(Double(sample.width) * scale), Int(Double(sample.height) * scale))
    guard width > 0, height > 0 else { return grid }
    let area = sample.height * sample.width
    let values = sample.values.bytes
    let pixels = (0..<area).map { place in
        sample.channels >= 3
            ? RGB(values[place], values[area + place], values[2 * area + place])
            : RGB(values[place], values[place], values[place])
    }
    let image = PixelImage(width: sample.width, height: sample.height, pixels: pixels)
    let fitted = image.reduced(toWidth: width, height: height).stretched(toWidth: width, height: height)
    grid.draw(fitted.cells(state.capabilities), column: 0, row: 0)
    return grid
}

private func drawSignal(_ sample: WrongSamples.Sample, _ state: State, into grid: inout Grid) {
    var canvas = DotCanvas(columns: grid.size.width, rows: grid.size.height, tier: state.capabilities.glyphs)
    var previous: Point?
    for (index, value) in sample.values.bytes.prefix(sample.width).enumerated() {
        let here = Point(
            column: index * (canvas.width - 1) / (sample.width - 1),
            row: (255 - Int(value)) * (canvas.height - 1) / 255)
        canvas.line(previous ?? here, here, ink: .training, layer: 1)
        previous = here
    }
    canvas.draw(into: &grid, column: 0, row: 0)
}
