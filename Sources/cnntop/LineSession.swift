import Dashboard
import Glibc
import Runs

/// Tells a run in lines until it is over.
struct LineSession {
    private let directory: RunDirectory

    init(_ directory: RunDirectory) {
        self.directory = directory
    }

    /// Returns the exit code: that of the run's end, 4 when its worker died.
    func run() -> Int32 {
        var link = RunLink(directory)
        var lines = ProgressLines()
        while true {
            for event in link.poll() {
                if let line = lines.line(for: event) { print(line) }
            }
            fflush(nil)
            switch link.connection {
            case .finished: return ProgramExit.code(for: link.stop?.reason ?? .stoppedByUser)
            case .workerDied:
                StandardError.say(
                    "cnntop: \(directory.path): the worker died; continue with `cnntop train --resume \(directory.name)`"
                )
                return ProgramExit.workerDied
            case .none, .connecting, .attached: usleep(100_000)
            }
        }
    }
}
