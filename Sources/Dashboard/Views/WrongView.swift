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
    let kept = wrong.groups.reduce(0) { $0 + $1.samples.count }
    guard count > 0 else {
        return PaneView(box, size: size, saying: "none of the \(wrong.part.rawValue) samples is wrong")
    }
    let (part, network) = (wrong.part.rawValue, state.run?.network(after: wrong.iteration) ?? "")
    box.caption = [
        "\(part) · \(Numbers.grouped(count)) wrong · \(network)", "\(part) · \(Numbers.grouped(count)) wrong",
        part,
    ]
    if kept < count { box.foot = [Segment("the \(kept) worst; `cnntop evaluate` lists more", .faint)] }
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
    let words = WrongWords(state, group)
    let tiles = WrongTiles(group, words, Size(width: size.width, height: size.height - 1))
    let shown = group.samples.dropFirst(first).prefix(tiles.capacity)
    let heading = "\(group.title) (\(Numbers.grouped(group.count)))"
    grid.write(heading.clipped(to: size.width), column: 0, row: 0, style: Style(.ink(.warning), bold: true))
    let range = "\(first + 1)–\(first + shown.count) of \(Numbers.grouped(group.count))"
    if shown.count < group.count, heading.cellWidth + range.cellWidth + 1 <= size.width {
        grid.write(range, column: size.width - range.cellWidth, row: 0, ink: .faint)
    }
    for (offset, sample) in shown.enumerated() {
        let column = offset % tiles.columns * (tiles.width + 2)
        let row = 1 + offset / tiles.columns * tiles.pitch
        let picture = thumbnail(of: sample, state, Size(width: tiles.width, height: tiles.rows))
        grid.draw(picture, column: column, row: row)
        for (line, wordings) in words.lines(of: sample).prefix(tiles.lines).enumerated() {
            let text = wordings.first { $0.cellWidth <= tiles.width } ?? wordings.last ?? ""
            grid.write(
                text.clipped(to: tiles.width, mark: state.glyphs.ellipsis), column: column,
                row: row + tiles.rows + line, ink: line == 0 ? .text : .faint)
        }
    }
    return grid
}

/// Tiles of one size: as large as lets all samples be seen, or as many as a small size allows.
private struct WrongTiles {
    /// Cells of the picture, and lines of words below it.
    let width: Int
    let rows: Int
    let lines: Int
    let columns: Int
    /// From one row of tiles to the next.
    let pitch: Int
    let capacity: Int

    init(_ group: WrongSamples.Group, _ words: WrongWords, _ size: Size) {
        let sizes = group.samples.first.map { (height: $0.height, width: $0.width) } ?? (height: 0, width: 0)
        let lines = max(1, min(words.lineCount, size.height - 3))
        let (least, most) = sizes.height > 1 ? (6, 16) : sizes.width > 1 ? (3, 8) : (0, 0)
        func tiles(_ rows: Int) -> (width: Int, columns: Int, lines: Int) {
            let drawn =
                sizes.height > 1
                ? 2 * rows * sizes.width / sizes.height : sizes.width > 1 ? 5 * rows : words.longest
            let width = max(1, min(max(14, drawn), size.width))
            return (width, max(1, (size.width + 2) / (width + 2)), size.height / max(1, rows + lines))
        }
        let fitting = stride(from: most, through: least, by: -1).first {
            tiles($0).columns * tiles($0).lines >= group.samples.count
        }
        rows = max(0, min(fitting ?? least, size.height - lines))
        let chosen = tiles(rows)
        (width, columns) = (chosen.width, chosen.columns)
        self.lines = lines
        let down = max(1, chosen.lines)
        capacity = columns * down
        // Rows to spare go between the tiles.
        let used = max(1, min(down, (group.samples.count + columns - 1) / columns))
        pitch = rows + lines + min(1, max(0, (size.height - used * (rows + lines)) / used))
    }
}

/// What is said of a wrong sample: of one among many classes what it is taken for and what it is; of a detector's,
/// whose heading says that, the score and where it comes from.
private struct WrongWords {
    private let names: [String]
    private let isDetector: Bool
    private let hasFiles: Bool
    /// Without pictures each has one line for all.
    private let isOneLine: Bool
    private(set) var longest = 0
    var lineCount: Int { isOneLine || isDetector ? 1 : hasFiles ? 3 : 2 }

    init(_ state: State, _ group: WrongSamples.Group) {
        names = state.run?.description?.classNames ?? []
        isDetector = state.run?.isDetector == true
        hasFiles = group.samples.contains { $0.file != nil }
        isOneLine = group.samples.first.map { $0.width <= 1 } ?? true
        longest = group.samples.flatMap { lines(of: $0) }.compactMap { $0.first?.cellWidth }.max() ?? 0
    }

    /// Line by line, each in wordings from long to short.
    func lines(of sample: WrongSamples.Sample) -> [[String]] {
        let score = Numbers.share(Double(sample.score))
        let file = sample.file?.split(separator: "/").last.map(String.init)
        if isDetector { return [["\(score) \(file ?? "sample \(sample.sample)")"]] }
        let (taken, truth) = (name(sample.prediction), name(sample.truth))
        if isOneLine {
            let place = file ?? "sample \(sample.sample)"
            return [["\(score) \(place): taken for \(taken), is \(truth)"]]
        }
        return [
            ["taken for \(taken) \(score)", "\(score) \(taken)"], ["is \(truth)"], file.map { [$0] } ?? [],
        ]
    }

    private func name(_ index: Int) -> String {
        names.indices.contains(index) ? names[index] : "class \(index)"
    }
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
