import Runs
import Screen
import Statistics

/// Runs side by side: how sure their accuracies are, what they cost, and whether the differences may be chance.
func comparisonView(_ state: State) -> Grid {
    let layout = ComparisonLayout(state)
    var grid = Grid(state.size)
    grid.write(
        [Segment("cnntop", .focus, bold: true), Segment("runs side by side", .faint)], column: 1, row: 0,
        gap: 2)
    for (area, view) in [
        (layout.accuracies, accuraciesView(state, layout)), (layout.costs, costsView(state, layout)),
        (layout.tests, testsView(state, layout)),
    ] {
        let place = grid.draw(view.box, in: area, glyphs: state.glyphs)
        grid.draw(view.content, column: place.column, row: place.row)
    }
    drawBottom(state, into: &grid)
    return grid
}

/// The run whose line is under a point.
func comparisonRun(_ state: State, at point: Point) -> Int? {
    let layout = ComparisonLayout(state)
    guard let area = [layout.accuracies, layout.costs].first(where: { $0.contains(point) }) else {
        return nil
    }
    let line = point.row - area.row - 2
    guard (0..<layout.room).contains(line) else { return nil }
    let index = layout.first + line
    return state.comparison.comparison.runs.indices.contains(index) ? index : nil
}

/// Two boxes of runs, beside one another where there is room, and the tests below.
private struct ComparisonLayout {
    let accuracies: Rectangle
    let costs: Rectangle
    let tests: Rectangle
    /// Whether the upper two stand side by side, so that one has the names for both.
    let isWide: Bool
    /// Runs in view.
    let room: Int
    let first: Int

    init(_ state: State) {
        let count = state.comparison.comparison.runs.count
        let body = Rectangle(
            column: 0, row: 1, width: state.size.width, height: max(0, state.size.height - 2))
        isWide = body.width >= 116
        let height = max(4, min(count + 3, body.height / (isWide ? 2 : 3)))
        if isWide {
            let left = body.width * 11 / 20
            accuracies = Rectangle(column: 0, row: body.row, width: left, height: height)
            costs = Rectangle(column: left, row: body.row, width: body.width - left, height: height)
        } else {
            accuracies = body.rows(0, height)
            costs = body.rows(height, height)
        }
        let used = isWide ? height : 2 * height
        tests = body.rows(used, min(max(4, count + 2), body.height - used))
        room = max(1, height - 3)
        first = max(0, min(state.comparison.selection - room / 2, count - room))
    }
}

/// A column of a table: its head, its width and how a run's figure reads.
private struct FigureColumn {
    var head: String
    var width: Int
    var text: (ComparedRun) -> String
}

/// The widest columns that fit come in, in their order.
private func fitting(_ columns: [FigureColumn], _ width: Int) -> [FigureColumn] {
    var room = width
    return columns.filter {
        guard $0.width + 2 <= room else { return false }
        room -= $0.width + 2
        return true
    }
}

/// Heads and the runs in view; gives the column behind the last figure.
private func drawFigures(
    _ columns: [FigureColumn], nameWidth: Int, _ state: State, _ layout: ComparisonLayout,
    into grid: inout Grid
) -> Int {
    let runs = state.comparison.comparison.runs
    let names = shortNames(runs)
    var column = nameWidth > 0 ? nameWidth + 4 : 0
    if nameWidth > 0 { grid.write("run", column: 2, row: 0, ink: .faint) }
    for (line, index) in runs.indices.dropFirst(layout.first).prefix(layout.room).enumerated() {
        guard nameWidth > 0 else { break }
        let isSelected = index == state.comparison.selection
        if isSelected { grid.write(String(state.glyphs.select), column: 0, row: line + 1, ink: .selected) }
        grid.write(
            names[index].clipped(to: nameWidth, mark: state.glyphs.ellipsis), column: 2, row: line + 1,
            style: Style(.ink(isSelected ? .selected : .title), bold: isSelected))
    }
    for figure in columns {
        grid.write(figure.head.leftPadded(to: figure.width), column: column, row: 0, ink: .faint)
        for (line, run) in runs.dropFirst(layout.first).prefix(layout.room).enumerated() {
            grid.write(figure.text(run).leftPadded(to: figure.width), column: column, row: line + 1)
        }
        column += figure.width + 2
    }
    return column
}

