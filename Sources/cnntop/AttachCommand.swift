import ArgumentParser

/// `cnntop attach [RUN]`
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Open a dashboard on a run that is going, or is over.",
        discussion: """
            Leaving the dashboard, closing the terminal or killing it never stops the training.
            Without a terminal the run is told in lines until it ends.
            """.flowing)

    @OptionGroup var target: RunArgument
    @OptionGroup var display: DisplayOptions

    func run() throws {
        throw ExitCode(
            try Watching.show(try target.find(), runsDirectory: target.runs.directory, display: display))
    }
}
