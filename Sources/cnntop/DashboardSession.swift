import Dashboard
import Glibc
import Runs
import Screen
import Terminal

/// One dashboard from its first frame to its last: hands what happens to `update`, does what that asks for, and draws.
///
/// Ten looks at the run a second and one frame for each that changed something; keys are answered at once.
final class DashboardSession {
    private let runsDirectory: String
    private let display: DisplayOptions
    private let terminal: CursesTerminal
    private var state: State
    private var link: RunLink?
    /// A worker that was started from here and has not answered yet; a new run that cannot begin goes again.
    private var starting: (worker: StartingWorker, isNew: Bool)?
    private var shown = Shown()
    private var wanted: Set<Observation> = []
    private var isOver = false
    /// Whether the user has asked for the run's end.
    private var isStopping = false
    /// 9 KB/s: what stays pleasant over a slow SSH connection.
    private var budget = OutputBudget(rate: 8_000)

    /// What was drawn last, and whether it is stale.
    private struct Shown {
        var isStale = true
        /// The user pressed a key and waits for the answer.
        var isUrgent = true
        var at = 0.0
    }

    /// Seconds between two looks at a run that is going, and at one that is not.
    private static let interval = (going: 0.1, resting: 0.5)
    /// Seconds that the shell waits for a run to save itself.
    private static let stoppingPatience = 10.0
    /// Seconds after which clocks on the screen have moved on though nothing happened.
    private static let clockInterval = 1.0

    init(runsDirectory: String, display: DisplayOptions) throws {
        self.runsDirectory = runsDirectory
        self.display = display
        terminal = try CursesTerminal(colors: display.colors, glyphs: display.glyphs)
        state = State(
            capabilities: terminal.capabilities, theme: display.theme ?? .dark, size: terminal.size)
    }

    /// Shows a run, or the choice of all runs, until the user leaves. Returns the exit code.
    func run(opening directory: RunDirectory?) throws -> Int32 {
        defer { terminal.close() }
        if let directory { open(directory) } else { listRuns() }
        if let text = terminal.notice { notice(.warning, text) }
        var nextLook = 0.0
        while !isOver {
            while !isOver, let input = terminal.nextInput() {
                handle(.input(input))
                shown.isUrgent = true
            }
            if terminal.isDisturbed { shown = Shown(at: shown.at) }
            let now = monotonicSeconds()
            if now >= nextLook {
                look()
                nextLook = now + (isGoing ? Self.interval.going : Self.interval.resting)
            }
            draw(now)
            if !isOver { isOver = !waitForInput(seconds: nextLook - monotonicSeconds()) }
        }
        terminal.close()
        if let line = farewell() { print(line) }
        return ProgramExit.planned
    }

    /// What becomes of the run that was on the screen, for the shell that the user returns to.
    private func farewell() -> String? {
        guard var link else { return nil }
        // A worker that was told to stop needs a moment to save.
        let deadline = monotonicSeconds() + (isStopping ? Self.stoppingPatience : 0)
        repeat {
            _ = link.poll()
            if link.connection == .finished || link.connection == .workerDied { break }
            usleep(20_000)
        } while monotonicSeconds() < deadline
        let name = link.directory.name
        switch link.connection {
        case .finished: return link.stop.map { "\(name) \(ProgressLines.lastLine($0))" }
        case .workerDied: return "\(name): the worker died; continue with `cnntop train --resume \(name)`"
        case .none, .connecting, .attached:
            return isStopping
                ? "\(name) is being stopped"
                : "\(name) goes on training; `cnntop attach \(name)` shows it again"
        }
    }

    private var isGoing: Bool {
        if starting != nil { return true }
        guard let link else { return false }
        return link.connection == .attached || link.connection == .connecting
    }

    /// What the log and the worker have said since the last look.
    private func look() {
        receiveWorker()
        guard var link else { return }
        let before = link.connection
        let events = link.poll()
        let lost = link.takeLostCommands()
        self.link = link
        for command in lost { complain(about: command) }
        if !events.isEmpty { handle(.events(events)) }
        if link.connection != before || state.connection != link.connection {
            handle(.connection(link.connection))
        }
        sendWish()
    }

    /// The worker makes costly observations only for those who ask.
    private func sendWish() {
        guard link?.connection == .attached, state.wantedObservations != wanted else { return }
        wanted = state.wantedObservations
        _ = link?.send(.observe(wanted))
    }

