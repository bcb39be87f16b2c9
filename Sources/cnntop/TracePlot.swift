import Dashboard
import Screen
import Terminal

/// A long trace with marks above its peaks, for output that scrolls.
struct TracePlot {
    let text: String

    private static let rows = 8

    init(_ values: [Float], peaks: [Int], output: PlainOutput) {
        let scale = PlotScale(values)
        let width = max(10, output.width - 1 - scale.margin)
        let glyphs = Glyphs(output.capabilities.glyphs)
        var grid = Grid(Size(width: scale.margin + width, height: Self.rows + 2))
        var canvas = DotCanvas(columns: width, rows: Self.rows, tier: output.capabilities.glyphs)
        // Each column of dots spans what its points span, and joins the one before: no peak is lost between two.
        for x in 0..<canvas.width {
            let start = x * values.count / canvas.width
            let end = max(start + 1, (x + 1) * values.count / canvas.width)
            let part = values[max(0, start - 1)..<end]
            let ends = [part.min() ?? 0, part.max() ?? 0].map { scale.row(of: $0, over: canvas.height) }
            canvas.span(x, from: ends[0], to: ends[1], ink: .training, layer: 1)
        }
        canvas.draw(into: &grid, column: scale.margin, row: 1)
        for peak in peaks {
            let column = scale.margin + peak * width / max(1, values.count)
            grid.write(String(glyphs.edit), column: column, row: 0, ink: .validation)
        }
        scale.label(&grid, top: 1, bottom: Self.rows, points: values.count)
        text = grid.text(theme: .dark, colors: output.capabilities.colors)
    }
}

/// The heights of a plot with its two labels, and the first and last point below.
struct PlotScale {
    let low, high: Float
    /// Columns before the plot.
    let margin: Int
    private let labels: [String]

    init(_ values: [Float]) {
        (low, high) = (values.min() ?? 0, values.max() ?? 0)
        labels = [high, low].map { Self.number($0) }
        margin = (labels.map(\.count).max() ?? 0) + 2
    }

    /// Of a value, in rows of dots from the top.
    func row(of value: Float, over height: Int) -> Int {
        guard high > low, value.isFinite else { return height - 1 }
        return Int((1 - (value - low) / (high - low)) * Float(height - 1))
    }

    func label(_ grid: inout Grid, top: Int, bottom: Int, points: Int) {
        for (row, label) in [(top, labels[0]), (bottom, labels[1])] {
            grid.write(label, column: margin - 1 - label.count, row: row, ink: .faint)
        }
        let last = "\(points)"
        grid.write("1", column: margin, row: grid.size.height - 1, ink: .faint)
        grid.write(last, column: grid.size.width - last.count, row: grid.size.height - 1, ink: .faint)
    }

    /// Four digits that count.
    private static func number(_ value: Float) -> String {
        guard value.isFinite, abs(value) < 1e6, value == 0 || abs(value) >= 1e-3 else { return "\(value)" }
        let digits = abs(value) >= 1000 ? 0 : abs(value) >= 100 ? 1 : abs(value) >= 10 ? 2 : 3
        return digits == 0 ? "\(Int(value.rounded()))" : value.rounded(digits: digits)
    }
}
