import Runs
import Screen

/// The confusion matrix of the newest validation, with each class' recall and, where there is room, precision.
func confusionView(_ state: State, _ size: Size) -> PaneView {
    var box = Box(Pane.confusion.title)
    guard let record = state.run?.validation, record.confusion.classes > 0 else {
        return PaneView(box, size: size, saying: "no validation yet")
    }
    let table = ConfusionTable(record.confusion, names: state.run?.description?.classNames ?? [], state, size)
    let what = state.confusion.showsCounts ? "counts" : "% of row"
    let network = state.run?.network(after: record.iteration) ?? ""
    box.caption = [
        "validation · \(what) · \(network)", "validation · \(what) · epoch \(record.epoch)",
        "validation · \(what)", what,
    ]
    box.foot = table.foot()
    let isScrolling = table.shownRows < table.classes || table.shownColumns < table.classes
    if isScrolling {
        box.rightFoot = "\(table.firstRow + 1)–\(table.firstRow + table.shownRows) of \(table.classes)"
    }
    return PaneView(box, table.drawn())
}

/// Where the parts of the matrix stand and what is in view.
struct ConfusionTable {
    let matrix: ConfusionMatrix
    let state: State
    let size: Size
    let names: [String]
    var classes: Int { matrix.classes }

    /// Cells of the row labels, of one matrix cell and of the columns behind them.
    let labelWidth: Int
    let cellWidth: Int
    let measures: [ClassMeasure]
    let listWidth: Int
    let shownRows: Int
    let shownColumns: Int
    let firstRow: Int
    let firstColumn: Int
    let hasPrecisionRow: Bool
    /// Screen rows of one class: more than one where the box is high.
    let rowHeight: Int

    init(_ matrix: ConfusionMatrix, names given: [String], _ state: State, _ size: Size) {
        self.matrix = matrix
        self.state = state
        self.size = size
        names = (0..<matrix.classes).map { given.indices.contains($0) ? given[$0] : "class \($0)" }
        let most = size.width >= 90 ? 20 : 14
        let longest = min(most, names.map(\.cellWidth).max() ?? 5)
        let digits = state.confusion.showsCounts ? String(matrix.counts.max() ?? 0).count : 3
        let smallest = max(3, digits + (state.confusion.showsCounts ? 1 : 0))

        // Whole names come before the columns behind them.
        let wanted = [longest + 1, 6].map {
            ClassMeasure.fitting(size.width - $0 - smallest * matrix.classes)
        }
        measures = wanted.first { !$0.isEmpty } ?? [.recall]
        let behind = measures.reduce(0) { $0 + $1.width }
        let spare = size.width - behind - smallest * matrix.classes
        labelWidth = max(5, min(longest, spare - 1))
        let free = size.width - behind - labelWidth - 1
        let comfortable = min(7, max(smallest, free / max(1, matrix.classes)))
        let leftover = free - comfortable * matrix.classes
        // Where a list of the worst mix-ups has room beside them, the cells stay narrow.
        listWidth = leftover >= 30 ? min(44, leftover - 2) : 0
        cellWidth = comfortable
        shownColumns = max(1, min(matrix.classes, free / max(1, comfortable)))
        hasPrecisionRow = size.height >= min(matrix.classes, 10) + 2
        rowHeight = max(1, min(3, (size.height - 2) / max(1, matrix.classes)))
        shownRows = max(0, min(matrix.classes, size.height - 1 - (hasPrecisionRow ? 1 : 0)))
        func start(_ selected: Int, _ shown: Int) -> Int {
            max(0, min(selected - shown / 2, matrix.classes - shown))
        }
        firstRow = start(state.confusion.row, shownRows)
        firstColumn = start(state.confusion.column, shownColumns)
    }

    private var rows: Range<Int> { firstRow..<firstRow + shownRows }
    private var columns: Range<Int> { firstColumn..<firstColumn + shownColumns }
    private var matrixStart: Int { labelWidth + 1 }
    private var measureStart: Int { matrixStart + shownColumns * cellWidth }
    private var isFocused: Bool { state.focus == .confusion }

    func drawn() -> Grid {
        var grid = Grid(size)
        drawHeads(into: &grid)
        let labels = Abbreviations.distinct(names, width: labelWidth)
        for (line, truth) in rows.enumerated() {
            let top = 1 + line * rowHeight
            let middle = top + (rowHeight - 1) / 2
            let isSelected = isFocused && truth == state.confusion.row
            let style = Style(.ink(isSelected ? .selected : .text), bold: isSelected)
            grid.write(labels[truth].padded(to: labelWidth), column: 0, row: middle, style: style)
            for (offset, prediction) in columns.enumerated() {
                drawCell(
                    truth, prediction, column: matrixStart + offset * cellWidth, rows: top..<top + rowHeight,
                    into: &grid)
            }
            drawMeasures(of: truth, row: middle, into: &grid)
        }
        if hasPrecisionRow, !measures.contains(.precision) {
            drawPrecision(row: shownRows * rowHeight + 1, into: &grid)
        }
        drawWorst(into: &grid)
        return grid
    }

