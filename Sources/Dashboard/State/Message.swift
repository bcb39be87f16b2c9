import Runs
import Screen

/// Everything that can happen to a dashboard.
public enum Message: Sendable, Equatable {
    case input(Input)
    case event(RunEvent)
    case events([RunEvent])
    /// The dashboard now looks at another run; events of that run follow from its beginning.
    case runOpened(String)
    /// The runs of the runs directory, for the chooser.
    case runsListed([RunListing])
    /// What `compareRuns` asked for, and why some of the runs are not in it.
    case compared(RunComparison, without: [String])
    /// The threshold that is kept with the run; nil: the detector's own.
    case thresholdFound(Double?)
    /// The presets that can be started, for the chooser.
    case presetsListed([PresetListing])
    case connection(Connection)
    /// The clock, in seconds (any origin, never backwards); sent before each frame.
    case tick(now: Double)
    case resized(Size)
    /// Something that the session did or could not do, shown in the bottom line: `saved run-0001.png`.
    case notice(Note.Severity, String)
}

/// How the dashboard is connected to the worker of its run.
public enum Connection: Sendable, Equatable {
    /// Only the log is read: no worker is expected (a finished run, a recording).
    case none
    case connecting
    case attached
    /// The run is over and its worker has ended in good order.
    case finished
    /// The worker is gone without having said why.
    case workerDied
}

/// What the session shall do for the dashboard.
public enum Effect: Sendable, Equatable {
    case send(RunCommand)
    /// Leave the dashboard; commands sent before it must still get out.
    case quit
    /// Write the screen as a PNG and answer with a `notice`.
    case savePicture
    /// Stop this process as Ctrl-Z does; redraw when it continues.
    case suspend
    case redraw
    /// Look at the run of that name; answered by `runOpened`, events and `connection`.
    case openRun(String)
    /// Start a new run of the preset with what `cnntop train` takes behind it, such as `--data photos`; answered like
    /// `openRun`.
    case startPreset(String, arguments: [String] = [])
    /// Start a worker that continues the run from its last checkpoint; answered like `openRun`.
    case resumeRun(String)
    /// Answered by `runsListed` and `presetsListed`.
    case listRuns
    /// Put these runs side by side; answered by `compared`.
    case compareRuns([String])
    /// Keep a detector's threshold with the run; nil: its own again.
    case keepThreshold(Double?)
    case setTheme(String)
}

/// One run in the chooser.
public struct RunListing: Sendable, Equatable {
    public enum Status: String, Sendable, Equatable { case running, paused, finished, diverged, died }
    public var name: String
    public var preset: String
    public var status: Status
    public var epoch: Int
    public var maxEpochs: Int
    /// 0…1; `nil` before the first validation.
    public var bestValidationAccuracy: Float?
    /// `stopped by user`, `diverged`; `nil` while it runs.
    public var stopReason: String?
    /// When it was started, as the session words it: `today 14:02`.
    public var started: String
    /// How its output was judged; nil where it was not.
    public var judged: ComparedRun?

    public init(
        name: String, preset: String, status: Status, epoch: Int, maxEpochs: Int,
        bestValidationAccuracy: Float? = nil, stopReason: String? = nil, started: String = "",
        judged: ComparedRun? = nil
    ) {
        self.name = name
        self.preset = preset
        self.status = status
        self.epoch = epoch
        self.maxEpochs = maxEpochs
        self.bestValidationAccuracy = bestValidationAccuracy
        self.stopReason = stopReason
        self.started = started
        self.judged = judged
    }
}

/// One preset in the chooser.
public struct PresetListing: Sendable, Equatable {
    public var name: String
    /// One line: `3 convolutions on Fashion-MNIST, under a minute`.
    public var summary: String
    /// The options without which it cannot begin: `--data`, `--model`.
    public var needs: [String]

    public init(name: String, summary: String, needs: [String] = []) {
        self.name = name
        self.summary = summary
        self.needs = needs
    }
}
