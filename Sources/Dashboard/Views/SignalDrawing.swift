import Runs
import Screen

/// A signal as a curve, drawn strong where it decided, with its importance as a band of heat below.
public struct SignalDrawing {
    public var values: [Float]
    /// What the lowest and the highest row stand for.
    public var range: ClosedRange<Float>
    public var importance: ImportanceMap
    /// Share of the largest importance from which on a part is drawn strong.
    private static let decisive: Float = 0.4

    public init(_ values: [Float], range: ClosedRange<Float>, importance: ImportanceMap) {
        self.values = values
        self.range = range
        self.importance = importance
    }

    public func grid(_ size: Size, theme: Theme, capabilities: Capabilities) -> Grid {
        var grid = Grid(size)
        let rows = size.height - 1
        guard size.width > 1, rows > 0 else { return grid }
        var canvas = DotCanvas(columns: size.width, rows: rows, tier: capabilities.glyphs)
        var previous: Point?
        for (index, value) in values.enumerated() {
            let share = importance.share(row: 0, of: 1, column: index, of: values.count)
            let x = values.count > 1 ? index * (canvas.width - 1) / (values.count - 1) : 0
            let here = Point(column: x, row: row(of: value, over: canvas.height))
            let isDecisive = share >= Self.decisive
            canvas.line(
                previous ?? here, here, ink: isDecisive ? .validation : .training, layer: isDecisive ? 2 : 1)
            previous = here
        }
        canvas.draw(into: &grid, column: 0, row: 0)
        drawBand(into: &grid, row: rows, theme: theme, capabilities: capabilities)
        return grid
    }

    private func row(of value: Float, over height: Int) -> Int {
        let extent = range.upperBound - range.lowerBound
        guard extent > 0, value.isFinite else { return height - 1 }
        let share = min(1, max(0, (value - range.lowerBound) / extent))
        return Int((1 - share) * Float(height - 1))
    }

    private func drawBand(into grid: inout Grid, row: Int, theme: Theme, capabilities: Capabilities) {
        let hasColors = capabilities.colors >= .palette && capabilities.glyphs != .ascii
        let shades = Glyphs(capabilities.glyphs).shades
        for column in 0..<grid.size.width {
            let share = Double(importance.share(row: 0, of: 1, column: column, of: grid.size.width))
            let color = theme.background.mixed(with: share < 0 ? Heat.against : Heat.decisive, by: abs(share))
            let shade = shades[min(shades.count - 1, Int(max(0, share) * Double(shades.count - 1) + 0.5))]
            grid[column, row] =
                hasColors
                ? Cell("▀", Style(.rgb(red: color.red, green: color.green, blue: color.blue)))
                : Cell(shade, .ink(.validation))
        }
    }
}
