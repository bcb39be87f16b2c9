import Datasets
import Glibc
import Interchange
import Runs

/// The checkpoints of one run.
///
/// `epoch-0003.safetensors` was written when the third epoch was finished, `epoch-0003-iteration-001234.safetensors`
/// within it; in this order the names sort by time. Of those written at epochs' ends only the last few are kept
/// (`checkpointsKept`); each holds the best network so far, so none is lost by it. Those a user asked for stay.
public struct CheckpointFolder: Sendable {
    public let run: RunDirectory

    public init(_ run: RunDirectory) { self.run = run }

    /// The name, relative to the run directory, of a checkpoint at this point of the run.
    static func name(at progress: Progress) -> String {
        let epoch = padded(progress.epochNumber, 4)
        let isEpochEnd = progress.position.taken == 0 && progress.iteration > 0
        return
            "checkpoints/epoch-\(epoch)\(isEpochEnd ? "" : "-iteration-" + padded(progress.iteration, 6)).safetensors"
    }

    /// Writes a checkpoint and gives its name relative to the run directory.
    func write(_ checkpoint: Checkpoint, at progress: Progress) throws(SafetensorsError) -> String {
        let name = Self.name(at: progress)
        try checkpoint.write(to: "\(run.path)/\(name)")
        return name
    }

    /// Removes the oldest automatic checkpoints beyond `kept`.
    func prune(keeping kept: Int) {
        let automatic = run.checkpointFiles.filter { !$0.contains("-iteration-") }
        guard automatic.count > kept else { return }
        for path in automatic.dropLast(kept) { unlink(path) }
    }

    /// Removes what a killed worker had half written. Only for the one who owns the run.
    public func removePartialFiles() {
        for path in run.partialCheckpointFiles + [run.activationCache] { unlink(path) }
    }

    /// The latest checkpoint that can be read, and what was wrong with later ones.
    ///
    /// - Throws: `CheckpointError` when there is none.
    public func latest() throws(CheckpointError) -> (checkpoint: Checkpoint, path: String, notes: [String]) {
        var notes: [String] = []
        for path in run.checkpointFiles.reversed() {
            do {
                return (try Checkpoint(contentsOf: path), path, notes)
            } catch {
                notes.append(String(describing: error))
            }
        }
        guard let first = notes.first else { throw .none(directory: run.path) }
        throw .allDamaged(directory: run.path, latest: first)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
