import Runs
import Screen

/// The first layer's filters as thumbnails, with their norms; dead ones marked.
func filtersView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.filters.title)
    guard let bank = state.run?.filters, bank.count > 0, bank.width > 0, bank.height > 0 else {
        return PaneView(box, size: size, saying: "no filters observed yet")
    }
    if bank.isMatrix { return matrixView(bank, state, size) }
    let tiles = FilterTiles(bank, size)
    let first =
        min(max(0, state.filters.offset), max(0, bank.count - 1)) / max(1, tiles.capacity) * tiles.capacity
    let images = FilterImages(bank, state.filters)
    var content = Grid(size)
    for index in first..<min(bank.count, first + tiles.capacity) {
        let place = tiles.place(of: index - first)
        content.draw(thumbnail(index, images, tiles, state), column: place.column, row: place.row)
        drawFilterLabel(images, index, tiles, place, state.glyphs, into: &content)
    }
    box.caption = filterCaption(bank)
    if tiles.capacity < bank.count {
        box.foot = [
            Segment("\(first + 1)–\(min(bank.count, first + tiles.capacity)) of \(bank.count)", .faint)
        ]
    }
    box.rightFoot = rangeText(state)
    return PaneView(box, content)
}

/// Weights of a layer whose units see single numbers: as one picture, since squares of one pixel say nothing.
private func matrixView(_ bank: FilterBank, _ state: State, _ size: Size) -> PaneView {
    var box = Box("weights")
    let shape = "\(bank.count) units × \(Numbers.grouped(bank.channels)) inputs"
    box.caption = [
        "\(bank.layer) · \(shape) · epoch \(bank.epoch)", "\(bank.layer) · \(shape)", shape,
    ]
    box.foot = [Segment("a row for each unit, a column for each input", .faint)]
    box.rightFoot = rangeText(state)
    let image = FilterImages(bank, state.filters).matrix
    let picture = image.reduced(toWidth: size.width, height: 2 * size.height)
        .stretched(toWidth: size.width, height: 2 * size.height).cells(state.capabilities)
    return PaneView(box, picture)
}

private func rangeText(_ state: State) -> String {
    state.filters.isNormalizedEach ? "each to its range" : "one range for all"
}

extension FilterBank {
    fileprivate var isMatrix: Bool { height == 1 && width == 1 && channels > 1 }
}

private func thumbnail(_ index: Int, _ images: FilterImages, _ tiles: FilterTiles, _ state: State) -> Grid {
    if images.bank.isOneDimensional { return kernelSparkline(index, images, tiles, state) }
    return images.image(of: index).reduced(toWidth: tiles.width, height: tiles.pixels)
        .stretched(toWidth: tiles.width, height: tiles.pixels).cells(state.capabilities)
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
