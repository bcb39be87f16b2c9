import Dashboard
import Runs

/// Starts workers for the dashboard.
enum RunStart {
    /// Makes the directory of a new run of a preset and starts a detached worker in it.
    static func begin(preset: String, runsDirectory: String) throws -> RunDirectory {
        let directory = try RunDirectory.create(preset: preset, in: runsDirectory)
        try WorkerLauncher.launch(["worker", directory.absolutePath], for: directory)
        return directory
    }

    /// Starts a detached worker that continues a run from its last checkpoint.
    static func resume(_ directory: RunDirectory) throws {
        try WorkerLauncher.launch(["worker", directory.absolutePath, "--resume"], for: directory)
    }

    /// What can be started.
    static func presets() -> [PresetListing] { [] }
}
