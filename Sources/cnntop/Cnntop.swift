import ArgumentParser
import Glibc

/// The program: one file per subcommand, the only place where all modules meet.
@main
struct Cnntop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnntop",
        abstract: "Train convolutional networks and watch them learn, in the terminal.",
        usage: "cnntop [OPTIONS]\ncnntop COMMAND …",
        discussion: """
            Without a command: the dashboard on the runs there are; with none, the preset fashion-mnist is started.

            EXAMPLES
              cnntop                             watch the runs here, or start the first
              cnntop train fashion-mnist         train a preset under the dashboard
              cnntop train lenet --headless --set maxEpochs=5 initialLearnRate=0.02
              cnntop attach                      a dashboard on the run that is going
              cnntop attach lenet-02             … on another; part of its name will do
              cnntop runs --json                 all runs, for scripts
              cnntop set initialLearnRate=0.001  change a training that is going
              cnntop pause; cnntop step; cnntop resume
              cnntop stop --discard              stop without saving
              cnntop evaluate fashion-mnist-01 fashion-mnist
              cnntop import squeezenet.onnx      another program's network as a model
              cnntop predict squeezenet kitten.png --json
              cnntop scan trace-peaks-01 chromatogram.csv
              cnntop features squeezenet photos/ -o features.npy
              cnntop export fashion-mnist-01 -o net.onnx

            Runs live in --runs-directory, $CNNTOP_RUNS or ./runs, in this order.
            Exit codes: 0 every planned end, 2 wrong usage or input, or an output network that could not be saved,
            3 diverged, 4 a worker that died.
            """,
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, ScanCommand.self,
            ImportCommand.self, ExportCommand.self, FeaturesCommand.self,
            PresetsCommand.self, WorkerCommand.self,
            AttachCommand.self, RunsCommand.self, PauseCommand.self, ResumeCommand.self, StepCommand.self,
            StopCommand.self, SetCommand.self, CheckpointCommand.self, PictureCommand.self, KeysCommand.self,
            AnalyzeCommand.self, BenchCommand.self,
        ]
    )

    @OptionGroup var runs: RunsOption
    @OptionGroup var display: DisplayOptions

    func run() throws {
        throw ExitCode(try Watching.open(runsDirectory: runs.directory, display: display))
    }

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            finish(error)
        }
    }

    /// Says what went wrong in one line and ends with the exit code that stands for it.
    private static func finish(_ error: any Error) -> Never {
        if let code = error as? ExitCode { Glibc.exit(code.rawValue) }
        let isOurs = !(error is CleanExit) && exitCode(for: error) == .failure
        guard isOurs else {
            // Help and the version are asked for; everything else here is wrong usage.
            if exitCode(for: error).isSuccess {
                print(fullMessage(for: error))
                Glibc.exit(0)
            }
            StandardError.say(fullMessage(for: error))
            Glibc.exit(2)
        }
        StandardError.say("cnntop: \(error)")
        Glibc.exit((error as? any ExitCoded)?.exitCode ?? 2)
    }
}
