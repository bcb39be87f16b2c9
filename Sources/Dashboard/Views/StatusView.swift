import Runs
import Screen

/// ` cnntop  fashion-mnist  ● training  epoch 3/10  1,204/4,690  33.1k images/s …`; the unimportant gives way first.
func statusView(_ state: State, width: Int) -> Grid {
    var grid = Grid(Size(width: width, height: 1))
    var parts = statusParts(state)
    let gap = 2
    func total() -> Int { parts.reduce(1 - gap) { $0 + $1.segment.text.cellWidth + gap } }
    while total() > width, let worst = parts.max(by: { $0.rank < $1.rank }), worst.rank > 0 {
        parts.removeAll { $0 == worst }
    }
    grid.write(parts.map(\.segment), column: 1, row: 0, gap: gap)
    return grid
}

private struct StatusPart: Equatable {
    /// 0 always stays; the highest goes first.
    var rank: Int
    var segment: Segment
}

private func statusParts(_ state: State) -> [StatusPart] {
    var parts = [
        StatusPart(rank: 5, segment: Segment("cnntop", .focus, bold: true)),
        StatusPart(
            rank: 1,
            segment: Segment(state.run?.description?.preset ?? state.runName ?? "", .title, bold: true)),
        StatusPart(rank: 0, segment: activitySegment(state)),
    ]
    guard let run = state.run else { return parts }
    func add(_ rank: Int, _ text: String?, _ ink: Ink = .text) {
        if let text { parts.append(StatusPart(rank: rank, segment: Segment(text, ink))) }
    }
    if run.description != nil {
        add(2, "epoch \(run.epoch)" + (run.maxEpochs.map { "/\($0)" } ?? ""))
        add(3, Numbers.grouped(run.iteration) + (run.lastIteration.map { "/\(Numbers.grouped($0))" } ?? ""))
    }
    let kind = run.description?.kindOfSamples ?? "images"
    add(4, run.isOver ? nil : run.usage.map { "\(Numbers.compact($0.imagesPerSecond)) \(kind)/s" })
    add(8, run.latest?.learningRate.map { "rate \(Numbers.rate($0))" }, .rate)
    add(7, run.latest.map { Numbers.duration($0.elapsed) })
    add(6, run.remaining.map { "ETA \(Numbers.duration($0))" })
    let threads = run.usage?.threads ?? run.description?.threads
    add(10, threads.map { $0 == 1 ? "1 thread" : "\($0) threads" }, .faint)
    add(9, run.usage.map { memory($0.memoryMB) }, .faint)
    add(11, state.runName, .faint)
    return parts
}

/// `143 MiB`, `2.1 GiB`.
func memory(_ megabytes: Double) -> String {
    megabytes < 1000
        ? "\(Numbers.fixed(megabytes, decimals: 0)) MiB"
        : "\(Numbers.fixed(megabytes / 1024, decimals: 1)) GiB"
}

/// What the trainer is doing, with a mark of its own: `● training`, `‖ paused`, `✗ diverged`.
func activitySegment(_ state: State) -> Segment {
    let glyphs = state.glyphs
    guard let run = state.run else { return Segment("\(glyphs.idle) no run", .faint) }
    if let stop = run.stop {
        switch stop.reason {
        case .maxEpochsReached, .validationPatienceExhausted, .fitted:
            return Segment("\(glyphs.done) finished", .good, bold: true)
        case .stoppedByUser: return Segment("\(glyphs.stopped) stopped", .warning, bold: true)
        case .diverged: return Segment("\(glyphs.failed) diverged", .bad, bold: true)
        case .gaveUp: return Segment("\(glyphs.failed) gave up", .bad, bold: true)
        }
    }
    switch state.connection {
    case .workerDied: return Segment("\(glyphs.failed) worker died", .bad, bold: true)
    case .connecting where run.activity == nil:
        return Segment("\(glyphs.idle) connecting", .faint, bold: true)
    case .none, .finished: return Segment("\(glyphs.idle) log only", .faint, bold: true)
    case .connecting, .attached: break
    }
    switch run.activity {
    case .preparing: return Segment("\(glyphs.idle) preparing", .faint, bold: true)
    case .training: return Segment("\(glyphs.running) training", .good, bold: true)
    case .validating: return Segment("\(glyphs.validation) validating", .validation, bold: true)
    case .paused(nil): return Segment("\(glyphs.paused) paused", .warning, bold: true)
    case .paused(let reason?):
        return Segment("\(glyphs.paused) paused: \(reason.clipped(to: 40))", .bad, bold: true)
    case .finishing: return Segment("\(glyphs.stopped) finishing", .warning, bold: true)
    case nil where run.latest != nil: return Segment("\(glyphs.running) training", .good, bold: true)
    // The worker is there, and has said nothing yet: it loads the data.
    case nil: return Segment("\(glyphs.idle) preparing", .faint, bold: true)
    }
}
