import Datasets
import Networks
import Runs
import Testing
import Training

@Suite struct TrainerTests {
    @Test func aRunTellsItsStoryInOrder() throws {
        let supervisor = ScriptedSupervisor()
        let trainer = try TinyData.trainer(try TinyData.experiment(), supervisor)
        let record = trainer.run()
        #expect(record.reason == .maxEpochsReached)
        #expect(record.iteration == 20)
        #expect(record.epoch == 4)
        #expect(supervisor.iterations.map(\.iteration) == Array(1...20))
        #expect(supervisor.iterations.map(\.epoch) == (1...4).flatMap { Array(repeating: $0, count: 5) })
        #expect(supervisor.validations.map(\.iteration) == [3, 6, 9, 12, 15, 18, 20])
        guard case .described(let description) = supervisor.events.first else {
            Issue.record("the first event is \(String(describing: supervisor.events.first))")
            return
        }
        #expect(description.trainingSamples == 50)
        #expect(description.hyperparameters.first?.key == "initialLearnRate")
        #expect(supervisor.events.last == .stopped(record))
        #expect(supervisor.plans.first?.lastIteration == 20)
        #expect(supervisor.plans.first?.iterationsPerEpoch == 5)
    }

    @Test func itLearns() throws {
        let supervisor = ScriptedSupervisor()
        let record = try TinyData.trainer(try TinyData.experiment(["maxEpochs=10"]), supervisor).run()
        let first = try #require(supervisor.iterations.first)
        let last = try #require(supervisor.validations.last)
        #expect(try #require(last.loss) < #require(first.loss) / 2)
        #expect(last.accuracy >= 0.95)
        #expect(last.confusion.total == 20)
        #expect(record.bestValidationAccuracy.map { $0 >= 0.95 } == true)
    }

    @Test func weightsAreTheSameForAnyNumberOfThreads() throws {
        let bits = try (1...3).map { threads in
            let trainer = try TinyData.trainer(
                try TinyData.experiment([
                    "executionThreads=\(threads)", "augmentation.shift=1", "gradientThreshold=1",
                    "gradientThresholdMethod=global-l2norm",
                ]), ScriptedSupervisor())
            _ = trainer.run()
            return trainer.bits
        }
        #expect(bits[0] == bits[1])
        #expect(bits[0] == bits[2])
    }

    @Test func theSeedDecidesTheRun() throws {
        let bits = try [1, 1, 2].map { seed in
            let trainer = try TinyData.trainer(
                try TinyData.experiment(["seed=\(seed)"]), ScriptedSupervisor())
            _ = trainer.run()
            return trainer.bits
        }
        #expect(bits[0] == bits[1])
        #expect(bits[0] != bits[2])
    }

    @Test func allSamplesInOneBatchIsGradientDescent() throws {
        let supervisor = ScriptedSupervisor()
        let record = try TinyData.trainer(try TinyData.experiment(["miniBatchSize=all"]), supervisor).run()
        #expect(record.iteration == 4)
        #expect(supervisor.plans.first?.iterationsPerEpoch == 1)
    }

    @Test func aBatchTooLargeForOnePlanGivesTheSameGradientInParts() throws {
        // Without batch normalisation and dropout, the mean over parts is the mean over all.
        let network =
            "network: [{convolution: {filters: 2, kernel: 3}}, relu, {fullyConnected: classes}, softmax]"
        let records = try [1 << 30, 4_000].map { bytes in
            let supervisor = ScriptedSupervisor()
            let experiment = try TinyData.experiment(["miniBatchSize=all"], network: network)
            let trainer = try Trainer(
                experiment, run: "tiny", startedAt: 0, folder: nil, supervisor: supervisor, planBytes: bytes)
            _ = trainer.run()
            return supervisor.iterations
        }
        #expect(records[0].count == 4)
        for (whole, parts) in zip(records[0], records[1]) {
            #expect(abs(try #require(whole.loss) - #require(parts.loss)) < 1e-5)
            #expect(whole.accuracy == parts.accuracy)
        }
    }

    @Test func leftoversCanBeDropped() throws {
        let supervisor = ScriptedSupervisor()
        let experiment = try TinyData.experiment(["miniBatchSize=15", "lastBatch=drop"])
        #expect(try TinyData.trainer(experiment, supervisor).run().iteration == 12)
        #expect(supervisor.plans.first?.lastIteration == 12)
    }

