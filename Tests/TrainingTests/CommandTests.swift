import Runs
import Testing
import Training

@Suite struct CommandTests {
    @Test func aPausedRunStepsAndGoesOn() throws {
        let supervisor = ScriptedSupervisor([4: [.pause]], whilePaused: [.step, .step, .resume])
        let record = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(record.iteration == 20)
        let told = supervisor.activities.filter { $0 != .validating }
        let expected: [TrainerActivity] = [
            .training, .training, .paused(reason: nil), .paused(reason: nil), .paused(reason: nil),
            .paused(reason: nil),
        ]
        #expect(told.prefix(6) == expected[...])
    }

    /// A dashboard that shows a run as training must know its hyperparameters, or the first edit is lost.
    @Test func aRunIsDescribedInTheLogBeforeItIsSaidToTrain() throws {
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(try TinyData.experiment(["maxEpochs=1"]), supervisor).run()
        let said = try #require(supervisor.events.firstIndex(of: .activityChanged(.training)))
        #expect(supervisor.keeps.first == said)
        #expect(supervisor.events[..<said].contains { if case .described = $0 { true } else { false } })
    }

    @Test func pausesDoNotCountAsTrainingTime() throws {
        let quiet = ScriptedSupervisor()
        _ = try TinyData.trainer(try TinyData.experiment(), quiet).run()
        let paused = ScriptedSupervisor([4: [.pause]], whilePaused: [.checkpoint, .checkpoint, .resume])
        _ = try TinyData.trainer(try TinyData.experiment(), paused).run()
        #expect(paused.iterations.last?.elapsed == quiet.iterations.last?.elapsed)
    }

