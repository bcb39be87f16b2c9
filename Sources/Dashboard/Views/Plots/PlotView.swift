import Runs
import Screen

/// Loss or accuracy over the run: raw faint, smoothed strong, validations, epochs, edits, what is not finite, the best
/// epoch, the learning rate planned ahead, and a cursor with values.
func plotView(_ state: State, _ pane: Pane, _ size: Size) -> PaneView {
    var box = Box(pane.title, notes: plotNotes(state, pane, width: size.width))
    guard let run = state.run, let latest = run.latest else {
        return PaneView(box, size: size, saying: emptyPlotText(state))
    }
    if pane == .loss, latest.loss == nil {
        return PaneView(box, size: size, saying: "trained without a loss; the accuracy is below")
    }
    let plot = Plot(run, state, pane, size)
    box.foot = plot.foot()
    return PaneView(box, plot.drawn())
}

private func emptyPlotText(_ state: State) -> String {
    guard let run = state.run, run.description != nil else { return "waiting for the run" }
    return run.activity == .preparing ? "preparing the data" : "waiting for the first iteration"
}

private func plotNotes(_ state: State, _ pane: Pane, width: Int) -> [String] {
    let smoothing = state.plots.smoothing == 0 ? "raw" : "smooth \(Numbers.rate(state.plots.smoothing))"
    let axis = state.plots.axis.rawValue
    guard pane == .loss else {
        // What the border has left beside the title.
        let best = state.run.flatMap { bestText($0, state.glyphs, width: width - 15) }
        let patience = state.run.flatMap { patienceText($0) }
        return [best, patience, axis].compactMap { $0 }
    }
    let scale = state.plots.isLogarithmic ? "log" : ""
    return [scale, state.plots.window == nil ? "" : "zoomed", axis, smoothing].filter { !$0.isEmpty }
}

/// `★ lowest loss: .896 @5`: why it is the best, its accuracy and epoch.
private func bestText(_ run: RunState, _ glyphs: Glyphs, width: Int) -> String? {
    guard let best = run.best else { return nil }
    let accuracy = Numbers.share(Double(best.accuracy))
    if run.isMachine { return "\(glyphs.best)\(accuracy)" }
    let (long, short) = (run.bestBy.words, run.bestBy == .loss ? "min loss" : "best")
    let texts = [long, short].map { "\(glyphs.best)\($0): \(accuracy) @\(best.epoch)" }
    return texts.first { $0.cellWidth <= width } ?? texts[1]
}

/// Everything one plot needs, computed once.
struct Plot {
    let run: RunState
    let state: State
    let measure: Measure
    let curve: Curve
    let validations: [ValidationMark]
    let geometry: PlotGeometry
    let size: Size

    init(_ run: RunState, _ state: State, _ pane: Pane, _ size: Size) {
        self.run = run
        self.state = state
        self.size = size
        let measure = Measure(pane: pane)
        self.measure = measure
        let window = state.plotWindow
        curve = Curve(
            run.history, measure, window: window, dots: max(1, size.width * 2),
            smoothing: state.plots.smoothing)
        validations = run.validations.marks.filter {
            measure.has($0) && window.contains(Double($0.iteration))
        }
        let isLogarithmic = pane == .loss && state.plots.isLogarithmic
        let scale = Self.scale(
            curve, validations.map(measure.value), isLogarithmic, pane, isWhole: state.plots.window == nil)
        geometry = PlotGeometry(
            run, state.plots, window: window, upwards: scale, size: size,
            hasAxisRow: Self.hasAxisRow(state, pane, size))
    }

    /// In a low box the loss leaves the axis to the accuracy right below it.
    static func hasAxisRow(_ state: State, _ pane: Pane, _ size: Size) -> Bool {
        size.height >= 4 && (pane == .accuracy || size.height >= 7 || state.isMaximized)
    }

    private static func scale(
        _ curve: Curve, _ marks: [Double], _ isLogarithmic: Bool, _ pane: Pane, isWhole: Bool
    ) -> AxisScale {
        let range = curve.range(
            isLogarithmic: isLogarithmic, isClipped: pane == .loss && isWhole)
        let finite = marks.filter { $0.isFinite && (!isLogarithmic || $0 > 0) }
        let low = min(range?.lowerBound ?? .infinity, finite.min() ?? .infinity)
        let high = max(
            range?.upperBound ?? -.infinity, min(finite.max() ?? -.infinity, (range?.upperBound ?? 1) * 2))
        guard low.isFinite, high.isFinite else { return AxisScale(lower: 0, upper: 1) }
        if isLogarithmic { return AxisScale(lower: low, upper: high, isLogarithmic: true) }
        let margin = (high - low) * 0.04
        if pane == .accuracy { return AxisScale(lower: max(0, low - margin), upper: min(1, high + margin)) }
        // Losses are read against zero, unless only a narrow band far above it is in view.
        return AxisScale(lower: low < high * 0.5 ? 0 : low - margin, upper: high + margin)
    }

