import Glibc
import Runs
import Tensors
import Testing
import Training

@Suite struct ResumeTests {
    private static let solvers = [
        ["solverName=sgdm", "learnRateSchedule=cosine"],
        ["solverName=adam", "outputNetwork=best-validation"],
        ["solverName=rmsprop", "validationPatience=5", "shuffle=once"],
    ]

    /// Stops after some iterations, goes on from the checkpoint, and compares with a run that never stopped.
    @Test(arguments: solvers, [3, 5, 7, 13])
    func aResumedRunEqualsTheUninterrupted(options: [String], stop: Int) throws {
        let options = options + ["augmentation.mirror=horizontal"]
        let whole = try TinyData.trainer(try TinyData.experiment(options), ScriptedSupervisor())
        let wholeRecord = whole.run()

        let run = try TemporaryRun()
        let first = ScriptedSupervisor([stop: [.stop(saving: true)]])
        _ = try TinyData.trainer(try TinyData.experiment(options), first, in: run).run()
        let (checkpoint, path, notes) = try run.folder.latest()
        #expect(notes.isEmpty)
        let second = ScriptedSupervisor()
        let resumed = try TinyData.trainer(
            try TinyData.experiment(options), second, in: run, resuming: (checkpoint, path))
        let resumedRecord = resumed.run()

        #expect(resumed.bits == whole.bits)
        #expect(second.iterations.first?.iteration == stop + 1)
        #expect(resumedRecord.iteration == wholeRecord.iteration)
        #expect(resumedRecord.bestIteration == wholeRecord.bestIteration)
        #expect(resumedRecord.bestValidationAccuracy == wholeRecord.bestValidationAccuracy)
        guard case .described(let description) = second.events.first else { return }
        #expect(description.firstIteration == stop)
    }

    @Test func editsSurviveInTheCheckpoint() throws {
        let script = [
            4: [RunCommand.set(key: "miniBatchSize", value: "7"), .set(key: "momentum", value: "0.7")]
        ]
        let whole = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor(script))
        _ = whole.run()
        let run = try TemporaryRun()
        var interrupted = script
        interrupted[9] = [.stop(saving: true)]
        _ = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor(interrupted), in: run).run()
        let (checkpoint, path, _) = try run.folder.latest()
        #expect(checkpoint.preset.options.miniBatchSize == 7)
        #expect(checkpoint.preset.options.momentum == 0.7)
        var experiment = try TinyData.experiment()
        experiment.preset = checkpoint.preset
        let resumed = try TinyData.trainer(
            experiment, ScriptedSupervisor(), in: run, resuming: (checkpoint, path))
        _ = resumed.run()
        #expect(resumed.bits == whole.bits)
    }

    @Test func aFinishedRunCanBeMadeLonger() throws {
        let whole = try TinyData.trainer(try TinyData.experiment(["maxEpochs=6"]), ScriptedSupervisor())
        _ = whole.run()
        let run = try TemporaryRun()
        _ = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor(), in: run).run()
        let (checkpoint, path, _) = try run.folder.latest()
        var experiment = try TinyData.experiment()
        experiment.preset = try checkpoint.preset.continued(with: ["maxEpochs=6"])
        let longer = try TinyData.trainer(
            experiment, ScriptedSupervisor(), in: run, resuming: (checkpoint, path))
        _ = longer.run()
        #expect(longer.bits == whole.bits)
    }

    @Test func whatCannotChangeOnResumeIsSaid() throws {
        let preset = try TinyData.experiment().preset
        for assignment in ["solverName=adam", "seed=3", "data.validation=0.2"] {
            let key = String(assignment.prefix { $0 != "=" })
            let error = #expect(throws: PresetError.self) { try preset.continued(with: [assignment]) }
            #expect(
                error?.description
                    == "--set: \(key) cannot change when a run is resumed; start a new run with it")
        }
    }
}

@Suite struct CheckpointTests {
    private func finishedRun(_ options: [String] = []) throws -> TemporaryRun {
        let run = try TemporaryRun()
        _ = try TinyData.trainer(try TinyData.experiment(options), ScriptedSupervisor(), in: run).run()
        return run
    }