    private func drawHeads(into grid: inout Grid) {
        let heads = Abbreviations.distinct(names, width: cellWidth - 1)
        for (offset, prediction) in columns.enumerated() {
            let isSelected = isFocused && prediction == state.confusion.column
            let style = Style(.ink(isSelected ? .selected : .faint), bold: isSelected)
            grid.write(
                heads[prediction].leftPadded(to: cellWidth), column: matrixStart + offset * cellWidth, row: 0,
                style: style)
        }
        var column = measureStart
        for measure in measures {
            grid.write(measure.head.leftPadded(to: measure.width), column: column, row: 0, ink: .title)
            column += measure.width
        }
    }

    private func drawCell(
        _ truth: Int, _ prediction: Int, column: Int, rows: Range<Int>, into grid: inout Grid
    ) {
        let count = matrix[truth, prediction]
        let support = matrix.support(of: truth)
        let share = support == 0 ? 0 : Double(count) / Double(support)
        let rounded = Int((share * 100).rounded())
        let isShown = state.confusion.showsCounts ? count > 0 : rounded > 0
        let text = isShown ? (state.confusion.showsCounts ? "\(count)" : "\(rounded)") : "\(state.glyphs.dot)"
        let isRight = truth == prediction
        var style = shade(share, isRight: isRight)
        if !isShown { style.foreground = .ink(.faint) }
        if isFocused, truth == state.confusion.row, prediction == state.confusion.column {
            style = Style(.ink(.selected), bold: true, reversed: true)
        }
        // 100 in a cell of three takes the blank that keeps two-digit cells apart.
        let label = text.leftPadded(to: max(text.count, cellWidth - 1)).padded(to: cellWidth)
        let blank = String(repeating: " ", count: cellWidth)
        let middle = rows.lowerBound + (rows.count - 1) / 2
        for row in rows {
            grid.write(row == middle ? label : blank, column: column, row: row, style: style)
        }
    }

    /// Right ones towards green, wrong ones towards red, both stronger the larger their share of the row.
    private func shade(_ share: Double, isRight: Bool) -> Style {
        let ink: Ink = isRight ? .good : .bad
        let isNotable = isRight || share >= 0.05
        guard state.capabilities.colors >= .palette else {
            return Style(
                .ink(share > 0 && isNotable ? ink : .text), bold: isRight, underlined: !isRight && isNotable)
        }
        guard share >= 0.005 else { return Style(.ink(.faint)) }
        let strength = isRight ? 0.08 + 0.5 * share * share : 0.1 + 0.75 * share.squareRoot()
        let back = state.theme.background.mixed(with: state.theme.rgb(ink), by: min(0.85, strength))
        let front = contrasting(with: back, state.theme)
        return Style(
            .rgb(red: front.red, green: front.green, blue: front.blue),
            on: .rgb(red: back.red, green: back.green, blue: back.blue), bold: isNotable)
    }

    private func contrasting(with back: RGB, _ theme: Theme) -> RGB {
        let (a, b) = (theme.rgb(.title), theme.background)
        return abs(a.luminance - back.luminance) >= abs(b.luminance - back.luminance) ? a : b
    }

    private func drawMeasures(of label: Int, row: Int, into grid: inout Grid) {
        var column = measureStart
        for measure in measures {
            let (text, value) = measure.text(matrix, label)
            let ink: Ink = value.map { $0 >= 0.9 ? .good : $0 >= 0.7 ? .warning : .bad } ?? .faint
            grid.write(text.leftPadded(to: measure.width), column: column, row: row, ink: ink)
            column += measure.width
        }
    }

    private func drawPrecision(row: Int, into grid: inout Grid) {
        grid.write("prec".clipped(to: labelWidth), column: 0, row: row, ink: .title)
        for (offset, prediction) in columns.enumerated() {
            let value = matrix.precision(of: prediction).map { "\(Int(($0 * 100).rounded()))" } ?? "–"
            grid.write(
                value.leftPadded(to: cellWidth - 1), column: matrixStart + offset * cellWidth, row: row,
                ink: .faint)
        }
        let mean = percent(Double(matrix.accuracy))
        grid.write(mean.leftPadded(to: measures[0].width), column: measureStart, row: row, ink: .title)
    }

    /// The largest mix-ups by name: `Shirt → T-shirt/top  112`.
    private func drawWorst(into grid: inout Grid) {
        guard listWidth > 0 else { return }
        let start = size.width - listWidth
        grid.write("most often mixed up", column: start, row: 0, ink: .title)
        for (line, pair) in (state.run?.mixUps ?? []).prefix(max(0, size.height - 1)).enumerated() {
            let count = String(pair.count)
            let text = "\(names[pair.truth]) → \(names[pair.prediction])".clipped(
                to: listWidth - count.count - 2)
            grid.write(text, column: start, row: line + 1, ink: .text)
            grid.write(count, column: size.width - count.count, row: line + 1, ink: .bad)
        }
    }

    /// The selected cell in words while the box has the focus.
    func foot() -> [Segment] {
        guard isFocused else { return [] }
        let (truth, prediction) = (
            min(state.confusion.row, classes - 1), min(state.confusion.column, classes - 1)
        )
        let count = matrix[truth, prediction]
        let support = matrix.support(of: truth)
        let verb = truth == prediction ? "found" : "→ \(names[prediction])"
        let share = support > 0 ? " (\(percent(Double(count) / Double(support))))" : ""
        return [Segment("\(names[truth]) \(verb): \(count) of \(support)\(share)", .focus)]
    }
}
