import Datasets
import Foundation
import Runs
import Statistics
import Tensors
import Testing
import Training

/// Runs judge their output when they are over.
struct JudgingTests {
    @Test func aRunThatEndsAsPlannedIsJudgedOnItsOutputNetwork() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        let experiment = try TinyData.experiment(["outputNetwork=best-validation"])
        let trainer = try TinyData.trainer(experiment, supervisor, in: run)
        let record = trainer.run()
        let bits = trainer.bits
        let judgements = try run.directory.judgements(.validation)
        #expect(judgements.about.output == record.saved && run.directory.currentJudgements() == judgements)
        #expect(judgements.verdicts.map(\.sample) == Array(50..<70))
        #expect(Float(judgements.accuracy.share) == record.bestValidationAccuracy)
        #expect(record.savedAccuracy == record.bestValidationAccuracy)
        #expect(judgements.about.learnables == 92 && judgements.about.trainingSamples == 50)
        #expect(
            judgements.about.threshold == 0.5 && judgements.about.trainingSeconds == trainer.progress.elapsed)
        #expect(supervisor.notes.contains { $0.hasPrefix("validation accuracy ") })
        // The last weights are in place again.
        let untouched = try weights(of: try TinyData.experiment(["outputNetwork=last-iteration"]))
        #expect(bits == untouched)
    }

    @Test func theAccuracyOfTheSavedNetworkIsTold() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        let experiment = try TinyData.experiment(["outputNetwork=last-iteration"])
        let record = try TinyData.trainer(experiment, supervisor, in: run).run()
        let judgements = try run.directory.judgements(.validation)
        #expect(record.saved != nil && record.savedAccuracy == supervisor.validations.last?.accuracy)
        #expect(record.savedAccuracy == Float(judgements.accuracy.share))
        let unsaved = try TinyData.trainer(experiment, ScriptedSupervisor()).run()
        #expect(unsaved.saved == nil && unsaved.savedAccuracy == nil)
    }

    @Test func whatItIsMostWrongAboutIsLogged() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(try contradicted(), supervisor, in: run).run()
        let wrong = supervisor.events.compactMap { event in
            if case .wrongObserved(let wrong) = event { wrong } else { nil }
        }
        let judgements = try run.directory.judgements(.validation)
        #expect(wrong.count == 1 && wrong[0].groups.count == 2)
        let missed = judgements.verdicts.count - judgements.accuracy.successes
        #expect(missed > 0 && wrong[0].groups.reduce(0) { $0 + $1.count } == missed)
        let first = try #require(wrong[0].groups.flatMap(\.samples).first)
        #expect(first.height == 6 && first.width == 6 && first.values.bytes.count == 36)
    }

    @Test func whileSomebodyLooksItIsShownAfterEachValidation() throws {
        let supervisor = ScriptedSupervisor()
        supervisor.wantedObservations = [.wrong]
        _ = try TinyData.trainer(try TinyData.experiment(["maxEpochs=1"]), supervisor).run()
        let shown = supervisor.shown.count { if case .wrongObserved = $0 { true } else { false } }
        #expect(shown == supervisor.validations.count)
    }

    /// Validation samples whose labels are the other way round.
    private func contradicted() throws -> Experiment {
        let experiment = try TinyData.experiment()
        let dataset = experiment.validation.dataset
        let turned = Dataset(
            name: "turned", shape: dataset.shape, classNames: dataset.classNames,
            labels: dataset.labels.map { 1 - $0 }, samples: dataset.samples)
        return Experiment(
            preset: experiment.preset, network: experiment.network, training: experiment.training,
            validation: SampleSet(
                turned, indices: experiment.validation.indices, normalizer: experiment.validation.normalizer),
            test: experiment.test)
    }

    private func weights(of experiment: Experiment) throws -> [UInt32] {
        let trainer = try TinyData.trainer(experiment, ScriptedSupervisor())
        _ = trainer.run()
        return trainer.bits
    }

    @Test func whoStopsARunDoesNotWaitForItsJudgement() throws {
        let run = try TemporaryRun()
        let trainer = try TinyData.trainer(
            try TinyData.experiment(), ScriptedSupervisor([3: [.stop(saving: true)]]), in: run)
        #expect(trainer.run().saved != nil)
        #expect(run.directory.currentJudgements() == nil)
    }

    @Test func aStopDuringTheJudgementEndsIt() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        supervisor.whileFinishing = [.stop(saving: true)]
        let trainer = try TinyData.trainer(try TinyData.experiment(), supervisor, in: run)
        #expect(trainer.run().reason == .maxEpochsReached)
        #expect(run.directory.currentJudgements() == nil)
        #expect(supervisor.notes.contains("not judged on the validation samples: stopped"))
    }
}