private func nameWidth(_ state: State, leaving room: Int, of width: Int) -> Int {
    let longest = shortNames(state.comparison.comparison.runs).map(\.cellWidth).max() ?? 8
    return max(8, min(longest, width - room))
}

/// Without the date that all names begin with, where they can be told apart without it.
private func shortNames(_ runs: [ComparedRun]) -> [String] {
    let names = runs.map(\.name)
    let short = names.map { name in
        name.prefixMatch(of: /\d{4}-\d\d-\d\d-/).map { String(name[$0.range.upperBound...]) }
    }
    let all = short.compactMap { $0 }
    return all.count == names.count && Set(all).count == all.count && !all.contains("") ? all : names
}

// MARK: Accuracy

private func accuraciesView(_ state: State, _ layout: ComparisonLayout) -> PaneView {
    let size = Size(width: layout.accuracies.width - 2, height: layout.accuracies.height - 2)
    let runs = state.comparison.comparison.runs
    var box = Box("accuracy, with its 95 % interval")
    box.isFocused = true
    if runs.indices.contains(state.comparison.selection) {
        let selected = runs[state.comparison.selection]
        box.foot = [Segment("on \(selected.place)", .focus)]
    }
    if runs.count > layout.room {
        box.rightFoot = "\(layout.first + 1)–\(layout.first + layout.room) of \(runs.count)"
    }
    var grid = Grid(size)
    let columns = fitting(
        [
            FigureColumn(head: "right", width: 5) { Numbers.share($0.accuracy.share) },
            FigureColumn(head: "95 %", width: 9) { ComparedWords.interval($0.accuracy) },
            FigureColumn(head: "AUC", width: 4) { $0.area.map { Numbers.share($0) } ?? "–" },
        ], size.width - 14)
    let figures = columns.reduce(0) { $0 + $1.width + 2 }
    let names = nameWidth(state, leaving: figures + 4 + 16, of: size.width)
    let start = drawFigures(columns, nameWidth: names, state, layout, into: &grid)
    drawIntervals(state, layout, column: start + 1, width: size.width - start - 2, into: &grid)
    return PaneView(box, grid)
}

/// `│───●──│` for each run, all on one scale.
private func drawIntervals(
    _ state: State, _ layout: ComparisonLayout, column: Int, width: Int, into grid: inout Grid
) {
    let runs = state.comparison.comparison.runs
    let intervals = runs.map { $0.accuracy.wilsonInterval() }
    guard width >= 10, let low = intervals.map(\.lowerBound).min(),
        let high = intervals.map(\.upperBound).max(), high > low
    else { return }
    func place(_ share: Double) -> Int {
        column + Int(((share - low) / (high - low) * Double(width - 1)).rounded())
    }
    let right = Numbers.share(high)
    grid.write(Numbers.share(low), column: column, row: 0, ink: .faint)
    grid.write(right, column: column + width - right.cellWidth, row: 0, ink: .faint)
    for (line, index) in runs.indices.dropFirst(layout.first).prefix(layout.room).enumerated() {
        let interval = intervals[index]
        for cell in place(interval.lowerBound)...place(interval.upperBound) {
            grid[cell, line + 1] = Cell(state.glyphs.horizontal, .ink(.validation))
        }
        for end in [interval.lowerBound, interval.upperBound] {
            grid[place(end), line + 1] = Cell(state.glyphs.vertical, .ink(.validation))
        }
        grid[place(runs[index].accuracy.share), line + 1] = Cell(
            state.glyphs.running, Style(.ink(.title), bold: true))
    }
}

extension ComparedRun {
    /// `998 test samples of sunset-lab`.
    fileprivate var place: String {
        "\(Numbers.grouped(accuracy.trials)) \(about.part.rawValue) samples of \(about.data)"
    }
}

// MARK: Costs