    private func names(_ run: TemporaryRun) -> [String] {
        run.directory.checkpointFiles.map { String($0.dropFirst(run.directory.checkpoints.count + 1)) }
    }

    @Test func oneIsWrittenAfterEveryEpochAndOldOnesGo() throws {
        let kept = (4...8).map { "epoch-000\($0).safetensors" }
        #expect(names(try finishedRun(["maxEpochs=8"])) == kept)
        #expect(names(try finishedRun(["maxEpochs=8", "checkpointsKept=all"])).count == 8)
        #expect(
            names(try finishedRun(["maxEpochs=5", "checkpointFrequency=2"]))
                == [2, 4, 5].map { "epoch-000\($0).safetensors" })
        #expect(names(try finishedRun(["checkpointFrequency=inf"])) == ["epoch-0004.safetensors"])
    }

    @Test func thoseAUserAskedForStay() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([2: [.checkpoint]])
        _ = try TinyData.trainer(try TinyData.experiment(["maxEpochs=8"]), supervisor, in: run).run()
        #expect(names(run).first == "epoch-0001-iteration-000002.safetensors")
        #expect(names(run).count == 6)
    }

    @Test func aDamagedOneIsPassedOverWithANote() throws {
        let run = try finishedRun()
        let last = try #require(run.directory.checkpointFiles.last)
        let file = try #require(fopen(last, "r+"))
        fseek(file, -5, SEEK_END)
        fputc(0x55, file)
        fclose(file)
        let latest = try run.folder.latest()
        #expect(latest.path.hasSuffix("epoch-0003.safetensors"))
        #expect(
            latest.notes == [
                "\(last): its contents differ from their checksum; the file is damaged, use an earlier checkpoint"
            ])
        truncate(last, 100)
        #expect(try run.folder.latest().path.hasSuffix("epoch-0003.safetensors"))
    }

    @Test func whatAKilledWorkerHalfWroteGoesAndTheCheckpointsStay() throws {
        let run = try finishedRun()
        let partial = "\(run.folder.run.checkpoints)/epoch-0009.safetensors.123.partial"
        close(open(partial, O_CREAT | O_WRONLY, 0o644))
        let whole = run.folder.run.checkpointFiles
        run.folder.removePartialFiles()
        #expect(access(partial, F_OK) != 0)
        #expect(run.folder.run.checkpointFiles == whole && !whole.isEmpty)
    }

    @Test func withoutAGoodOneThereIsAnError() throws {
        let run = try TemporaryRun()
        let error = #expect(throws: CheckpointError.self) { try run.folder.latest() }
        #expect(
            error?.description
                == "\(run.directory.path): no checkpoint in it; remove this folder, or choose another "
                + "--name, and start anew with `cnntop train`")
    }

    @Test func theOutputNetworkIsTheOneTheOptionsAskFor() throws {
        // The rate rises without bound, so a validation in the middle is the best.
        let options = [
            "outputNetwork=best-validation", "learnRateSchedule=exponential", "learnRateDropFactor=1",
            "initialLearnRate=0.05", "maxEpochs=6",
        ]
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([20: [.set(key: "initialLearnRate", value: "20")]])
        let record = try TinyData.trainer(try TinyData.experiment(options), supervisor, in: run).run()
        let latest = try run.folder.latest()
        let experiment = try TinyData.experiment(options)
        let network = try latest.checkpoint.network()
        #expect(network == experiment.network)
        let accuracies = try [true, false].map { output in
            let parameters = try latest.checkpoint.parameters(of: network, output: output, path: latest.path)
            let evaluator = try Evaluator(
                network, loss: experiment.loss, parameters: parameters, workers: .init(threads: 1))
            return try #require(evaluator.evaluate(experiment.validation).loss)
        }
        let best = try #require(supervisor.validations.first { $0.iteration == record.bestIteration })
        #expect(accuracies[0] == best.loss)
        #expect(accuracies[1] > accuracies[0])
    }
}
