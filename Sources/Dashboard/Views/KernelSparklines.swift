import Runs
import Screen

/// A 1-D kernel as a line through its weights, all input channels averaged, over a faint line at zero.
func kernelSparkline(_ filter: Int, _ images: FilterImages, _ tiles: FilterTiles, _ state: State) -> Grid {
    var grid = Grid(Size(width: tiles.width, height: tiles.rows))
    var canvas = DotCanvas(columns: tiles.width, rows: tiles.rows, tier: state.capabilities.glyphs)
    let weights = images.profile(of: filter)
    let reach = state.filters.isNormalizedEach ? weights.lazy.map(abs).max() ?? 0 : images.reach
    guard weights.allSatisfy(\.isFinite), reach > 0, canvas.height > 1 else { return grid }
    func row(_ weight: Float) -> Int {
        Int((Float(canvas.height - 1) * (1 - weight / reach) / 2).rounded())
    }
    for x in stride(from: 0, to: canvas.width, by: 2) { canvas.dot(x, row(0), ink: .epoch, layer: 1) }
    let last = max(1, weights.count - 1)
    let points = weights.enumerated().map {
        Point(column: $0.offset * (canvas.width - 1) / last, row: row($0.element))
    }
    for (from, to) in zip(points, points.dropFirst()) { canvas.line(from, to, ink: .training, layer: 2) }
    canvas.draw(into: &grid, column: 0, row: 0)
    return grid
}

extension FilterBank {
    /// Whether it looks at signals: then its filters are lines rather than pictures.
    var isOneDimensional: Bool { height == 1 && width > 1 }
}
