import Runs
import Screen

/// The next state after a message, and what the session shall do. Pure and total.
public func update(_ state: inout State, _ message: Message) -> [Effect] {
    switch message {
    case .input(.key(let key)): return state.press(key)
    case .input(.mouse(let event)): return state.point(event)
    case .input(.resized(let size)), .resized(let size): state.size = size
    case .event(let event): state.take(event)
    case .events(let events): for event in events { state.take(event) }
    case .runOpened(let name): state.open(name)
    case .runsListed(let runs): state.chooser.runs = runs
    case .compared(let comparison, let left): state.show(comparison, without: left)
    case .thresholdFound(let threshold): state.detector.threshold = threshold
    case .presetsListed(let presets): state.chooser.presets = presets
    case .connection(let connection): state.change(to: connection)
    case .tick(let now):
        state.now = now
        if state.isNoticeOver(at: now) { state.notice = nil }
    case .notice(let severity, let text): state.say(text, severity.noticeKind)
    }
    return []
}

extension Note.Severity {
    fileprivate var noticeKind: Notice.Kind {
        switch self {
        case .information: .information
        case .warning: .warning
        case .error: .error
        }
    }
}

extension State {
    /// Shows a line in place of the keys, for a few seconds or until the next key.
    mutating func say(_ text: String, _ kind: Notice.Kind = .information) {
        notice = Notice(kind: kind, text: text, until: now + 5)
    }

    fileprivate mutating func open(_ name: String) {
        runName = name
        run = RunState()
        connection = .connecting
        page = .dashboard
        overlay = nil
        isInterrupted = false
        plots.window = nil
        plots.cursor = nil
        options = OptionsPanel()
        detector = DetectorSettings()
        examples = ExampleSettings()
        logOffset = 0
        filters.offset = 0
        confusion.row = 0
        confusion.column = 0
    }

    fileprivate mutating func change(to connection: Connection) {
        self.connection = connection
        if connection == .workerDied, run?.isOver == false, overlay == nil {
            prompt = nil
            overlay = .dialog(.workerDied, selected: 0)
        }
        if connection == .attached, case .dialog(.workerDied, _) = overlay { overlay = nil }
        if connection != .attached && connection != .connecting { options.pending = [:] }
    }

    fileprivate mutating func take(_ event: RunEvent) {
        run?.apply(event)
        switch event {
        case .changed(let change):
            if options.pending[change.key] == change.to || options.pending[change.key] == nil {
                options.pending[change.key] = nil
            }
            options.refusals[change.key] = nil
        case .refused(.set(let key, let value), let reason): takeRefusal(of: key, value, reason)
        case .refused(let command, let reason):
            say("\(run?.words(for: command) ?? "command") refused: \(reason)", .warning)
        case .stopped(let record): takeStop(record)
        default: break
        }
    }

    private mutating func takeRefusal(of key: String, _ value: String, _ reason: String) {
        if options.pending[key] == value { options.pending[key] = nil }
        options.refusals[key] = reason
        if let index = options.undo.lastIndex(where: { $0.key == key }) { options.undo.remove(at: index) }
        say("\(run?.title(of: key) ?? key) = \(value) refused: \(reason)", .warning)
    }

    private mutating func takeStop(_ record: StopRecord) {
        options.pending = [:]
        if case .dialog = overlay { overlay = nil }
        isInterrupted = false
        // Why it ended stands above, for good; here is what can be done now.
        let next =
            record.reason == .stoppedByUser || record.reason == .gaveUp
            ? "r lists the runs, :resume goes on, " : "r lists the runs, "
        say("the run is over: \(next)q leaves")
    }
}
