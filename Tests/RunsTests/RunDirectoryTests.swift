import Foundation
import Runs
import Testing

@Suite
struct RunDirectoryTests {
    let noon = 1_795_521_600.0  // 2026-11-24, 12:00 UTC: the same day in nearly every time zone

    @Test func namesAreTheDayThePresetAndTheNextFreeNumber() throws {
        let run = try TemporaryRun()
        let names = try (1...3).map { _ in
            try RunDirectory.create(preset: "lenet", in: run.folder, secondsSince1970: noon).name
        }
        #expect(names == ["2026-11-24-lenet-01", "2026-11-24-lenet-02", "2026-11-24-lenet-03"])
        try FileManager.default.removeItem(atPath: run.folder + "/2026-11-24-lenet-02")
        let next = try RunDirectory.create(preset: "lenet", in: run.folder, secondsSince1970: noon).name
        #expect(next == "2026-11-24-lenet-04")
    }

    @Test func aFolderThatHoldsARunIsNotTakenForAnother() throws {
        let run = try TemporaryRun()
        try EventLogWriter(run.directory).append([Sample.iteration(1)])
        #expect(throws: RunDirectoryError.taken(path: run.directory.path, canContinue: false)) {
            try RunDirectory.create(at: run.directory.path)
        }
    }

    @Test func aFolderThatCannotBeMadeIsAOneLineFault() throws {
        let run = try TemporaryRun()
        try run.write([], to: run.folder + "/file")
        let path = run.folder + "/file/run"
        let fault = #expect(throws: RunDirectoryError.self) { try RunDirectory.create(at: path) }
        #expect(fault == .notCreated(path: path + "/checkpoints", SystemFault(code: ENOTDIR)))
        #expect(fault?.description.contains("Not a directory; choose another") == true)
    }

    @Test func aRunHasOneOwnerAtATime() throws {
        let run = try TemporaryRun()
        #expect(!run.directory.isOwned)
        var lock: RunLock? = try RunLock(run.directory)
        #expect(run.directory.owner == getpid())
        #expect(throws: RunDirectoryError.ownedByAnother(path: run.directory.path, process: getpid())) {
            try RunLock(run.directory)
        }
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(!run.directory.isOwned)
        #expect(run.directory.owner == nil)
        _ = try RunLock(run.directory)
    }

    @Test func aStaleSocketGoesWithTheLock() throws {
        let run = try TemporaryRun()
        try run.write([], to: run.directory.socketPath)
        let lock = try RunLock(run.directory)
        withExtendedLifetime(lock) {
            #expect(!FileManager.default.fileExists(atPath: run.directory.socketPath))
        }
    }

    @Test func aRunIsFoundByItsNameItsPathOrAPartOfIt() throws {
        let run = try TemporaryRun("2026-11-24-lenet-01")
        let other = try RunDirectory.create(at: run.folder + "/2026-11-24-shapes-01")
        for (index, directory) in [run.directory, other].enumerated() {
            try EventLogWriter(directory, now: { 1000 + Double(index) }).append([Sample.iteration(1)])
        }
        #expect(try RunDirectory.find("2026-11-24-lenet-01", in: run.folder) == run.directory)
        #expect(try RunDirectory.find("lenet", in: run.folder) == run.directory)
        #expect(try RunDirectory.find(other.path + "/", in: "/nowhere") == other)
        #expect(try RunDirectory.find(nil, in: run.folder) == other)
        let lock = try RunLock(run.directory)
        #expect(try RunDirectory.find(nil, in: run.folder) == run.directory)
        withExtendedLifetime(lock) {}
        let ambiguous = #expect(throws: RunDirectoryError.self) {
            try RunDirectory.find("-01", in: run.folder)
        }
        #expect(
            ambiguous?.description
                == "'-01' could be 2026-11-24-shapes-01 or 2026-11-24-lenet-01; give more of the name")
        let missing = #expect(throws: RunDirectoryError.self) { try RunDirectory.find("vgg", in: run.folder) }
        #expect(
            missing?.description.hasSuffix(
                "no run 'vgg'; there are 2026-11-24-shapes-01, 2026-11-24-lenet-01") == true)
        let none = #expect(throws: RunDirectoryError.self) { try RunDirectory.find(nil, in: "/nowhere") }
        #expect(none?.description == "/nowhere: no runs here; start one with `cnntop train fashion-mnist`")
    }

    @Test func checkpointsAreInTheOrderOfTimeHoweverLongTheRun() throws {
        let run = try TemporaryRun()
        let names = [
            "epoch-0002-iteration-999999", "epoch-0002-iteration-1000000", "epoch-0002", "epoch-9999",
            "epoch-10000-iteration-000001", "epoch-10000",
        ].map { "\(run.directory.checkpoints)/\($0).safetensors" }
        for name in names.sorted() { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        #expect(run.directory.checkpointFiles == names)
    }

    @Test func aSummaryTellsWhatTheLogEndsWith() throws {
        let run = try TemporaryRun()
        let writer = try EventLogWriter(run.directory)
        try writer.append([
            .described(Sample.description()), .planned(Sample.plan), Sample.iteration(428),
            Sample.validation(428, accuracy: 0.8), Sample.iteration(900),
            Sample.validation(900, accuracy: 0.9),
            Sample.validation(950, accuracy: 0.85, isBest: false), Sample.iteration(1000, elapsed: 12.5),
        ])
        var summary = run.directory.summary()
        #expect(summary.state == .died)
        #expect(summary.preset == "fashion-mnist")
        #expect(summary.iteration == 1000 && summary.epoch == 3 && summary.elapsed == 12.5)
        #expect(summary.maxEpochs == 10 && summary.lastIteration == 4290)
        #expect(summary.bestValidationAccuracy == 0.9 && summary.bestEpoch == 3)

        try writer.append([Sample.stop(1000, .diverged)])
        summary = run.directory.summary()
        #expect(summary.state == .diverged && summary.stopReason == .diverged)

        // A session that goes back to iteration 500 forgets the later best.
        try EventLogWriter(run.directory).append([.described(Sample.description(firstIteration: 500))])
        summary = run.directory.summary()
        #expect(summary.state == .died && summary.stopReason == nil)
        #expect(summary.bestValidationAccuracy == 0.8 && summary.iteration == 500)
    }

    @Test func aLivingWorkerIsRunningOrPaused() throws {
        let run = try TemporaryRun()
        let lock = try RunLock(run.directory)
        let server = try ControlServer(run.directory)
        defer { server.close() }
        try EventLogWriter(run.directory).append([.described(Sample.description()), Sample.iteration(1)])
        server.publish(.activityChanged(.training))
        #expect(run.directory.summary().state == .running)
        server.publish(.activityChanged(.paused(reason: nil)))
        #expect(run.directory.summary().state == .paused)
        #expect(run.directory.summary().process == getpid())
        withExtendedLifetime(lock) {}
    }

    @Test func onlyARunWithACheckpointIsSaidToGoOn() {
        #expect(
            RunDirectoryError.taken(path: "runs/a", canContinue: true).description
                == "runs/a: there is a run already; continue it with --resume or choose another --name")
        #expect(
            RunDirectoryError.taken(path: "runs/a", canContinue: false).description
                == "runs/a: there is a run already, without a checkpoint to continue from; remove this folder or "
                + "choose another --name")
    }
}
