import Glibc
import Runs
import Testing
import Training

/// Runs whose checkpoints the disk does not take.
@Suite struct FullDiskTests {
    /// A trainer whose folder for checkpoints is not there.
    private func trainer(
        _ supervisor: ScriptedSupervisor, _ options: [String] = [], in run: TemporaryRun
    ) throws -> Trainer {
        let nowhere = CheckpointFolder(RunDirectory(path: run.directory.path + "/missing"))
        return try Trainer(
            try TinyData.experiment(options), run: "tiny", startedAt: 0, folder: nowhere,
            supervisor: supervisor)
    }

    @Test func aStopThatCannotSaveEndsTheRunWithoutWaiting() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([3: [.stop(saving: true)]], whilePaused: [.resume])
        let trainer = try trainer(supervisor, in: run)
        let record = trainer.run()
        #expect(record.reason == .stoppedByUser)
        #expect(record.iteration == 3)
        #expect(record.saved == nil)
        #expect(!trainer.isOutputSaved)
        #expect(supervisor.pauses == 0)
        #expect(supervisor.whilePaused.count == 1)
        #expect(supervisor.events.last == .stopped(record))
        #expect(supervisor.notes.count == 1)
        #expect(supervisor.notes.first?.hasPrefix("the output network could not be saved: ") == true)
        #expect(supervisor.notes.first?.hasSuffix("; there is no checkpoint") == true)
    }

    @Test func aStopEndsARunThatIsPausedForItsCheckpoint() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor(whilePaused: [.stop(saving: true), .resume])
        let trainer = try trainer(supervisor, in: run)
        let record = trainer.run()
        #expect(record.reason == .stoppedByUser)
        #expect(record.iteration == 5)
        #expect(!trainer.isOutputSaved)
        #expect(supervisor.whilePaused.count == 1)
    }

    @Test func theLastGoodCheckpointIsNamed() throws {
        let run = try TemporaryRun()
        let first = ScriptedSupervisor([7: [.stop(saving: true)]])
        _ = try TinyData.trainer(try TinyData.experiment(), first, in: run).run()
        let (checkpoint, path, _) = try run.folder.latest()
        let supervisor = ScriptedSupervisor([8: [.stop(saving: true)]])
        let trainer = try TinyData.trainer(
            try TinyData.experiment(), supervisor, in: run, resuming: (checkpoint, path))
        for file in run.directory.checkpointFiles { unlink(file) }
        #expect(rmdir(run.directory.checkpoints) == 0)
        let record = trainer.run()
        #expect(record.iteration == 8)
        #expect(record.saved == "checkpoints/epoch-0002-iteration-000007.safetensors")
        #expect(!trainer.isOutputSaved)
        #expect(
            supervisor.notes.first?.hasSuffix(
                "; the last good checkpoint is checkpoints/epoch-0002-iteration-000007.safetensors") == true)
    }

    @Test func atThePlannedEndAStopIsALastTry() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor(whilePaused: [.resume, .stop(saving: true), .resume])
        let trainer = try trainer(supervisor, ["checkpointFrequency=inf"], in: run)
        let record = trainer.run()
        #expect(record.reason == .maxEpochsReached)
        #expect(!trainer.isOutputSaved)
        #expect(supervisor.pauses == 2)
        #expect(supervisor.whilePaused.count == 1)
    }

    @Test func aLogThatTakesNothingMoreDoesNotHoldAStopUp() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor(whilePaused: [.stop(saving: true), .resume])
        supervisor.diskFull = (from: 4, times: .max)
        let trainer = try TinyData.trainer(try TinyData.experiment(), supervisor, in: run)
        let record = trainer.run()
        #expect(record.reason == .stoppedByUser)
        #expect(record.iteration == 4)
        #expect(trainer.isOutputSaved)
        #expect(supervisor.whilePaused.count == 1)
        #expect(supervisor.notes == ["the log does not tell how the run ended: log: the disk is full"])
    }

    /// A trainer without a user, its clock a second on at each look.
    private func lonelyTrainer(
        _ supervisor: ScriptedSupervisor, _ options: [String] = [], folder: CheckpointFolder
    ) throws -> Trainer {
        var now = 0.0
        return try Trainer(
            try TinyData.experiment(options), run: "tiny", startedAt: 0, folder: folder,
            supervisor: supervisor,
            clock: {
                now += 1
                return now
            }, faultPatience: FaultPatience(interval: 5, limit: 60))
    }

    @Test func withoutAUserTheRunGivesUpInTheEnd() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        supervisor.silences = 1000
        let nowhere = CheckpointFolder(RunDirectory(path: run.directory.path + "/missing"))
        let trainer = try lonelyTrainer(supervisor, folder: nowhere)
        let record = trainer.run()
        #expect(record.reason == .gaveUp)
        #expect(record.iteration == 5)
        #expect(!trainer.isOutputSaved)
        #expect(supervisor.pauses == 1)
        let fault = trainer.finalFault ?? ""
        #expect(fault.hasPrefix("the output network could not be saved: "), "\(fault)")
        #expect(supervisor.notes == [fault])
        let told = supervisor.activities.compactMap {
            if case .paused(let reason) = $0 { reason } else { nil }
        }
        #expect(told.first?.hasSuffix("; trying again every 5 s, giving up after 60 s") == true, "\(told)")
    }

    @Test func withoutAUserTheRunGoesOnOnceTheDiskTakesItAgain() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        supervisor.silences = 1000
        supervisor.diskFull = (from: 4, times: 3)
        let trainer = try lonelyTrainer(supervisor, folder: run.folder)
        let record = trainer.run()
        #expect(record.reason == .maxEpochsReached)
        #expect(trainer.isOutputSaved && trainer.isLogWritten && trainer.finalFault == nil)
        #expect(supervisor.pauses == 1)
        #expect(supervisor.activities.count { $0 == .training } == 2 + supervisor.validations.count)
    }

    @Test func aPauseThatAUserWantedIsNotEndedByPatience() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([3: [.pause]], whilePaused: [.resume])
        supervisor.silences = 500
        let record = try lonelyTrainer(supervisor, folder: run.folder).run()
        #expect(record.reason == .maxEpochsReached)
        #expect(supervisor.silences == 0)
    }

    @Test func atThePlannedEndPatienceEndsToo() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        supervisor.silences = 1000
        let nowhere = CheckpointFolder(RunDirectory(path: run.directory.path + "/missing"))
        let trainer = try lonelyTrainer(supervisor, ["checkpointFrequency=inf"], folder: nowhere)
        let record = trainer.run()
        #expect(record.reason == .maxEpochsReached)
        #expect(!trainer.isOutputSaved)
        #expect(supervisor.pauses == 1)
        #expect(supervisor.silences > 800)
    }
}
