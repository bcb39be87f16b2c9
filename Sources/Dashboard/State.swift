import Runs
import Screen

/// Everything a frame depends on, apart from its size.
public struct State: Sendable, Equatable {
    public var run: RunState?
    /// The run directory's name.
    public var runName: String?
    public var connection: Connection
    public var capabilities: Capabilities
    public var theme: Theme
    public var size: Size
    /// The last tick, in seconds.
    public var now: Double = 0

    /// `run` names the run to look at; without one the chooser of runs is shown.
    public init(
        run: String? = nil, capabilities: Capabilities = Capabilities(), theme: Theme = .dark,
        size: Size = Size(width: 80, height: 24)
    ) {
        runName = run
        self.run = run == nil ? nil : RunState()
        connection = run == nil ? .none : .connecting
        self.capabilities = capabilities
        self.theme = theme
        self.size = size
    }

    /// What the trainer should observe for this dashboard now; the session sends it as `.observe` whenever it changes.
    public var wantedObservations: Set<Observation> { run == nil ? [] : [.filters, .layers] }
}
