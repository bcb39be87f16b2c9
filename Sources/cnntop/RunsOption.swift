import ArgumentParser
import Runs

/// Where runs live, the same for all commands.
struct RunsOption: ParsableArguments {
    @Option(
        name: .customLong("runs-directory"),
        help: ArgumentHelp("Folder with the runs (default: $CNNTOP_RUNS or runs).", valueName: "dir"))
    var option: String?

    var directory: String { RunDirectory.runsDirectory(option: option) }
}

/// A run that is there already.
struct RunArgument: ParsableArguments {
    @OptionGroup var runs: RunsOption

    @Argument(
        help:
            "The run: its name, a part of it or its folder (default: the one that is going, else the newest)."
    )
    var run: String?

    func find() throws -> RunDirectory { try RunDirectory.find(run, in: runs.directory) }
}