    @Test func pausingChangesNothing() throws {
        let quiet = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor())
        let paused = try TinyData.trainer(
            try TinyData.experiment(), ScriptedSupervisor([4: [.pause]], whilePaused: [.step, .resume]))
        _ = quiet.run()
        _ = paused.run()
        #expect(quiet.bits == paused.bits)
    }

    @Test func stoppingSavesUnlessToldNotTo() throws {
        let run = try TemporaryRun()
        let saving = try TinyData.trainer(
            try TinyData.experiment(), ScriptedSupervisor([7: [.stop(saving: true)]]), in: run
        ).run()
        #expect(saving.reason == .stoppedByUser)
        #expect(saving.iteration == 7)
        #expect(saving.saved == "checkpoints/epoch-0002-iteration-000007.safetensors")
        let other = try TemporaryRun()
        let discarding = try TinyData.trainer(
            try TinyData.experiment(), ScriptedSupervisor([3: [.stop(saving: false)]]), in: other
        ).run()
        #expect(discarding.saved == nil)
        #expect(other.directory.checkpointFiles.isEmpty)
    }

    @Test func editsTakeEffectAtTheNextIteration() throws {
        let supervisor = ScriptedSupervisor([
            6: [.set(key: "initialLearnRate", value: "0.002")], 10: [.set(key: "maxEpochs", value: "3")],
        ])
        let record = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(record.iteration == 15)
        #expect(supervisor.iterations[5].learningRate == 0.01)
        #expect(supervisor.iterations[6].learningRate == 0.002)
        #expect(
            supervisor.changes == [
                HyperparameterChange(key: "initialLearnRate", from: "0.01", to: "0.002", iteration: 6),
                HyperparameterChange(key: "maxEpochs", from: "4", to: "3", iteration: 10),
            ])
        #expect(supervisor.plans.map(\.lastIteration) == [20, 20, 15])
        #expect(supervisor.plans.last?.learningRates.first == PlannedRate(iteration: 11, rate: 0.002))
    }

    @Test func theMiniBatchSizeCanChangeWithinAnEpoch() throws {
        let supervisor = ScriptedSupervisor([2: [.set(key: "miniBatchSize", value: "15")]])
        let record = try TinyData.trainer(try TinyData.experiment(["maxEpochs=2"]), supervisor).run()
        // 10 + 10 + 15 + 15 in the first epoch, 15 + 15 + 15 + 5 in the second.
        #expect(supervisor.iterations.map(\.epoch) == [1, 1, 1, 1, 2, 2, 2, 2])
        #expect(record.iteration == 8)
        #expect(supervisor.plans.last?.lastIteration == 8)
        #expect(supervisor.plans.last?.iterationsPerEpoch == 4)
    }

    @Test func liveDropoutAndMomentumMatter() throws {
        func bits(_ script: [Int: [RunCommand]]) throws -> [UInt32] {
            let trainer = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor(script))
            _ = trainer.run()
            return trainer.bits
        }
        let plain = try bits([:])
        #expect(try bits([3: [.set(key: "dropout", value: "0.6")]]) != plain)
        #expect(try bits([3: [.set(key: "momentum", value: "0.5")]]) != plain)
        // There and back between two iterations is as if nothing had been.
        let back = [RunCommand.set(key: "momentum", value: "0.5"), .set(key: "momentum", value: "0.9")]
        #expect(try bits([3: back]) == plain)
    }

    @Test(arguments: [
        ("momentum", "2", "momentum: 2 is out of range; expected a number from 0 to 1, like 0.9"),
        ("momentum", "0.9", "momentum is 0.9 already"),
        ("momentun", "0.5", "no option 'momentun'; did you mean momentum?"),
        ("epsilon", "1e-6", "epsilon belongs to adam and rmsprop; this run uses sgdm"),
        (
            "solverName", "adam",
            "solverName cannot be changed while the run is going; start another run with it"
        ),
        (
            "learnRateDropFactor", "0.5",
            "learnRateDropFactor has no effect with learnRateSchedule none; "
                + "set learnRateSchedule to piecewise or exponential first"
        ),
        ("maxEpochs", "1", "maxEpochs: the run is in epoch 2 already; give at least 2, or stop it"),
        ("miniBatchSize", "60", "miniBatchSize: there are only 50 training samples; 'all' takes them all"),
        (
            "checkpointFrequency", "2",
            "checkpointFrequency: this run has no directory to write checkpoints to"
        ),
    ])
    func senselessChangesAreRefusedWithAReason(key: String, value: String, reason: String) throws {
        let supervisor = ScriptedSupervisor([7: [.set(key: key, value: value)]])
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(supervisor.refusals == [reason])
        #expect(supervisor.changes.isEmpty)
    }

    @Test func dropoutIsRefusedWhereThereIsNone() throws {
        let supervisor = ScriptedSupervisor([1: [.set(key: "dropout", value: "0.5")]])
        let experiment = try TinyData.experiment(network: "network: [{fullyConnected: classes}, softmax]")
        _ = try TinyData.trainer(experiment, supervisor).run()
        #expect(supervisor.refusals == ["dropout: the network has no dropout layer"])
    }

    @Test func aFullDiskPausesTheRunUntilThereIsRoom() throws {
        let supervisor = ScriptedSupervisor(whilePaused: [.resume, .resume])
        supervisor.diskFull = (from: 5, times: 2)
        let record = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(record.reason == .maxEpochsReached)
        #expect(supervisor.iterations.map(\.iteration) == Array(1...20))
        let pauses = supervisor.activities.filter { if case .paused = $0 { true } else { false } }
        let full = TrainerActivity.paused(reason: "log: the disk is full")
        #expect(pauses == [full])
        #expect(supervisor.refusals == ["log: the disk is full"])
    }

    @Test func aCheckpointThatCannotBeWrittenPausesTheRun() throws {
        let run = try TemporaryRun()
        let elsewhere = CheckpointFolder(RunDirectory(path: run.directory.path + "/missing"))
        let supervisor = ScriptedSupervisor(whilePaused: [.resume, .stop(saving: false)])
        let trainer = try Trainer(
            try TinyData.experiment(), run: "tiny", startedAt: 0, folder: elsewhere, supervisor: supervisor)
        let record = trainer.run()
        #expect(record.reason == .stoppedByUser)
        #expect(record.iteration == 5)
        let reasons = supervisor.activities.compactMap {
            if case .paused(let reason) = $0 { reason } else { nil }
        }
        #expect(reasons.count == 1)
        #expect((reasons + supervisor.refusals).allSatisfy { $0.contains("cannot be written") })
        #expect(supervisor.refusals.count == 1)
    }
}
