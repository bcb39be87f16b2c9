import Datasets
import Glibc
import Runs
import Training

/// The process that trains: owner of the run directory, its log and its control socket.
enum WorkerProcess {
    /// Trains a preset in a new run's directory. Returns the exit code.
    static func begin(_ preset: Preset, in directory: RunDirectory, printing: Bool) throws -> Int32 {
        StopSignals.install()
        let lock = try RunLock(directory)
        if let svm = preset.svm { return try train(preset, svm, lock, printing: printing) }
        return try train(try Experiment(loading: preset), lock, resuming: nil, notes: [], printing: printing)
    }

    /// Goes on from a run's last good checkpoint. Returns the exit code.
    static func resume(_ directory: RunDirectory, _ options: ExperimentOptions, printing: Bool) throws
        -> Int32
    {
        StopSignals.install()
        let lock = try RunLock(directory)
        if SVMCheckpoint.exists(in: directory) { throw ResumeError.isFinished(directory.name) }
        let folder = CheckpointFolder(directory)
        folder.removePartialFiles()
        let (checkpoint, path, notes) = try folder.latest()
        let preset = try options.preset(resuming: checkpoint)
        return try train(
            try Experiment(loading: preset), lock, resuming: (checkpoint, path), notes: notes,
            printing: printing)
    }

    private static func train(_ preset: Preset, _ svm: SVMPlan, _ lock: RunLock, printing: Bool) throws
        -> Int32
    {
        let directory = lock.directory
        let data = try preset.data.load(seed: preset.seed)
        let supervisor = WorkerSupervisor(
            log: try EventLogWriter(directory), server: try ControlServer(directory),
            lines: printing ? ProgressLines(frequency: 1) : nil)
        let trainer = SVMTrainer(
            preset, svm, data: data, run: directory, startedAt: secondsSince1970(), supervisor: supervisor)
        defer { supervisor.close() }
        let record = try trainer.train()
        return withExtendedLifetime(lock) {
            trainer.isOutputSaved && trainer.isLogWritten
                ? ProgramExit.code(for: record.reason) : ProgramExit.notSaved
        }
    }

    private static func train(
        _ experiment: Experiment, _ lock: RunLock, resuming: (checkpoint: Training.Checkpoint, path: String)?,
        notes: [String], printing: Bool
    ) throws -> Int32 {
        let directory = lock.directory
        let supervisor = WorkerSupervisor(
            log: try EventLogWriter(directory), server: try ControlServer(directory),
            lines: printing ? ProgressLines(frequency: experiment.preset.options.verboseFrequency) : nil)
        let trainer = try Trainer(
            experiment, run: directory.name, startedAt: secondsSince1970(),
            folder: CheckpointFolder(directory),
            resuming: resuming, supervisor: supervisor)
        for note in notes { trainer.noteAtStart(.warning, note) }
        if let resuming, !notes.isEmpty {
            trainer.noteAtStart(.warning, "went on from \(resuming.path) instead")
        }
        let record = trainer.run()
        supervisor.close()
        return withExtendedLifetime(lock) {
            trainer.isOutputSaved ? ProgramExit.code(for: record.reason) : ProgramExit.notSaved
        }
    }
}

/// Why a run cannot go on.
enum ResumeError: Error, CustomStringConvertible {
    case isFinished(String)

    var description: String {
        switch self {
        case .isFinished(let run):
            "\(run): its support vector machine is trained; there is nothing to go on with, train the preset again"
        }
    }
}
