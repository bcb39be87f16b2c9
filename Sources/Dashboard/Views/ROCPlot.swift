import Runs
import Screen
import Statistics

/// A ROC curve with the operating point of a threshold: how many are found against how many are called in vain.
struct ROCPlot {
    let curve: DetectorCurve
    let operating: ROCCurve.Point

    /// Cells of the labels to the left.
    private static let gutter = 4

    func drawn(_ state: State, _ size: Size) -> Grid {
        var grid = Grid(size)
        let (columns, rows) = (size.width - Self.gutter, size.height - 1)
        guard columns > 2, rows > 1 else { return grid }
        var canvas = DotCanvas(columns: columns, rows: rows, tier: state.capabilities.glyphs)
        drawGuessing(on: &canvas)
        drawCurve(on: &canvas)
        canvas.draw(into: &grid, column: Self.gutter, row: 0)
        for row in 0..<rows where grid[Self.gutter, row].character == " " {
            grid[Self.gutter, row] = Cell(state.glyphs.vertical, .ink(.border))
        }
        drawLabels(into: &grid)
        let dot = place(operating, on: canvas)
        grid[Self.gutter + dot.column / canvas.dotsAcross, dot.row / canvas.dotsDown] = Cell(
            state.glyphs.running, Style(.ink(.selected), bold: true))
        return grid
    }

    private func place(_ point: ROCCurve.Point, on canvas: DotCanvas) -> Point {
        Point(
            column: Int((point.falsePositiveRate * Double(canvas.width - 1)).rounded()),
            row: Int(((1 - point.truePositiveRate) * Double(canvas.height - 1)).rounded()))
    }

    /// What guessing would give, dotted.
    private func drawGuessing(on canvas: inout DotCanvas) {
        let (right, bottom) = (canvas.width - 1, canvas.height - 1)
        for column in stride(from: 0, through: right, by: 3) {
            canvas.dot(column, (right - column) * bottom / max(1, right), ink: .border, layer: 0)
        }
    }

    private func drawCurve(on canvas: inout DotCanvas) {
        var previous = place(curve.nothingCalled, on: canvas)
        for index in curve.thresholds.indices {
            let here = place(curve.point(index), on: canvas)
            canvas.line(previous, here, ink: .validation, layer: 1)
            previous = here
        }
    }

    private func drawLabels(into grid: inout Grid) {
        let (columns, rows) = (grid.size.width - Self.gutter, grid.size.height - 1)
        grid.write("1.0", column: 0, row: 0, ink: .faint)
        grid.write("TPR", column: 0, row: rows / 2, ink: .faint)
        grid.write("0.0", column: 0, row: rows - 1, ink: .faint)
        grid.write("0", column: Self.gutter, row: rows, ink: .faint)
        grid.write("FPR", column: Self.gutter + (columns - 3) / 2, row: rows, ink: .faint)
        grid.write("1", column: grid.size.width - 1, row: rows, ink: .faint)
    }
}

extension DetectorCurve {
    /// Above all scores nothing is called.
    var nothingCalled: ROCCurve.Point {
        ROCCurve.Point(
            threshold: .infinity, truePositives: 0, falsePositives: 0, positives: positives,
            negatives: negatives)
    }
}
