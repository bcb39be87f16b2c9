import Runs
import Screen

extension State {
    mutating func performInDashboard(_ action: Action) -> [Effect] {
        if let effects = performOnRun(action) { return effects }
        if focus.isPlot, performInPlot(action) { return [] }
        if let effects = performAtDetector(action) { return effects }
        if let effects = performInList(action) { return effects }
        switch action {
        case .nextPane: focus(step: 1)
        case .previousPane: focus(step: -1)
        case .pane(let number): if let pane = Pane(rawValue: number) { choose(pane) }
        case .maximize: isMaximized.toggle()
        case .back: goBack()
        case .filter: startFilter()
        case .showRuns: return showRuns()
        case .logAxis: plots.isLogarithmic.toggle()
        case .moreSmoothing: nextSmoothing()
        case .nextAxis: nextAxis()
        case .normalization: filters.isNormalizedEach.toggle()
        case .filterColors: filters.isDiverging.toggle()
        case .graph:
            showsGraph.toggle()
            layerOffset = 0
        case .nextWrong:
            let effects = command(.showExample(.nextWrong))
            if !effects.isEmpty { examples.showsWrong = false }
            return effects
        case .mostWrong:
            guard canTurnExample || !showsWrong else { break }
            examples.showsWrong = !showsWrong
            examples.offset = 0
        case .countsOrShares: confusion.showsCounts.toggle()
        default: break
        }
        return []
    }

    /// What goes to the trainer.
    private mutating func performOnRun(_ action: Action) -> [Effect]? {
        switch action {
        case .pauseOrResume: command(run?.isPaused == true ? .resume : .pause)
        case .step: command(.step)
        case .checkpoint: command(.checkpoint, saying: "saving a checkpoint")
        case .edit: edit()
        case .nudgeUp: nudge(up: true)
        case .nudgeDown: nudge(up: false)
        case .undo: undo()
        default: nil
        }
    }

    mutating func command(_ command: RunCommand, saying text: String? = nil) -> [Effect] {
        guard isLive else {
            sayNothingTrains()
            return []
        }
        if let text { say(text) }
        return [.send(command)]
    }

    mutating func sayNothingTrains() {
        if run == nil { return say("no run is open; r lists the runs", .warning) }
        let why = run?.stop.map { "the run is over: \($0.reason.words)" } ?? "no worker trains this run"
        say(connection == .none ? "\(why); this is its log" : "\(why); :resume continues it", .warning)
    }

    // MARK: Boxes

    private mutating func focus(step: Int) {
        let all = Pane.allCases.filter { $0 != .detector || run?.isDetector == true }
        let visible = isMaximized ? all : layout(isMaximized: false).order
        guard !visible.isEmpty else { return }
        let index = visible.firstIndex(of: focus) ?? 0
        focus = visible[(index + step + visible.count) % visible.count]
    }

    /// Focuses a box; the focused one, or one that has no place on this screen, is maximised.
    mutating func choose(_ pane: Pane) {
        let classes = run?.description?.classNames.count ?? 2
        if pane == .detector, classes > 2 {
            let advice = "--set data.detect=CLASS makes a detector"
            return say("box 9 is for two classes, these are \(classes): \(advice)")
        }
        let isVisible = layout(isMaximized: false).panes[pane] != nil
        if isMaximized {
            isMaximized = pane != focus
        } else {
            isMaximized = !isVisible || pane == focus
        }
        focus = pane
        if !isVisible { isMaximized = true }
    }

    private mutating func goBack() {
        if focus.isPlot, plots.cursor != nil {
            plots.cursor = nil
        } else if let filter = paneFilters[focus], !filter.isEmpty {
            paneFilters[focus] = nil
        } else if isMaximized {
            isMaximized = false
            if layout(isMaximized: false).panes[focus] == nil { focus = .loss }
        } else if plots.window != nil {
            plots.window = nil
        } else if !options.refusals.isEmpty {
            options.refusals = [:]
        }
    }

    private mutating func startFilter() {
        let lists: [Pane] = [.options, .log, .layers]
        let pane = lists.contains(focus) ? focus : .log
        if pane != focus { choose(pane) }
        prompt = Prompt(.filter(pane), text: paneFilters[pane] ?? "")
    }

    mutating func showRuns() -> [Effect] {
        page = .chooser
        chooser.list = .runs
        chooser.selection = 0
        return [.listRuns]
    }

    // MARK: Plots

    private mutating func nextSmoothing() {
        let levels = PlotSettings.smoothingLevels
        let next = levels.firstIndex { $0 > plots.smoothing + 1e-9 } ?? 0
        plots.smoothing = levels[next]
        say(plots.smoothing == 0 ? "smoothing off" : "smoothing \(Numbers.rate(plots.smoothing))")
    }

    private mutating func nextAxis() {
        let all = PlotAxis.allCases
        plots.axis = all[((all.firstIndex(of: plots.axis) ?? 0) + 1) % all.count]
    }

    private mutating func performInPlot(_ action: Action) -> Bool {
        switch action {
        case .cursorLeft: moveCursor(by: -1)
        case .cursorRight: moveCursor(by: 1)
        case .cursorStart: placeCursor(at: 1)
        case .cursorEnd: placeCursor(at: .infinity)
        case .zoomIn: zoom(by: 0.5)
        case .zoomOut: zoom(by: 2)
        case .panLeft: pan(by: -0.25)
        case .panRight: pan(by: 0.25)
        case .wholeRun: plots.window = nil
        default: return false
        }
        return true
    }
}
