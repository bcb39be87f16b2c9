import Runs
import Screen

/// What lies on the axes: curves and marks, from the faintest to the strongest.
extension Plot {
    private enum Layer {
        static let plan: UInt8 = 1
        static let raw: UInt8 = 2
        static let validation: UInt8 = 3
        static let smooth: UInt8 = 4
    }

    func drawCurves(into canvas: inout DotCanvas) {
        let isSmoothed = state.plots.smoothing > 0
        var previous: (raw: Point, smooth: Point)?
        for sample in curve.samples {
            guard let sample, let mean = geometry.dotRow(of: sample.mean, in: canvas),
                let smooth = geometry.dotRow(of: sample.smooth, in: canvas)
            else {
                previous = nil
                continue
            }
            let x = geometry.dotColumn(of: sample.iteration, in: canvas)
            let here = (raw: Point(column: x, row: mean), smooth: Point(column: x, row: smooth))
            let rawInk: Ink = isSmoothed ? .trainingRaw : .training
            if let low = geometry.dotRow(of: sample.low, in: canvas),
                let high = geometry.dotRow(of: sample.high, in: canvas)
            {
                canvas.span(x, from: high, to: low, ink: rawInk, layer: Layer.raw)
            }
            let from = previous ?? here
            // Without colours two curves in one place cannot be told apart: then only the smoothed one is drawn.
            if hasColors || !isSmoothed { canvas.line(from.raw, here.raw, ink: rawInk, layer: Layer.raw) }
            if isSmoothed { canvas.line(from.smooth, here.smooth, ink: .training, layer: Layer.smooth) }
            previous = here
        }
        drawValidationLine(into: &canvas)
    }

    private var hasColors: Bool { state.capabilities.colors > .monochrome }

    private func drawValidationLine(into canvas: inout DotCanvas) {
        guard hasColors else { return }
        var previous: Point?
        for mark in validations {
            guard let row = geometry.dotRow(of: measure.value(mark), in: canvas) else {
                previous = nil
                continue
            }
            let here = Point(column: geometry.dotColumn(of: Double(mark.iteration), in: canvas), row: row)
            if let previous { canvas.line(previous, here, ink: .validation, layer: Layer.validation) }
            previous = here
        }
    }

    /// ◆ where there is room between them, always at the newest; ★ at the best.
    func drawValidations(into grid: inout Grid) {
        var lastColumn = Int.min / 2
        let newest = validations.last
        for mark in validations {
            guard let place = place(of: mark), mark == newest || place.column - lastColumn >= 4 else {
                continue
            }
            lastColumn = place.column
            put(state.glyphs.validation, place, .validation, into: &grid)
        }
        if let best = run.best, validations.contains(best), let place = place(of: best) {
            put(state.glyphs.best, place, .good, into: &grid)
        }
    }

    private func place(of mark: ValidationMark) -> Point? {
        let column = geometry.column(of: Double(mark.iteration))
        guard (0..<geometry.columns).contains(column), let row = geometry.row(of: measure.value(mark)) else {
            return nil
        }
        return Point(column: column, row: row)
    }

    private func put(_ character: Character, _ place: Point, _ ink: Ink, into grid: inout Grid) {
        grid[geometry.gutter + place.column, place.row] = Cell(character, Style(.ink(ink), bold: true))
    }

    /// `▴` on the upper edge where the curve lies above it.
    func drawClipped(into grid: inout Grid) {
        for sample in curve.samples {
            guard let sample, sample.smooth > geometry.upwards.upper else { continue }
            let column = geometry.column(of: sample.iteration)
            guard (0..<geometry.columns).contains(column) else { continue }
            put(state.glyphs.above, Point(column: column, row: 0), .training, into: &grid)
        }
    }

    /// A red column with its reason wherever the measure was NaN or infinite.
    func drawNotFinite(into grid: inout Grid) {
        var labelled = Int.min / 2
        for iteration in curve.notFinite {
            let column = geometry.column(of: iteration)
            guard (0..<geometry.columns).contains(column) else { continue }
            for row in 0..<geometry.rows {
                let isEnd = row == 0 || row == geometry.rows - 1
                put(
                    isEnd ? state.glyphs.notFinite : state.glyphs.epoch, Point(column: column, row: row),
                    .bad, into: &grid)
            }
            guard column - labelled > 6 else { continue }
            labelled = column
            let text = "NaN"
            let start = column + 1 + text.count <= geometry.columns ? column + 1 : column - text.count
            grid.write(text, column: geometry.gutter + start, row: 0, style: Style(.ink(.bad), bold: true))
        }
    }

    // MARK: Planned learning rate

    /// Rates from now on, as far as the window goes, scaled to the middle of the plot.
    private var plannedRates: [(iteration: Double, height: Double, rate: Double)] {
        guard measure.pane == .loss, !run.isOver, let plan = run.plan else { return [] }
        let now = Double(run.iteration)
        let ahead = plan.learningRates.filter {
            Double($0.iteration) >= now || $0.iteration == plan.iteration
        }
        guard let largest = plan.learningRates.map(\.rate).max(), largest > 0 else { return [] }
        return ahead.map { (max(now, Double($0.iteration)), 0.12 + 0.5 * $0.rate / largest, $0.rate) }
            .filter { $0.iteration <= geometry.window.upperBound }
    }

