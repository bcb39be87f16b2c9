import Runs
import Screen

/// Everything a frame depends on, apart from its size.
public struct State: Sendable, Equatable {
    public enum Page: Sendable { case dashboard, chooser, comparison }

    public var run: RunState?
    /// The run directory's name.
    public var runName: String?
    public var connection: Connection
    public var capabilities: Capabilities
    public var theme: Theme
    public var size: Size
    /// The last tick, in seconds.
    public var now: Double = 0

    public var page: Page
    public var focus = Pane.loss
    public var isMaximized = false
    public var overlay: Overlay?
    public var prompt: Prompt?
    public var notice: Notice?
    public var chooser = Chooser()
    public var comparison = ComparisonPage()

    public var plots = PlotSettings()
    public var filters = FilterSettings()
    public var confusion = ConfusionSettings()
    public var examples = ExampleSettings()
    public var detector = DetectorSettings()
    public var options = OptionsPanel()
    /// Lines of the log hidden below the pane: 0 follows the newest.
    public var logOffset = 0
    public var layerOffset = 0
    /// Whether the layers' box shows their connections in place of their health.
    public var showsGraph = false
    /// What lists are narrowed to, by pane.
    public var paneFilters: [Pane: String] = [:]
    /// Commands given before, the newest last.
    public var commandHistory: [String] = []
    /// Whether Ctrl-C was pressed: the next one stops at once.
    public var isInterrupted = false

    /// `run` names the run to look at; without one the chooser of runs is shown.
    public init(
        run: String? = nil, capabilities: Capabilities = Capabilities(), theme: Theme = .dark,
        size: Size = Size(width: 80, height: 24)
    ) {
        runName = run
        self.run = run == nil ? nil : RunState()
        connection = run == nil ? .none : .connecting
        page = run == nil ? .chooser : .dashboard
        self.capabilities = capabilities
        self.theme = theme
        self.size = size
    }

    public var glyphs: Glyphs { Glyphs(capabilities.glyphs) }

    /// Whether a worker trains the run, as far as is known.
    public var isLive: Bool {
        guard let run, !run.isOver else { return false }
        return connection == .attached || connection == .connecting
    }

    /// What the trainer should observe for this dashboard now; the session sends it as `.observe` whenever it changes.
    public var wantedObservations: Set<Observation> {
        guard run != nil, page == .dashboard else { return [] }
        let visible = layout.panes
        var wanted: Set<Observation> = []
        if visible[.filters] != nil { wanted.insert(.filters) }
        if visible[.layers] != nil { wanted.insert(.layers) }
        if visible[.example] != nil { wanted.insert(showsWrong ? .wrong : .example) }
        return wanted
    }

    /// Whether a line that was shown for a while has had its time.
    public func isNoticeOver(at now: Double) -> Bool { notice.map { $0.until < now } ?? false }

    /// Whether the example box shows what the run is most wrong about.
    public var showsWrong: Bool { examples.showsWrong ?? (run?.isOver == true && run?.wrong != nil) }

    /// Whether the example box has both: one sample, and what the run is most wrong about.
    var canTurnExample: Bool { isLive || (run?.example != nil && run?.wrong != nil) }

    /// Where the boxes stand.
    public var layout: Layout { layout(isMaximized: isMaximized) }

    func layout(isMaximized: Bool) -> Layout {
        Layout(size, focus: focus, isMaximized: isMaximized, isDetector: run?.isDetector == true)
    }

    public var visibleHyperparameters: [Hyperparameter] {
        (run?.hyperparameters ?? []).filter { matches($0.title + " " + $0.key, paneFilters[.options] ?? "") }
    }

    public var selectedHyperparameter: Hyperparameter? {
        let all = visibleHyperparameters
        return all.isEmpty ? nil : all[min(max(0, options.selection), all.count - 1)]
    }

    public var visibleLog: [LogLine] {
        let filter = paneFilters[.log] ?? ""
        return (run?.log ?? []).filter { matches($0.text, filter) }
    }
}
