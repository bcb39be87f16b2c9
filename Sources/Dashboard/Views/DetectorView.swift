import Runs
import Screen
import Statistics

/// A detector's ROC curve on the validation samples, with the operating point that its threshold means.
func detectorView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.detector.title)
    guard let run = state.run, let curve = run.detector else {
        let classes = state.run?.description?.classNames.count ?? 2
        let why = classes > 2 ? "only for two classes; these are \(classes)" : "no validation yet"
        return PaneView(box, size: size, saying: why)
    }
    let area = curve.area.map { "AUC \(Numbers.share($0))" } ?? "one class is missing"
    let name = run.description?.classNames.last ?? "yes"
    box.caption = ["validation · \(name) · \(area)", area]
    let threshold = state.threshold
    let point = curve.index(of: threshold).map { curve.point($0) } ?? nothing(curve)
    // A table of the rates beside the curve, or a line below it.
    let tableWidth = 32
    let hasTable = size.width >= tableWidth + 24
    let width = hasTable ? size.width - tableWidth - 2 : size.width
    var content = Grid(size)
    // Twice as wide as high is square on most terminals.
    let side = Size(width: min(width, size.height * 5 / 2 + 4), height: size.height)
    content.draw(rocPlot(curve, point, state, side), column: hasTable ? 0 : (width - side.width) / 2, row: 0)
    if hasTable {
        content.draw(
            ratesTable(curve, point, state, Size(width: tableWidth, height: size.height)),
            column: side.width + 2, row: 0)
    }
    box.foot = [
        Segment("at \(Numbers.rate(threshold.rounded(toFigures: 3)))", .focus),
        Segment("TPR \(Numbers.share(point.truePositiveRate))", .good),
        Segment("FPR \(Numbers.share(point.falsePositiveRate))", .bad),
        Segment("prec \(point.precision.map { Numbers.share($0) } ?? "–")"),
    ]
    return PaneView(box, content)
}

/// Above all scores nothing is called.
private func nothing(_ curve: DetectorCurve) -> ROCCurve.Point {
    ROCCurve.Point(
        threshold: .infinity, truePositives: 0, falsePositives: 0, positives: curve.positives,
        negatives: curve.negatives)
}

private func rocPlot(_ curve: DetectorCurve, _ operating: ROCCurve.Point, _ state: State, _ size: Size)
    -> Grid
{
    var grid = Grid(size)
    let (left, rows) = (4, size.height - 1)
    let columns = size.width - left
    guard columns > 2, rows > 1 else { return grid }
    var canvas = DotCanvas(columns: columns, rows: rows, tier: state.capabilities.glyphs)
    func place(_ point: ROCCurve.Point) -> Point {
        Point(
            column: Int((point.falsePositiveRate * Double(canvas.width - 1)).rounded()),
            row: Int(((1 - point.truePositiveRate) * Double(canvas.height - 1)).rounded()))
    }
    // What guessing would give, dotted.
    for column in stride(from: 0, to: canvas.width, by: 3) {
        canvas.dot(
            column, (canvas.width - 1 - column) * (canvas.height - 1) / max(1, canvas.width - 1),
            ink: .border,
            layer: 0)
    }
    var previous = place(nothing(curve))
    for index in curve.thresholds.indices {
        let here = place(curve.point(index))
        canvas.line(previous, here, ink: .validation, layer: 1)
        previous = here
    }
    canvas.draw(into: &grid, column: left, row: 0)
    for row in 0..<rows where grid[left, row].character == " " {
        grid[left, row] = Cell(state.glyphs.vertical, .ink(.border))
    }
    grid.write("1.0", column: 0, row: 0, ink: .faint)
    grid.write("TPR", column: 0, row: rows / 2, ink: .faint)
    grid.write("0.0", column: 0, row: rows - 1, ink: .faint)
    grid.write("0", column: left, row: rows, ink: .faint)
    grid.write("FPR", column: left + (columns - 3) / 2, row: rows, ink: .faint)
    grid.write("1", column: size.width - 1, row: rows, ink: .faint)
    let dot = place(operating)
    grid[left + dot.column / canvas.dotsAcross, dot.row / canvas.dotsDown] = Cell(
        state.glyphs.running, Style(.ink(.selected), bold: true))
    return grid
}

/// Rates at the operating point, and how they come about.
private func ratesTable(_ curve: DetectorCurve, _ point: ROCCurve.Point, _ state: State, _ size: Size) -> Grid
{
    var grid = Grid(size)
    let called = point.truePositives + point.falsePositives
    let recall = point.truePositiveRate
    let f1 = point.precision.map { $0 + recall > 0 ? 2 * $0 * recall / ($0 + recall) : 0 }
    let share = { (value: Double?) in value.map { Numbers.share($0) } ?? "–" }
    let best = curve.thresholds[curve.mostSeparating]
    let isChosen = state.detector.threshold != nil
    let rows: [(String, String, String, Ink)] = [
        (
            "threshold", Numbers.rate(state.threshold.rounded(toFigures: 3)), isChosen ? "chosen" : "its own",
            .focus
        ),
        ("TPR, recall", share(recall), "\(point.truePositives) of \(point.positives)", .good),
        (
            "FPR", share(point.falsePositiveRate), "\(point.falsePositives) of \(point.negatives)", .bad
        ),
        ("precision", share(point.precision), "\(point.truePositives) of \(called)", .text),
        ("F1", share(f1), "", .text),
        (
            "accuracy", share(point.accuracy),
            "\(point.truePositives + point.negatives - point.falsePositives) of \(point.positives + point.negatives)",
            .text
        ),
        ("best split", Numbers.rate(best.rounded(toFigures: 3)), "by TPR - FPR", .faint),
    ]
    let spacing = size.height >= 2 * rows.count ? 2 : 1
    for (line, row) in rows.enumerated() where line * spacing < size.height {
        grid.write(row.0, column: 0, row: line * spacing, ink: .faint)
        grid.write(
            row.1.leftPadded(to: 6), column: 12, row: line * spacing, style: Style(.ink(row.3), bold: true))
        grid.write(row.2, column: 20, row: line * spacing, ink: .faint)
    }
    return grid
}