    func drawPlannedRate(into canvas: inout DotCanvas) {
        let rates = plannedRates
        guard let first = rates.first, let last = rates.last else { return }
        let from = geometry.dotColumn(of: first.iteration, in: canvas) + 2
        let end = geometry.dotColumn(
            of: min(geometry.window.upperBound, Double(run.lastIteration ?? run.iteration)), in: canvas)
        guard from < min(end, canvas.width) else { return }
        var index = 0
        for x in max(0, from)...min(end, canvas.width - 1) where (x / 2).isMultiple(of: canvas.dotsAcross) {
            while index + 1 < rates.count, geometry.dotColumn(of: rates[index + 1].iteration, in: canvas) <= x
            {
                index += 1
            }
            let height = index + 1 < rates.count ? rates[index].height : last.height
            canvas.dot(x, Int((1 - height) * Double(canvas.height - 1)), ink: .rate, layer: Layer.plan)
        }
    }

    /// `rate .001` above each level of the plan that is long enough.
    func drawRateLabel(into grid: inout Grid) {
        let rates = plannedRates
        for (index, planned) in rates.enumerated() {
            let isLast = index + 1 == rates.count
            guard index == 0 || rates[index - 1].rate != planned.rate, !isLast || rates.count == 1 else {
                continue
            }
            let end = isLast ? geometry.columns : geometry.column(of: rates[index + 1].iteration)
            let column = geometry.column(of: planned.iteration) + 2
            let text = "rate \(Numbers.rate(planned.rate))"
            let row = Int((1 - planned.height) * Double(geometry.rows - 1)) - 1
            let isFree = (-1...text.count).allSatisfy {
                [" ", state.glyphs.epoch].contains(grid[geometry.gutter + column + $0, row].character)
            }
            guard row > 0, isFree, column + text.count <= min(end, geometry.columns) else { continue }
            grid.write(text, column: geometry.gutter + column, row: row, ink: .rate)
        }
    }

    // MARK: Edits

    /// `▾` on the upper edge with what was changed, as far as the labels do not run into each other.
    func drawEdits(into grid: inout Grid) {
        // In a low box there is no row to spare above the accuracy; the loss shows them.
        guard measure.pane == .loss || geometry.rows >= 6 else { return }
        let visible = run.changes.marks.filter { geometry.window.contains(Double($0.iteration)) }
        var limit = geometry.columns
        for change in visible.reversed() {
            let column = geometry.column(of: Double(change.iteration))
            guard (0..<geometry.columns).contains(column), column < limit else { continue }
            put(state.glyphs.edit, Point(column: column, row: 0), .edit, into: &grid)
            let text = "\(shortTitle(change.key)) \(shortValue(change.to, state.glyphs))"
            if column + 1 + text.cellWidth <= limit {
                grid.write(text, column: geometry.gutter + column + 1, row: 0, ink: .edit)
            } else if text.cellWidth <= column {
                grid.write(text, column: geometry.gutter + column - text.cellWidth, row: 0, ink: .edit)
                limit = column - text.cellWidth - 1
                continue
            }
            limit = column - 1
        }
    }

    private func shortTitle(_ key: String) -> String {
        switch key {
        case "initialLearnRate": "rate"
        case "l2Regularization": "L2"
        case "miniBatchSize": "batch"
        case "maxEpochs": "epochs"
        case "learnRateSchedule": "schedule"
        default: run.title(of: key).clipped(to: 12)
        }
    }

    // MARK: Cursor

    func drawCursor(into grid: inout Grid) {
        guard let cursor = state.plots.cursor else { return }
        let column = geometry.column(of: cursor)
        guard (0..<geometry.columns).contains(column) else { return }
        for row in 0..<geometry.rows {
            let cell = grid[geometry.gutter + column, row]
            let isFree = [" ", state.glyphs.epoch].contains(cell.character)
            grid[geometry.gutter + column, row] = Cell(
                isFree ? state.glyphs.cursor : cell.character, Style(.ink(.focus), bold: true))
        }
    }

    /// Values under the cursor, or the newest ones; each with the mark of its curve.
    func foot() -> [Segment] {
        let place = state.plots.cursor ?? Double(run.iteration)
        var segments: [Segment] = []
        if state.plots.cursor != nil {
            segments.append(Segment("@\(Numbers.grouped(Int(place.rounded())))", .focus, bold: true))
        }
        func show(_ value: Double) -> String {
            measure.pane == .accuracy
                ? Numbers.share(value) : Numbers.fixed(value, decimals: abs(value) < 0.01 ? 5 : 3)
        }
        if let sample = curve.sample(near: place) {
            let isSmoothed = state.plots.smoothing > 0
            segments.append(
                Segment("train \(show(isSmoothed ? sample.smooth : sample.mean))", .training, bold: true))
            if state.plots.cursor != nil && isSmoothed {
                segments.append(Segment("raw \(show(sample.mean))", .trainingRaw))
            }
        }
        if let mark = run.validations.marks.last(where: { Double($0.iteration) <= place }) {
            segments.append(
                Segment("\(state.glyphs.validation) validation \(show(measure.value(mark)))", .validation))
        }
        return segments
    }
}
