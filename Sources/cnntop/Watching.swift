import Dashboard
import Glibc
import Runs

/// How a user looks at runs: the dashboard on a terminal, lines elsewhere.
enum Watching {
    /// Watches one run. Returns the exit code.
    static func show(_ directory: RunDirectory, runsDirectory: String, display: DisplayOptions) throws
        -> Int32
    {
        guard isTerminal else { return LineSession(directory).run() }
        return try DashboardSession(runsDirectory: runsDirectory, display: display).run(opening: directory)
    }

    /// Offers the runs there are; with none, starts the default preset. Returns the exit code.
    static func open(runsDirectory: String, display: DisplayOptions) throws -> Int32 {
        let runs = RunDirectory.list(in: runsDirectory)
        if runs.isEmpty {
            let worker = try RunStart.begin(preset: "fashion-mnist", runsDirectory: runsDirectory)
            try RunStart.cleaningUp(worker.directory, worker.waitUntilReady)
            return try show(worker.directory, runsDirectory: runsDirectory, display: display)
        }
        guard isTerminal else { return LineSession(try RunDirectory.find(nil, in: runsDirectory)).run() }
        return try DashboardSession(runsDirectory: runsDirectory, display: display).run(opening: nil)
    }

    /// Whether a dashboard can be shown: a pipe, CI or `TERM=dumb` gets lines.
    static var isTerminal: Bool {
        let term = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(0) == 1 && isatty(1) == 1 && !term.isEmpty && term != "dumb"
    }
}