    @Test func theLossShownCountsRegularization() throws {
        func firstLoss(_ l2: String) throws -> Float {
            let supervisor = ScriptedSupervisor()
            _ = try TinyData.trainer(try TinyData.experiment(["l2Regularization=\(l2)"]), supervisor).run()
            return try #require(supervisor.iterations.first?.loss)
        }
        let trainer = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor())
        let weights = ["conv_1.weights", "fc_1.weights", "bn_1.scale"]
        let squares = withExtendedLifetime(trainer) {
            weights.reduce(0.0) { sum, name in
                sum + (trainer.parameters[name]?.reduce(0.0) { $0 + Double($1 * $1) } ?? 0)
            }
        }
        let difference = Double(try firstLoss("0.5") - firstLoss("0"))
        #expect(abs(difference - 0.25 * squares) < 1e-4)
    }

    @Test func theScheduleShowsInEveryIteration() throws {
        let supervisor = ScriptedSupervisor()
        let experiment = try TinyData.experiment([
            "learnRateSchedule=piecewise", "learnRateDropPeriod=2", "initialLearnRate=0.1",
        ])
        _ = try TinyData.trainer(experiment, supervisor).run()
        let rates = supervisor.iterations.compactMap(\.learningRate)
        #expect(rates[0...9].allSatisfy { $0 == 0.1 })
        #expect(rates[10...].allSatisfy { abs($0 - 0.01) < 1e-12 })
        let planned = try #require(supervisor.plans.first).learningRates
        #expect(planned.map(\.iteration) == Array(1...20))
        #expect(planned.map(\.rate) == rates)
    }

    @Test func patienceEndsARunThatNoLongerGetsBetter() throws {
        let supervisor = ScriptedSupervisor()
        let experiment = try TinyData.experiment([
            "initialLearnRate=1e-9", "validationPatience=2", "validationFrequency=1", "maxEpochs=50",
            "momentum=0",
        ])
        let record = try TinyData.trainer(experiment, supervisor).run()
        #expect(record.reason == .validationPatienceExhausted)
        #expect(supervisor.validations.last?.sinceBest == 2)
        #expect(supervisor.validations.last?.patience == 2)
    }

    @Test func aLossThatIsNoNumberStopsTheRunAsDiverged() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([7: [.set(key: "initialLearnRate", value: "1000")]])
        let experiment = try TinyData.experiment(
            ["maxEpochs=100", "l2Regularization=1000"],
            network: "network: [{fullyConnected: 4}, {fullyConnected: classes}, softmax]")
        let record = try TinyData.trainer(experiment, supervisor, in: run).run()
        #expect(record.reason == .diverged)
        #expect(supervisor.iterations.last?.loss?.isFinite == false)
        #expect(record.saved == supervisor.checkpoints.last)
        #expect(supervisor.notes.count == 1)
        #expect(
            supervisor.notes.first?.contains(
                /^diverged: .+ in iteration \d+; lower initialLearnRate \(1000 now\) or set gradientThreshold/
            )
                == true, "\(supervisor.notes)")
        let latest = try run.folder.latest()
        #expect(latest.notes.isEmpty)
    }

    @Test func observationsAreMadeOnlyForThoseWhoWantThem() throws {
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(!supervisor.shown.contains { if case .layersObserved = $0 { true } else { false } })
        supervisor.wantedObservations = [.filters, .layers]
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        let health = supervisor.shown.compactMap { event -> [LayerHealth]? in
            if case .layersObserved(let layers, _) = event { layers } else { nil }
        }
        #expect(health.first?.map(\.layer) == ["conv_1", "fc_1"])
        #expect(health.allSatisfy { $0.allSatisfy { $0.updateRatio > 0 && $0.gradientNorm > 0 } })
        #expect(supervisor.shown.contains { if case .filtersObserved = $0 { true } else { false } })
    }

    @Test func filtersAreLoggedAtTheStartAndAfterEveryEpoch() throws {
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        let banks = supervisor.events.compactMap { event -> FilterBank? in
            if case .filtersObserved(let bank) = event { bank } else { nil }
        }
        #expect(banks.map(\.iteration) == [0, 5, 10, 15, 20])
        #expect(banks.first?.layer == "conv_1")
        #expect(banks.first?.weights.count == 27)
    }
}
