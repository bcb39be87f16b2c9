import ArgumentParser
import Glibc
import Spelling

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
            Exit codes: 0 every planned end, 2 wrong usage or input, or something that could not be written, 3 diverged,
            4 a worker that died.
            """.flowing,
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
        let output = StandardOutput()
        do {
            try VectorsVariable.check()
            var command = try parseAsRoot()
            try command.run()
            output.leave(0)
        } catch {
            finish(error, output)
        }
    }

    /// Says what went wrong in one line and ends with the exit code that stands for it.
    private static func finish(_ error: any Error, _ output: StandardOutput) -> Never {
        if let code = error as? ExitCode { output.leave(code.rawValue) }
        let isOurs = !(error is CleanExit) && exitCode(for: error) == .failure
        guard isOurs else {
            // Help and the version are asked for; everything else here is wrong usage.
            if exitCode(for: error).isSuccess {
                print(fullMessage(for: error))
                output.leave(0)
            }
            StandardError.say(fullMessage(for: error))
            output.leave(2)
        }
        StandardError.say("cnntop: \(error)".inOneLine)
        output.leave((error as? any ExitCoded)?.exitCode ?? 2)
    }
}

/// `$CNNTOP_VECTORS`: the best vector instructions that the kernels may use.
///
/// They take any other word for none of theirs and use the machine's best, which who measures them must know.
enum VectorsVariable {
    struct Fault: Error, CustomStringConvertible {
        let found: String
        var description: String {
            "CNNTOP_VECTORS=\(found): expected avx512, avx2 or none, or no such variable"
        }
    }

    static func check() throws {
        guard let value = getenv("CNNTOP_VECTORS").map({ String(cString: $0) }) else { return }
        guard value.isEmpty || ["avx512", "avx2", "none"].contains(value) else { throw Fault(found: value) }
    }
}