    func drawn() -> Grid {
        var grid = Grid(size)
        guard geometry.columns > 1, geometry.rows > 0 else { return grid }
        drawVerticalAxis(into: &grid)
        drawEpochs(into: &grid)
        drawHorizontalAxis(into: &grid)
        var canvas = DotCanvas(
            columns: geometry.columns, rows: geometry.rows, tier: state.capabilities.glyphs)
        drawPlannedRate(into: &canvas)
        drawCurves(into: &canvas)
        canvas.draw(into: &grid, column: geometry.gutter, row: 0)
        drawClipped(into: &grid)
        drawNotFinite(into: &grid)
        drawValidations(into: &grid)
        drawRateLabel(into: &grid)
        drawEdits(into: &grid)
        drawCursor(into: &grid)
        shadeEpochs(into: &grid)
        return grid
    }

    // MARK: Axes

    private func drawVerticalAxis(into grid: inout Grid) {
        let ticks = geometry.upwards.ticks(atMost: max(2, geometry.rows / 2 + 1))
        var lastRow = Int.max
        for (tick, label) in zip(ticks, Numbers.labels(for: ticks)) {
            guard let row = geometry.row(of: tick), lastRow == .max || lastRow - row >= 1 else { continue }
            let text = fitted(label, of: tick, to: geometry.gutter - 1)
            grid.write(text.leftPadded(to: geometry.gutter - 1), column: 0, row: row, ink: .faint)
            lastRow = row
        }
    }

    private func drawHorizontalAxis(into grid: inout Grid) {
        guard geometry.hasAxisRow else { return }
        let row = geometry.rows
        let unit = state.plots.axis == .time ? "time" : state.plots.axis.rawValue
        let ticks = geometry.across.ticks(atMost: max(2, geometry.columns / 9))
        let labels = Numbers.labels(for: ticks)
        var free = geometry.gutter - 2
        let end = size.width - unit.count - 1
        for (tick, text) in zip(ticks, labels) {
            let label = geometry.units.label(tick, text)
            let fraction = geometry.across.fraction(of: tick) ?? 0
            let center = geometry.gutter + Int((fraction * Double(geometry.columns - 1)).rounded())
            let start = max(geometry.gutter, center - label.cellWidth / 2)
            guard start > free, start + label.cellWidth < end else { continue }
            grid.write(label, column: start, row: row, ink: .faint)
            free = start + label.cellWidth
        }
        if end > free { grid.write(unit, column: end + 1, row: row, ink: .faint) }
    }

    /// A dotted line at the ends of epochs.
    private func drawEpochs(into grid: inout Grid) {
        for end in epochEnds {
            let column = geometry.column(of: Double(end.iteration))
            guard (0..<geometry.columns).contains(column) else { continue }
            for row in 0..<geometry.rows {
                grid[geometry.gutter + column, row] = Cell(state.glyphs.epoch, .ink(.epoch))
            }
        }
    }

    /// A shade behind every second epoch, where the terminal has colours as near to each other as that.
    private func shadeEpochs(into grid: inout Grid) {
        guard state.capabilities.colors >= .palette else { return }
        let edges = epochEnds.map { geometry.column(of: Double($0.iteration)) } + [geometry.columns - 1]
        for (index, (left, right)) in zip(edges, edges.dropFirst()).enumerated() where index.isMultiple(of: 2)
        {
            let (first, last) = (max(0, left + 1), min(geometry.columns - 1, right))
            guard first <= last else { continue }
            let area = Rectangle(
                column: geometry.gutter + first, row: 0, width: last - first + 1, height: geometry.rows)
            grid.restyle(area) { if $0.background == .none { $0.background = .ink(.band) } }
        }
    }

    /// The ends of epochs, as many as keep a few columns between them.
    private var epochEnds: [EpochMark] {
        let ends = run.epochEnds.marks
        guard let last = ends.last else { return [] }
        let perEpoch = Double(last.iteration) / Double(max(1, last.epoch))
        let span = geometry.window.upperBound - geometry.window.lowerBound
        let columnsPerEpoch = perEpoch / max(span, 1) * Double(geometry.columns)
        let step =
            [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].first { Double($0) * columnsPerEpoch >= 5 } ?? 5000
        return ends.filter { $0.epoch.isMultiple(of: step) }
    }
}

/// A label that is too long for its place loses its leading zero, then figures: `0.0046`, `.005`.
private func fitted(_ label: String, of tick: Double, to width: Int) -> String {
    guard label.cellWidth > width else { return label }
    let short = label.hasPrefix("0.") ? String(label.dropFirst()) : label
    return short.cellWidth <= width ? short : Numbers.unpadded(tick, decimals: max(0, width - 1))
}
