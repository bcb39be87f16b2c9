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
        var early: WorkerSupervisor?
        let experiment = try Experiment(loading: preset) {
            early = try WorkerSupervisor(directory, preset, printing: printing)
        }
        // With the layers that came from another model.
        if preset.transfer != nil { try experiment.preset.write(to: directory.presetFile) }
        if preset.transfer?.mapsClasses ?? false {
            return try vote(experiment, lock, printing: printing, early)
        }
        return try train(experiment, lock, resuming: nil, notes: [], printing: printing, early)
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
        if preset.transfer?.mapsClasses ?? false { throw ResumeError.hasNothingToLearn(directory.name) }
        var early: WorkerSupervisor?
        let experiment = try Experiment(loading: preset, isResumed: true) {
            early = try WorkerSupervisor(directory, preset, printing: printing)
        }
        return try train(
            experiment, lock, resuming: (checkpoint, path), notes: notes, printing: printing, early)
    }

    private static func train(_ preset: Preset, _ svm: SVMPlan, _ lock: RunLock, printing: Bool) throws
        -> Int32
    {
        let directory = lock.directory
        // Computing features may take longer than who started this waits for an answer.
        var early: WorkerSupervisor?
        let open = { try WorkerSupervisor(directory, preset, printing: printing) }
        let data = try preset.loadData { early = try open() }
        let supervisor = try early ?? open()
        let trainer = SVMTrainer(
            preset, svm, data: data, run: directory, startedAt: secondsSince1970(), supervisor: supervisor)
        return try run(trainer, supervisor, lock)
    }

    private static func vote(
        _ experiment: Experiment, _ lock: RunLock, printing: Bool, _ early: WorkerSupervisor?
    ) throws -> Int32 {
        let supervisor =
            try early ?? WorkerSupervisor(lock.directory, experiment.preset, printing: printing)
        let trainer = try ClassVoteTrainer(
            experiment, folder: CheckpointFolder(lock.directory), startedAt: secondsSince1970(),
            supervisor: supervisor)
        return try run(trainer, supervisor, lock)
    }

    private static func run(_ trainer: some OnePassTrainer, _ supervisor: WorkerSupervisor, _ lock: RunLock)
        throws -> Int32
    {
        defer { supervisor.close() }
        let record = try trainer.train()
        return withExtendedLifetime(lock) {
            trainer.isOutputSaved && trainer.isLogWritten
                ? ProgramExit.code(for: record.reason) : ProgramExit.notSaved
        }
    }

    private static func train(
        _ experiment: Experiment, _ lock: RunLock, resuming: (checkpoint: Training.Checkpoint, path: String)?,
        notes: [String], printing: Bool, _ early: WorkerSupervisor?
    ) throws -> Int32 {
        let directory = lock.directory
        let supervisor =
            try early ?? WorkerSupervisor(directory, experiment.preset, printing: printing)
        let trainer = try Trainer(
            experiment, run: directory.name, startedAt: secondsSince1970(),
            folder: CheckpointFolder(directory),
            resuming: resuming, supervisor: supervisor,
            // Without a screen nobody may ever come to say something.
            faultPatience: printing ? FaultPatience() : nil)
        for note in notes { trainer.noteAtStart(.warning, note) }
        if let resuming, !notes.isEmpty {
            trainer.noteAtStart(.warning, "went on from \(resuming.path) instead")
        }
        let record = trainer.run()
        supervisor.close()
        return withExtendedLifetime(lock) {
            if printing, trainer.finalFault != nil || record.reason == .gaveUp {
                let fault = trainer.finalFault ?? "stopped, since it could not be saved for too long"
                StandardError.say("cnntop: \(directory.name): \(fault)")
            }
            return trainer.isOutputSaved && trainer.isLogWritten
                ? ProgramExit.code(for: record.reason) : ProgramExit.notSaved
        }
    }
}

/// Why a run cannot go on.
enum ResumeError: Error, CustomStringConvertible {
    case isFinished(String)
    case hasNothingToLearn(String)

    var description: String {
        switch self {
        case .hasNothingToLearn(let run):
            "\(run): a pretrained network used as it is; there is nothing to go on with, train the preset again"
        case .isFinished(let run):
            "\(run): its support vector machine is trained; there is nothing to go on with, train the preset again"
        }
    }
}
