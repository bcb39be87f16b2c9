import Runs
import Screen

/// Iterations in the unit of the horizontal axis, and back.
struct PlotUnits: Sendable {
    let run: RunState
    let axis: PlotAxis

    func position(of iteration: Double) -> Double {
        switch axis {
        case .iteration: iteration
        case .epoch: run.epoch(at: iteration)
        case .time: run.history.elapsed(at: iteration)
        }
    }

    func iteration(at position: Double) -> Double {
        switch axis {
        case .iteration: position
        case .epoch: run.iteration(atEpoch: position)
        case .time: run.history.iteration(atElapsed: position)
        }
    }

    func label(_ position: Double, _ fallback: String) -> String {
        axis == .time ? Numbers.duration(position) : fallback
    }
}

/// Where a plot's parts stand inside its box, and how iterations and values become columns and rows.
struct PlotGeometry: Sendable {
    /// Cells left of the plot for the vertical axis' labels.
    let gutter: Int
    let columns: Int
    let rows: Int
    let hasAxisRow: Bool
    /// In the axis' unit.
    let across: AxisScale
    /// Of the values.
    let upwards: AxisScale
    let units: PlotUnits
    let window: ClosedRange<Double>

    init(
        _ run: RunState, _ settings: PlotSettings, window: ClosedRange<Double>, upwards: AxisScale,
        size: Size, hasAxisRow: Bool
    ) {
        self.window = window
        units = PlotUnits(run: run, axis: settings.axis)
        self.hasAxisRow = hasAxisRow
        rows = max(0, size.height - (hasAxisRow ? 1 : 0))
        gutter = Self.gutter
        columns = max(0, size.width - Self.gutter)
        self.upwards = upwards
        across = AxisScale(
            lower: units.position(of: window.lowerBound), upper: units.position(of: window.upperBound))
    }

    static let gutter = 5

    /// 0 at the left edge of the plot, 1 at its right.
    func fraction(of iteration: Double) -> Double { across.fraction(of: units.position(of: iteration)) ?? 0 }

    /// The plot's column of cells, which may lie outside.
    func column(of iteration: Double) -> Int { place(fraction(of: iteration), columns) }

    func dotColumn(of iteration: Double, in canvas: DotCanvas) -> Int {
        place(fraction(of: iteration), canvas.width)
    }

    func dotRow(of value: Double, in canvas: DotCanvas) -> Int? {
        guard let fraction = upwards.fraction(of: value) else { return nil }
        return canvas.height - 1 - place(min(4, max(-4, fraction)), canvas.height)
    }

    /// The row of cells of a value inside the plot.
    func row(of value: Double) -> Int? {
        guard let fraction = upwards.fraction(of: value), (-0.001...1.001).contains(fraction) else {
            return nil
        }
        // By way of the finest dots, so that a mark stands in the cell that the curve goes through.
        let dots = rows * 4
        return (dots - 1 - min(dots - 1, max(0, place(fraction, dots)))) / 4
    }

    func iteration(atColumn column: Int) -> Double {
        units.iteration(at: across.value(at: (Double(column) + 0.5) / Double(max(1, columns))))
    }

    private func place(_ fraction: Double, _ count: Int) -> Int {
        Int((min(1e6, max(-1e6, fraction)) * Double(max(0, count - 1))).rounded())
    }
}

/// The iteration under a column of the screen; `nil` outside the plot.
func plotIteration(_ state: State, column: Int, in area: Rectangle) -> Double? {
    guard let run = state.run else { return nil }
    let geometry = PlotGeometry(
        run, state.plots, window: state.plotWindow, upwards: AxisScale(lower: 0, upper: 1),
        size: Size(width: area.width - 2, height: area.height - 2), hasAxisRow: true)
    let inner = column - area.column - 1 - geometry.gutter
    guard (0..<geometry.columns).contains(inner) else { return nil }
    return geometry.iteration(atColumn: inner)
}
