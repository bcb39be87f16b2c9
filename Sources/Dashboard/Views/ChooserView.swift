import Runs
import Screen
import Statistics

/// The row of the list's first line on the screen.
let chooserFirstRow = 3

/// How many lines of the list are scrolled away above.
func chooserOffset(_ state: State, _ size: Size) -> Int {
    let room = chooserRoom(size)
    return max(0, min(state.chooser.selection - room + 1, state.chooser.count - room))
}

private func chooserRoom(_ size: Size) -> Int { max(1, size.height - 5) }

/// The list of runs, or of presets to start.
func chooserView(_ state: State) -> Grid {
    let size = state.size
    var grid = Grid(size)
    grid.write(
        [Segment("cnntop", .focus, bold: true), Segment("watch convolutional networks learn", .faint)],
        column: 1,
        row: 0, gap: 2)
    let area = Rectangle(column: 0, row: 1, width: size.width, height: size.height - 2)
    var box = Box(state.chooser.list == .runs ? "runs" : "start a preset")
    box.isFocused = true
    if !state.chooser.filter.isEmpty { box.notes = ["/\(state.chooser.filter)"] }
    box.caption = state.chooser.list == .runs ? ["best: validation accuracy at the lowest loss"] : []
    if state.chooser.count > 0 {
        box.rightFoot = "\(min(state.chooser.selection, state.chooser.count - 1) + 1)/\(state.chooser.count)"
    }
    let isOver = { (run: RunListing) in run.status == .finished && run.judged == nil }
    if state.chooser.list == .runs, state.chooser.visibleRuns.contains(where: isOver) {
        box.foot = [
            Segment("– not judged yet: cnntop runs --compare does it", .faint)
        ]
    }
    let place = grid.draw(box, in: area, glyphs: state.glyphs)
    let list = state.chooser.list == .runs ? runsList(state, place.size) : presetsList(state, place.size)
    grid.draw(list, column: place.column, row: place.row)
    drawBottom(state, into: &grid)
    return grid
}

private func runsList(_ state: State, _ size: Size) -> Grid {
    let runs = state.chooser.visibleRuns
    guard !runs.isEmpty else { return centered(emptyRunsText(state), size) }
    let columns = RunColumn.fitting(size.width)
    var grid = Grid(size)
    drawRow(columns.map { ($0.head, $0, .faint) }, row: 0, size, into: &grid)
    for (line, run) in visible(runs, state, size) {
        drawRow(columns.map { ($0.text(run, state), $0, $0.ink(run)) }, row: line, size, into: &grid)
        guard state.chooser.marked.contains(run.name) else { continue }
        grid.write(String(state.glyphs.best), column: 2, row: line, ink: .edit)
    }
    drawSelection(state, size, into: &grid)
    return grid
}

private func emptyRunsText(_ state: State) -> String {
    guard state.chooser.runs != nil else { return "looking for runs" }
    return state.chooser.filter.isEmpty
        ? "no runs yet: n starts one from a preset" : "no run matches the filter"
}

private func presetsList(_ state: State, _ size: Size) -> Grid {
    let presets = state.chooser.visiblePresets
    guard !presets.isEmpty else {
        return centered(
            state.chooser.filter.isEmpty ? "no presets found" : "no preset matches the filter", size)
    }
    let nameWidth = min(24, max(8, presets.map(\.name.cellWidth).max() ?? 8))
    let needs = presets.map { $0.needs.joined(separator: " ") }
    let needsWidth = needs.map(\.cellWidth).max() ?? 0
    let start = nameWidth + 5 + (needsWidth > 0 ? needsWidth + 2 : 0)
    var grid = Grid(size)
    grid.write("preset", column: 3, row: 0, ink: .faint)
    if needsWidth > 0 { grid.write("needs", column: nameWidth + 5, row: 0, ink: .faint) }
    for (line, preset) in visible(presets, state, size) {
        grid.write(
            preset.name.padded(to: nameWidth), column: 3, row: line, style: Style(.ink(.title), bold: true))
        grid.write(preset.needs.joined(separator: " "), column: nameWidth + 5, row: line, ink: .edit)
        grid.write(
            preset.summary.clipped(to: size.width - start - 2, mark: state.glyphs.ellipsis), column: start,
            row: line, ink: .faint)
    }
    drawSelection(state, size, into: &grid)
    return grid
}

private func visible<Item>(_ items: [Item], _ state: State, _ size: Size) -> [(Int, Item)] {
    let offset = chooserOffset(state, state.size)
    return items.dropFirst(offset).prefix(chooserRoom(state.size)).enumerated().map {
        ($0.offset + 1, $0.element)
    }
}