    private func draw(_ now: Double) {
        let isDue = isGoing && now - shown.at >= Self.clockInterval || state.isNoticeOver(at: now)
        guard shown.isStale || isDue else { return }
        guard budget.allowsFrame(at: now) || shown.isUrgent else { return }
        _ = update(&state, .tick(now: now))
        let before = terminal.bytesWritten
        terminal.draw(frame(state, terminal.size), theme: state.theme)
        if let before, let after = terminal.bytesWritten { budget.spend(after - before) }
        shown = Shown(isStale: false, isUrgent: false, at: now)
    }

    /// False when the terminal is gone.
    private func waitForInput(seconds: Double) -> Bool {
        var request = pollfd(fd: terminal.inputDescriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(max(0, min(seconds, 1) * 1000).rounded(.up))
        guard poll(&request, 1, milliseconds) > 0 else { return true }
        return Int32(request.revents) & (POLLHUP | POLLERR | POLLNVAL) == 0
    }

    private func handle(_ message: Message) {
        shown.isStale = true
        for effect in update(&state, message) { perform(effect) }
    }

    private func notice(_ severity: Note.Severity, _ text: String) { handle(.notice(severity, text)) }
}

// MARK: - What update asks for

extension DashboardSession {
    private func perform(_ effect: Effect) {
        switch effect {
        case .send(let command): send(command)
        case .quit: isOver = true
        case .savePicture: savePicture()
        case .suspend: terminal.suspend()
        case .redraw: terminal.redraw()
        case .openRun(let name): attempt { open(try RunDirectory.find(name, in: runsDirectory)) }
        case .startPreset(let name, let arguments):
            attempt {
                let experiment = try ExperimentOptions.parsing(arguments)
                waitFor(
                    try RunStart.begin(preset: name, with: experiment, runsDirectory: runsDirectory),
                    isNew: true)
            }
        case .resumeRun(let name): attempt { try resume(name) }
        case .listRuns: listRuns()
        case .compareRuns(let names): compare(names)
        case .keepThreshold(let threshold): attempt { try link?.directory.keep(threshold: threshold) }
        case .setTheme(let name): if let theme = Theme.named(name) { state.theme = theme }
        }
    }

    private func send(_ command: RunCommand) {
        if case .stop = command { isStopping = true }
        if link?.send(command) != true { complain(about: command) }
    }

    private func complain(about command: RunCommand) {
        notice(.warning, "no worker to \(command.words): the run is not going")
    }

    /// Goes on drawing until the worker answers: loading a large data set may take it a while.
    private func waitFor(_ worker: StartingWorker, isNew: Bool) {
        starting = (worker, isNew)
        notice(.information, "starting \(worker.directory.name) …")
        receiveWorker()
    }

    private func receiveWorker() {
        guard let (worker, isNew) = starting else { return }
        attempt {
            do {
                let answers =
                    isNew ? try RunStart.cleaningUp(worker.directory, worker.isReady) : try worker.isReady()
                guard answers else { return }
            } catch {
                starting = nil
                throw error
            }
            starting = nil
            open(worker.directory)
        }
    }

    private func open(_ directory: RunDirectory) {
        link = RunLink(directory)
        isStopping = false
        wanted = []
        handle(.runOpened(directory.name))
        handle(.thresholdFound(directory.threshold))
        look()
    }

    private func resume(_ name: String) throws {
        let directory =
            try link.flatMap { $0.directory.name == name ? $0.directory : nil }
            ?? RunDirectory.find(name, in: runsDirectory)
        waitFor(try RunStart.beginResuming(directory), isNew: false)
    }

    private func listRuns() {
        handle(
            .runsListed(
                RunDirectory.list(in: runsDirectory).map {
                    RunListing($0.summary(), judgements: $0.currentJudgements())
                }))
        handle(.presetsListed(RunStart.presets()))
    }

    /// Judging takes an engine and the data, so what was not judged yet is left to `cnntop runs --compare`.
    private func compare(_ names: [String]) {
        let kept = KeptJudgements(
            RunDirectory.list(in: runsDirectory).filter { names.contains($0.name) })
        handle(.compared(RunComparison(kept.runs), without: kept.missing))
    }

    private func savePicture() {
        attempt {
            let folder = link?.directory.path ?? "screenshots"
            let path = try ScreenPicture.save(frame(state, terminal.size), theme: state.theme, in: folder)
            notice(.information, "saved \(path)")
        }
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { notice(.error, "\(error)") }
    }
}
