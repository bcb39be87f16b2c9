import ArgumentParser
import FoundationEssentials
import Runs

/// Where runs live, the same for all commands.
struct RunsOption: ParsableArguments {
    @Option(
        name: .customLong("runs-directory"),
        help: ArgumentHelp("Folder with the runs (default: $CNNTOP_RUNS or runs).", valueName: "dir"))
    var option: String?

    var directory: String { RunDirectory.runsDirectory(option: option) }

    /// A runs directory that was named must be there to be looked at; the default one comes with the first run.
    func requireFolder() throws {
        var isFolder = false
        if let option, !(FileManager.default.fileExists(atPath: option, isDirectory: &isFolder) && isFolder) {
            throw ValidationError("--runs-directory \(option): there is no such folder")
        }
    }
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