private func drawSelection(_ state: State, _ size: Size, into grid: inout Grid) {
    let line =
        min(state.chooser.selection, max(0, state.chooser.count - 1)) - chooserOffset(state, state.size) + 1
    grid.write(String(state.glyphs.select), column: 1, row: line, style: Style(.ink(.selected), bold: true))
    grid.restyle(Rectangle(column: 2, row: line, width: size.width - 3, height: 1)) {
        $0 = Style(.ink(.selected), bold: true, reversed: true)
    }
}

private func centered(_ text: String, _ size: Size) -> Grid {
    var grid = Grid(size)
    let line = text.clipped(to: max(0, size.width - 2))
    grid.write(line, column: (size.width - line.cellWidth) / 2, row: max(0, size.height - 1) / 2, ink: .faint)
    return grid
}

private func drawRow(_ cells: [(String, RunColumn, Ink)], row: Int, _ size: Size, into grid: inout Grid) {
    let fixed = cells.reduce(0) { $0 + $1.1.width + 2 }
    var column = 3
    for (text, kind, ink) in cells {
        let width = kind == .name ? max(8, kind.width + size.width - 4 - fixed) : kind.width
        let padded = kind.isRight ? text.leftPadded(to: width) : text.padded(to: width)
        grid.write(padded, column: column, row: row, ink: ink)
        column += width + 2
    }
}

private enum RunColumn: CaseIterable {
    case name, status, epoch, best, test, area, interval, training, size, inputs, prediction, preset, started
    case reason

    var width: Int {
        switch self {
        case .name: 27
        case .status: 10
        case .epoch: 7
        case .best: 6
        case .test: 5
        case .area: 4
        case .interval: 9
        case .training, .prediction: 8
        case .size: 13
        case .inputs: 7
        case .preset: 18
        case .started: 14
        case .reason: 28
        }
    }

    var head: String {
        switch self {
        case .name: "run"
        case .status: "state"
        case .epoch: "epoch"
        case .best: "best"
        case .test: "test"
        case .area: "AUC"
        case .interval: "95 %"
        case .training: "training"
        case .size: "size"
        case .inputs: "inputs"
        case .prediction: "a sample"
        case .preset: "preset"
        case .started: "started"
        case .reason: "why it ended"
        }
    }

    var isRight: Bool {
        switch self {
        case .epoch, .best, .test, .area, .interval, .training, .size, .inputs, .prediction: true
        case .name, .status, .preset, .started, .reason: false
        }
    }

    static func fitting(_ width: Int) -> [RunColumn] {
        var room = width - 4
        return allCases.filter {
            guard $0.width + 2 <= room else { return false }
            room -= $0.width + 2
            return true
        }
    }

    func text(_ run: RunListing, _ state: State) -> String {
        switch self {
        case .name: run.name
        case .status: "\(mark(run.status, state.glyphs)) \(run.status.rawValue)"
        case .epoch: "\(run.epoch)/\(run.maxEpochs)"
        case .best: run.bestValidationAccuracy.map { Numbers.share(Double($0)) } ?? "–"
        case .test, .area, .interval, .training, .size, .inputs, .prediction:
            run.judged.map { judgedText($0) } ?? "–"
        case .preset: run.preset
        case .started: run.started
        case .reason: run.stopReason ?? ""
        }
    }

    func ink(_ run: RunListing) -> Ink {
        switch self {
        case .name: .title
        case .status:
            switch run.status {
            case .running: .good
            case .paused: .warning
            case .finished: .text
            case .diverged, .died: .bad
            }
        case .preset, .started, .reason: .faint
        case .epoch, .best, .test, .area, .interval, .training, .size, .inputs, .prediction: .text
        }
    }

    /// Of runs without test samples it is the validation's accuracy, which `best` tells already.
    private func judgedText(_ judged: ComparedRun) -> String {
        let about = judged.about
        switch self {
        case .test: return about.part == .test ? Numbers.share(judged.accuracy.share) : "–"
        case .interval: return about.part == .test ? ComparedWords.interval(judged.accuracy) : "–"
        case .area: return judged.area.map { Numbers.share($0) } ?? "–"
        case .training: return ComparedWords.seconds(about.trainingSeconds)
        case .size: return ComparedWords.size(about)
        case .inputs: return Numbers.grouped(about.inputs)
        case .prediction: return ComparedWords.microseconds(about.secondsPerSample)
        default: return ""
        }
    }

    private func mark(_ status: RunListing.Status, _ glyphs: Glyphs) -> Character {
        switch status {
        case .running: glyphs.running
        case .paused: glyphs.paused
        case .finished: glyphs.done
        case .diverged, .died: glyphs.failed
        }
    }
}
