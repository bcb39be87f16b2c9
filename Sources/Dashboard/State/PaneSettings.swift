import Runs

/// How the first layer's filters are drawn.
public struct FilterSettings: Sendable, Equatable {
    /// Whether each filter uses the whole range of colours for itself; otherwise all share one.
    public var isNormalizedEach = true
    /// Whether one-channel filters go from blue through black to orange, by sign; otherwise from black to white.
    public var isDiverging = false
    /// The first filter in view; a page further on by `pageUp` and `pageDown`.
    public var offset = 0
}

/// How the confusion matrix is drawn.
public struct ConfusionSettings: Sendable, Equatable {
    public var showsCounts = false
    public var row = 0
    public var column = 0
}

/// Whether the example box shows one sample or those that the run is most wrong about.
public struct ExampleSettings: Sendable, Equatable {
    /// Nil: one sample while the run goes on, the wrong ones when it is over.
    public var showsWrong: Bool?
    /// The first of the wrong ones in view.
    public var offset = 0
}

/// Where a detector's operating point stands.
public struct DetectorSettings: Sendable, Equatable {
    /// The user's; nil: the detector's own.
    public var threshold: Double?
}

/// What the user has done to the hyperparameters.
public struct OptionsPanel: Sendable, Equatable {
    public struct Edit: Sendable, Equatable {
        public var key: String
        public var from: String
    }

    /// Index among the hyperparameters in view.
    public var selection = 0
    /// Sent to the trainer but neither applied nor refused yet: key → value.
    public var pending: [String: String] = [:]
    /// Why the last edit of a key was refused: key → reason.
    public var refusals: [String: String] = [:]
    /// The newest last.
    public var undo: [Edit] = []
}

/// A line for the user that goes away by itself.
public struct Notice: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case information, warning, error }
    public var kind: Kind
    public var text: String
    /// Shown until this tick, in seconds.
    public var until: Double
}

/// The list of runs, or of presets to start.
public struct Chooser: Sendable, Equatable {
    public enum List: Sendable { case runs, presets }
    public var list = List.runs
    public var runs: [RunListing]?
    public var presets: [PresetListing] = []
    public var selection = 0
    public var filter = ""
    /// Names of the runs to compare.
    public var marked: Set<String> = []
    /// The run that was selected when a comparison was asked for without marks.
    public var comparedWith: String?

    public var visibleRuns: [RunListing] {
        (runs ?? []).filter { matches($0.name + " " + $0.preset, filter) }
    }
    public var visiblePresets: [PresetListing] {
        presets.filter { matches($0.name + " " + $0.summary, filter) }
    }
    public var count: Int { list == .runs ? visibleRuns.count : visiblePresets.count }
}

/// Runs side by side.
public struct ComparisonPage: Sendable, Equatable {
    public var comparison: RunComparison
    /// The run that the others are tested against.
    public var selection = 0

    public init(comparison: RunComparison = RunComparison([])) { self.comparison = comparison }
}

/// Whether every word of a filter occurs in a text, ignoring case.
func matches(_ text: String, _ filter: String) -> Bool {
    let text = text.lowercased()
    return filter.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
}
