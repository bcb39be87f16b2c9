import Dashboard
import Glibc
import Runs
import Training

/// Starts runs, for `train` and for the dashboard.
enum RunStart {
    /// Makes the directory of a new run of a preset and starts a detached worker in it, without waiting for it.
    static func begin(
        preset name: String, with experiment: ExperimentOptions? = nil, runsDirectory: String
    ) throws -> StartingWorker {
        let preset =
            try experiment?.preset(named: name)
            ?? Preset(contentsOf: try PresetLibrary.standard().file(named: name))
        let directory = try create(preset, in: runsDirectory)
        let words = worker(for: directory, preset: preset.file) + (experiment?.arguments ?? [])
        return try cleaningUp(directory) { try WorkerLauncher.begin(words, for: directory) }
    }

    /// Starts a detached worker that continues a run from its last checkpoint.
    static func resume(_ directory: RunDirectory, arguments: [String] = []) throws {
        try WorkerLauncher.launch(["worker", directory.absolutePath, "--resume"] + arguments, for: directory)
    }

    /// The same without waiting for the worker's first answer.
    static func beginResuming(_ directory: RunDirectory) throws -> StartingWorker {
        try WorkerLauncher.begin(["worker", directory.absolutePath, "--resume"], for: directory)
    }

    /// What can be started.
    static func presets() -> [PresetListing] {
        let library = PresetLibrary.standard()
        return library.summaries.map {
            PresetListing(name: $0.name, summary: $0.summary, needs: library.needs(of: $0.name))
        }
    }

    /// Makes a run directory with the resolved experiment in it.
    static func create(
        _ preset: Preset, name: String? = nil, at path: String? = nil, in runsDirectory: String
    ) throws -> RunDirectory {
        let directory =
            if let path { try RunDirectory.create(at: path) } else {
                try RunDirectory.create(preset: preset.name, name: name, in: runsDirectory)
            }
        try cleaningUp(directory) { try preset.write(to: directory.presetFile) }
        return directory
    }

    /// Starts a detached worker in a new run's directory, which goes again where it cannot begin.
    ///
    /// - Parameter arguments: what changes the preset of that file, as `ExperimentOptions` spells it.
    static func launch(_ directory: RunDirectory, preset file: String, arguments: [String] = []) throws {
        let words = worker(for: directory, preset: file) + arguments
        try cleaningUp(directory) { try WorkerLauncher.begin(words, for: directory).waitUntilReady() }
    }

    private static func worker(for directory: RunDirectory, preset file: String) -> [String] {
        ["worker", directory.absolutePath, "--preset", file]
    }

    /// Takes a run directory away again when the run did not get as far as a log.
    static func cleaningUp<Result>(_ directory: RunDirectory, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            if directory.eventFiles.isEmpty {
                for file in [directory.presetFile, directory.workerLog, directory.lockFile] { unlink(file) }
                rmdir(directory.checkpoints)
                rmdir(directory.path)
            }
            throw error
        }
    }
}