private func costsView(_ state: State, _ layout: ComparisonLayout) -> PaneView {
    let size = Size(width: layout.costs.width - 2, height: layout.costs.height - 2)
    var grid = Grid(size)
    let columns = fitting(
        [
            FigureColumn(head: "training", width: 8) { ComparedWords.seconds($0.about.trainingSeconds) },
            FigureColumn(head: "samples", width: 7) { Numbers.grouped($0.about.trainingSamples) },
            FigureColumn(head: "learned", width: 13) { ComparedWords.size($0.about) },
            FigureColumn(head: "inputs", width: 7) { Numbers.grouped($0.about.inputs) },
            FigureColumn(head: "a sample", width: 8) {
                ComparedWords.microseconds($0.about.secondsPerSample)
            },
        ], size.width - (layout.isWide ? 0 : 12))
    let figures = columns.reduce(0) { $0 + $1.width + 2 }
    let names = layout.isWide ? 0 : nameWidth(state, leaving: figures + 4, of: size.width)
    _ = drawFigures(columns, nameWidth: names, state, layout, into: &grid)
    return PaneView(Box("what they cost"), grid)
}

// MARK: Tests

private func testsView(_ state: State, _ layout: ComparisonLayout) -> PaneView {
    let comparison = state.comparison.comparison
    let size = Size(width: layout.tests.width - 2, height: max(0, layout.tests.height - 2))
    var box = Box("McNemar's test")
    let selection = state.comparison.selection
    guard comparison.runs.indices.contains(selection), comparison.runs.count > 1 else {
        return PaneView(box, size: size, saying: "needs a second run")
    }
    let short = shortNames(comparison.runs)
    box.caption = ["\(short[selection]) against the others", "against the others"]
    var grid = Grid(size)
    let names = nameWidth(state, leaving: 50, of: size.width)
    let heads = [("against", 2), ("only it right", names + 4), ("only other", names + 19), ("p", names + 37)]
    for (head, column) in heads { grid.write(head, column: column, row: 0, ink: .faint) }
    let others = comparison.runs.indices.filter { $0 != selection }
    let room = max(0, size.height - 1)
    let first = max(0, min(selection - room / 2, others.count - room))
    for (line, other) in others.dropFirst(first).prefix(room).enumerated() {
        grid.write(
            short[other].clipped(to: names, mark: state.glyphs.ellipsis), column: 2,
            row: line + 1, ink: .title)
        drawTest(comparison, selection, other, column: names + 4, row: line + 1, state.glyphs, into: &grid)
    }
    return PaneView(box, grid)
}

private func drawTest(
    _ comparison: RunComparison, _ selection: Int, _ other: Int, column: Int, row: Int, _ glyphs: Glyphs,
    into grid: inout Grid
) {
    let pair = comparison.pairs.first {
        ($0.first, $0.second) == (min(selection, other), max(selection, other))
    }
    switch pair?.outcome {
    case nil: return
    case .refused(let reason):
        let (mine, theirs) = (comparison.runs[selection].place, comparison.runs[other].place)
        let words = mine == theirs ? reason : "other samples: \(theirs)"
        let text = words.clipped(to: max(0, grid.size.width - column - 2), mark: glyphs.ellipsis)
        grid.write("\(glyphs.warning) ", column: column, row: row, ink: .warning)
        grid.write(text, column: column + 2, row: row, ink: .faint)
    case .tested(let test):
        let (mine, theirs) =
            selection < other ? (test.onlyFirst, test.onlySecond) : (test.onlySecond, test.onlyFirst)
        grid.write("\(mine)".leftPadded(to: 13), column: column, row: row)
        grid.write("\(theirs)".leftPadded(to: 10), column: column + 15, row: row)
        grid.write(ComparedWords.probability(test).leftPadded(to: 7), column: column + 27, row: row)
        let isClear = test.probability < 0.05
        let (text, ink): (String, Ink) =
            test.discordant == 0
            ? ("no difference", .faint)
            : !isClear
                ? ("may be chance", .faint)
                : mine > theirs ? ("\(glyphs.done) better", .good) : ("\(glyphs.failed) worse", .bad)
        grid.write(text, column: column + 36, row: row, ink: ink)
    }
}
