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
    let point = curve.index(of: threshold).map { curve.point($0) } ?? curve.nothingCalled
    // A table of the rates beside the curve, or a line below it.
    let tableWidth = 32
    let hasTable = size.width >= tableWidth + 24
    let width = hasTable ? size.width - tableWidth - 2 : size.width
    var content = Grid(size)
    // Twice as wide as high is square on most terminals.
    let side = Size(width: min(width, size.height * 5 / 2 + 4), height: size.height)
    content.draw(
        ROCPlot(curve: curve, operating: point).drawn(state, side),
        column: hasTable ? 0 : (width - side.width) / 2, row: 0)
    if hasTable {
        content.draw(
            ratesTable(rates(curve, point, state), Size(width: tableWidth, height: size.height)),
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

/// Rates at the operating point, and how they come about.
private func ratesTable(_ rows: [Rate], _ size: Size) -> Grid {
    var grid = Grid(size)
    let spacing = size.height >= 2 * rows.count ? 2 : 1
    for (line, rate) in rows.enumerated() where line * spacing < size.height {
        let row = line * spacing
        grid.write(rate.name, column: 0, row: row, ink: .faint)
        grid.write(
            rate.value.leftPadded(to: 6), column: 12, row: row, style: Style(.ink(rate.ink), bold: true))
        grid.write(rate.origin, column: 20, row: row, ink: .faint)
    }
    return grid
}

private struct Rate {
    let name: String
    let value: String
    /// `43 of 50`
    let origin: String
    let ink: Ink
}

private func rates(_ curve: DetectorCurve, _ point: ROCCurve.Point, _ state: State) -> [Rate] {
    let called = point.truePositives + point.falsePositives
    let right = point.truePositives + point.negatives - point.falsePositives
    let recall = point.truePositiveRate
    let f1 = point.precision.map { $0 + recall > 0 ? 2 * $0 * recall / ($0 + recall) : 0 }
    let share = { (value: Double?) in value.map { Numbers.share($0) } ?? "–" }
    let number = { (value: Double) in Numbers.rate(value.rounded(toFigures: 3)) }
    return [
        Rate(
            name: "threshold", value: number(state.threshold),
            origin: state.detector.threshold == nil ? "its own" : "chosen", ink: .focus),
        Rate(
            name: "TPR, recall", value: share(recall),
            origin: "\(point.truePositives) of \(point.positives)", ink: .good),
        Rate(
            name: "FPR", value: share(point.falsePositiveRate),
            origin: "\(point.falsePositives) of \(point.negatives)", ink: .bad),
        Rate(
            name: "precision", value: share(point.precision),
            origin: "\(point.truePositives) of \(called)", ink: .text),
        Rate(name: "F1", value: share(f1), origin: "", ink: .text),
        Rate(
            name: "accuracy", value: share(point.accuracy),
            origin: "\(right) of \(point.positives + point.negatives)", ink: .text),
        Rate(
            name: "best split", value: number(curve.thresholds[curve.mostSeparating]),
            origin: "by TPR - FPR", ink: .faint),
    ]
}
