import Runs
import Screen

/// Which iterations the plots show.
extension State {
    /// The window the user zoomed to, or all of the run with room for what comes.
    public var plotWindow: ClosedRange<Double> { plots.window ?? wholeRun }

    /// From the beginning to the end of the run; of a long run's future only as much as keeps the past readable.
    ///
    /// The end moves in halvings of the planned length, so that the picture stands still between two of them.
    public var wholeRun: ClosedRange<Double> {
        guard let run else { return 0...1 }
        let now = Double(max(run.iteration, 1))
        guard !run.isOver else { return 0...now }
        guard let last = run.lastIteration.map(Double.init), last > now else { return 0...now * 1.25 }
        var end = last
        while end / 2 >= max(now * 1.15, 20) { end /= 2 }
        return 0...end
    }

    mutating func zoom(by factor: Double) {
        let window = plotWindow
        let width = (window.upperBound - window.lowerBound) * factor
        let widest = wholeRun.upperBound
        guard width < widest else { return plots.window = nil }
        let center =
            plots.cursor ?? min(Double(run?.iteration ?? 0), (window.lowerBound + window.upperBound) / 2)
        let share = min(1, max(0, (center - window.lowerBound) / (window.upperBound - window.lowerBound)))
        showWindow(from: center - share * max(width, 4), width: max(width, 4))
    }

    mutating func pan(by share: Double) {
        let width = plotWindow.upperBound - plotWindow.lowerBound
        guard plots.window != nil else { return }
        showWindow(from: plotWindow.lowerBound + share * width, width: width)
    }

    private mutating func showWindow(from start: Double, width: Double) {
        let lowest = max(0, min(start, max(wholeRun.upperBound, Double(run?.iteration ?? 0)) - width))
        plots.window = lowest...lowest + width
    }

    /// Moves the cursor by cells and the window along with it.
    mutating func moveCursor(by cells: Int) {
        let window = plotWindow
        let columns = Double(
            max(10, (layout.panes[focus]?.width ?? 40) - 8))
        let now = Double(run?.iteration ?? 0)
        let start = plots.cursor ?? min(now, window.upperBound)
        placeCursor(at: start + Double(cells) * (window.upperBound - window.lowerBound) / columns)
    }

    mutating func placeCursor(at iteration: Double) {
        let place = min(max(1, iteration), Double(max(1, run?.iteration ?? 1)))
        plots.cursor = place
        guard let window = plots.window, !window.contains(place) else { return }
        let width = window.upperBound - window.lowerBound
        showWindow(from: place < window.lowerBound ? place : place - width, width: width)
    }
}
