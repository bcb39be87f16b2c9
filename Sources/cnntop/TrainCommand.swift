import ArgumentParser
import Runs
import Training

/// `cnntop train PRESET`
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a preset, under the dashboard or without a screen.",
        discussion: """
            PRESET is a name (see `cnntop presets`) or the path of a YAML file. On a terminal the training runs in a
            process of its own and the dashboard opens on it; with --headless, or without a terminal, it runs in the
            foreground and prints a line now and then. Dashboards can be attached to both.

            EXAMPLES
              cnntop train fashion-mnist
              cnntop train lenet --headless --set maxEpochs=5 initialLearnRate=0.02
              cnntop train shapes --set solverName=sgdm augmentation.mirror=horizontal --seed 7
              cnntop train --resume lenet-01 --set maxEpochs=20

            OPTIONS OF --set, with their defaults

            """.flowing + Options.help.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))

    @Argument(help: "The preset to train.")
    var preset: String?

    @Flag(help: "Train in the foreground and print lines.") var headless = false
    @OptionGroup var runs: RunsOption

    @Option(
        name: .customLong("run-directory"),
        help: ArgumentHelp("Make exactly this folder the run's.", valueName: "dir"))
    var runDirectory: String?

    @Option(help: "The run's name (default: date, preset, number).") var name: String?

    @Option(help: ArgumentHelp("Continue this run from its last checkpoint.", valueName: "run"))
    var resume: String?

    @OptionGroup(title: "Experiment") var experiment: ExperimentOptions
    @OptionGroup(title: "Dashboard") var display: DisplayOptions

    func validate() throws {
        if preset == nil && resume == nil {
            let library = PresetLibrary.standard()
            guard !library.names.isEmpty else {
                throw ValidationError("Which preset? \(NoPresets(library.folders))")
            }
            throw ValidationError("Which preset? There are \(library.names.joined(separator: ", ")).")
        }
        if resume != nil && (preset != nil || runDirectory != nil || name != nil) {
            throw ValidationError(
                "--resume continues a run as it is: give no preset, --run-directory or --name.")
        }
    }

    func run() throws {
        let isForeground = headless || !Watching.isTerminal
        guard let resume else { return try begin(isForeground) }
        let directory = try RunDirectory.find(resume, in: runs.directory)
        if isForeground {
            throw ExitCode(try WorkerProcess.resume(directory, experiment, printing: true))
        }
        try RunStart.resume(directory, arguments: experiment.arguments)
        throw ExitCode(try Watching.show(directory, runsDirectory: runs.directory, display: display))
    }

    private func begin(_ isForeground: Bool) throws {
        let preset = try experiment.preset(named: preset ?? "")
        let directory = try RunStart.create(preset, name: name, at: runDirectory, in: runs.directory)
        if isForeground {
            throw ExitCode(
                try RunStart.cleaningUp(directory) {
                    try WorkerProcess.begin(preset, in: directory, printing: true)
                })
        }
        try RunStart.launch(directory, preset: preset.file, arguments: experiment.arguments)
        throw ExitCode(try Watching.show(directory, runsDirectory: runs.directory, display: display))
    }
}

/// `cnntop presets`
struct PresetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets", abstract: "List what can be trained.")

    func run() throws {
        let library = PresetLibrary.standard()
        guard !library.names.isEmpty else { throw NoPresets(library.folders) }
        let rows = library.summaries.map { preset in
            [preset.name, library.needs(of: preset.name).joined(separator: " "), preset.summary]
        }
        for line in TextTable.lines([["preset", "needs", ""]] + rows, rightAligned: []) { print(line) }
    }
}
