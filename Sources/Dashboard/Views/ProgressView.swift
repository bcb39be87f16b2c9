import Runs
import Screen

/// ` epoch ━━━━──── 57%   run ━━────── 26%   patience 3/5   0:12   ETA 0:31`; why it stopped, once it has.
func progressView(_ state: State, width: Int) -> Grid {
    var grid = Grid(Size(width: width, height: 1))
    guard let run = state.run else { return grid }
    if let stop = run.stop {
        grid.write(
            stopSegments(run, stop, state.glyphs).fitting(width - 2, gap: 3), column: 1, row: 0, gap: 3)
        return grid
    }
    let texts = progressTexts(run, room: width - 46)
    let textWidth = texts.reduce(0) { $0 + $1.text.cellWidth + 3 }
    // " epoch " bar " 57%   run " bar " 26%"
    let room = max(0, width - textWidth - 24)
    let first = room * 2 / 5
    var column = 1
    column = drawProgress(
        "epoch", run.epochFraction, .training, width: first, column, state.glyphs, into: &grid)
    column = drawProgress(
        "run", run.runFraction, .good, width: room - first, column + 3, state.glyphs, into: &grid)
    grid.write(texts, column: column + 3, row: 0, gap: 3)
    return grid
}

private func drawProgress(
    _ label: String, _ fraction: Double, _ ink: Ink, width: Int, _ column: Int, _ glyphs: Glyphs,
    into grid: inout Grid
) -> Int {
    grid.write(label, column: column, row: 0, ink: .faint)
    let start = column + label.count + 1
    grid.drawBar(fraction, column: start, row: 0, width: width, ink: ink, glyphs: glyphs)
    let percent = "\(Int((fraction * 100).rounded(.down)))%".leftPadded(to: 4)
    grid.write(percent, column: start + width, row: 0, ink: .text)
    return start + width + percent.count
}

/// Elapsed and remaining time and the patience, as far as the bars keep their room.
private func progressTexts(_ run: RunState, room: Int) -> [Segment] {
    var segments: [Segment] = []
    if let latest = run.latest { segments.append(Segment(Numbers.duration(latest.elapsed))) }
    if let remaining = run.remaining { segments.append(Segment("ETA \(Numbers.duration(remaining))")) }
    if let text = patienceText(run) {
        let isClose =
            run.validation.map { Double($0.sinceBest) >= 0.6 * Double($0.patience ?? .max) } ?? false
        segments.insert(Segment(text, isClose ? .warning : .text), at: 0)
    }
    func width() -> Int { segments.reduce(0) { $0 + $1.text.cellWidth + 3 } }
    while width() > max(0, room), !segments.isEmpty { segments.removeFirst() }
    return segments
}

/// `patience 3/5`: validations without a new best, of how many that end the run; `nil` without a limit.
func patienceText(_ run: RunState) -> String? {
    guard let validation = run.validation, let patience = validation.patience else { return nil }
    return "patience \(validation.sinceBest)/\(patience)"
}

private func stopSegments(_ run: RunState, _ stop: StopRecord, _ glyphs: Glyphs) -> [Segment] {
    let isGood = [.maxEpochsReached, .validationPatienceExhausted, .fitted].contains(stop.reason)
    let mark = isGood ? glyphs.done : stop.reason == .diverged ? glyphs.failed : glyphs.stopped
    var segments = [
        Segment(
            "\(mark) \(stop.reason.words)", isGood ? .good : stop.reason == .diverged ? .bad : .warning,
            bold: true)
    ]
    if stop.reason == .diverged, let bad = run.firstNotFinite {
        segments.append(Segment("loss not finite at iteration \(Numbers.grouped(bad))", .bad))
    }
    if let best = stop.bestValidationAccuracy {
        let epoch = run.best.map { " @ epoch \($0.epoch)" } ?? ""
        let why = run.isMachine ? "validation" : "\(run.bestBy.words):"
        segments.append(Segment("\(glyphs.best) \(why) \(Numbers.share(Double(best)))\(epoch)", .title))
    }
    if let latest = run.latest { segments.append(Segment("in \(Numbers.duration(latest.elapsed))")) }
    segments.append(Segment(stop.saved.map { "saved \($0)" } ?? "nothing saved", .faint))
    return segments
}
