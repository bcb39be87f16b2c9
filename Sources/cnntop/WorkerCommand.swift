import ArgumentParser
import Runs

/// `cnntop worker DIR`: what `train` starts in a process of its own.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Train in a run directory (used by `train`).", shouldDisplay: false)

    @Argument var directory: String
    @Flag var resume = false
    /// The file that a new run was made from, so that messages name the lines that the user wrote.
    @Option var preset: String?
    @OptionGroup var experiment: ExperimentOptions

    func run() throws {
        let directory = RunDirectory(path: directory)
        let code =
            resume
            ? try WorkerProcess.resume(directory, experiment, printing: false)
            : try WorkerProcess.begin(
                try experiment.preset(named: preset ?? directory.presetFile), in: directory, printing: false)
        throw ExitCode(code)
    }
}
