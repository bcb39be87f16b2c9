import Datasets
import Foundation
import Interchange
import Networks
import Pictures
import Runs
import Statistics
import Tensors
import Testing
import Training

/// Networks that are used as they are: `classes: vote`.
final class ClassVoteTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Three classes: the probability of each is that of the mean of one channel, red, green or blue.
    private func model() throws -> String {
        var network = Network(name: "colours", input: Shape(3, 4, 4))
        network.append(GlobalAveragePooling(), named: "mean")
        network.append(FullyConnected(outputs: 3, hasBias: false), named: "fc")
        network.append(Softmax(), named: "prob")
        let model = Model(
            name: "colours", network: network,
            parameters: try Parameters(network, random: RandomSource(seed: 5)),
            preprocessing: .scaled(channels: 3))
        model.parameters.set("fc.weights", to: [9, 0, 0, 0, 9, 0, 0, 0, 9])
        try model.write(to: "\(folder)/colours")
        return "\(folder)/colours"
    }

    /// Eight photos of each class, of one colour each: cold ones are blue, warm ones red or green.
    private func photos() throws -> String {
        for (name, colors) in [
            ("cold", [[0, 0, 250]]), ("warm", [[250, 0, 0], [0, 250, 0]]),
        ] as [(String, [[UInt8]])] {
            let place = "\(folder)/photos/\(name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for number in 0..<8 {
                let pixels = (0..<20).flatMap { _ in colors[number % colors.count] }
                try Picture(width: 5, height: 4, channels: 3, pixels: pixels).write(
                    to: "\(place)/\(number).png")
            }
        }
        return "\(folder)/photos"
    }

    private func experiment(test: Double = 0) throws -> Experiment {
        try Experiment(
            loading: try Preset(
                yaml: """
                    data: {set: folder, path: \(try photos()), validation: 0.25, test: \(test)}
                    transfer: {model: \(try model()), classes: vote}
                    """, file: "vote.yaml"))
    }

    private func trained(
        _ experiment: Experiment, _ supervisor: ScriptedSupervisor, in run: TemporaryRun
    ) throws -> StopRecord {
        var now = 0.0
        let trainer = try ClassVoteTrainer(
            experiment, folder: run.folder, startedAt: 0, supervisor: supervisor,
            clock: {
                now += 0.25
                return now
            })
        let record = try trainer.train()
        #expect(trainer.isOutputSaved && trainer.isLogWritten)
        return record
    }

    @Test func theClassesOfTheModelFindTheirPlaces() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        let record = try trained(try experiment(), supervisor, in: run)
        #expect(record.reason == .fitted && record.bestValidationAccuracy == 1)
        #expect(supervisor.notes.contains("of the model's 3 classes stand 1 for cold, 2 for warm"))
        let (checkpoint, path, _) = try run.folder.latest()
        let used = try Model(checkpoint, path: path)
        // Rows are cold and warm, columns red, green and blue.
        #expect(used.parameters["class_votes.weights"] == [0, 0, 1, 1, 1, 0])
        #expect(used.classNames == ["cold", "warm"])
        // What adds up probabilities gives probabilities.
        #expect(used.network.endsInProbabilities)
    }

    @Test func itIsARunThatCanBeCompared() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor()
        let record = try trained(try experiment(), supervisor, in: run)
        let validation = try #require(supervisor.validations.first)
        #expect(validation.detector != nil && validation.loss?.isFinite == true)
        #expect(supervisor.iterations.allSatisfy { $0.learningRate == nil && $0.loss?.isFinite == true })
        let description = supervisor.events.compactMap { event in
            if case .described(let description) = event { description } else { nil }
        }
        #expect(description.first?.hyperparameters.isEmpty == true)
        #expect(supervisor.events.contains { if case .wrongObserved = $0 { true } else { false } })
        let judged = try run.directory.judgements(.validation)
        #expect(run.directory.currentJudgements() == judged && judged.about.output == record.saved)
        #expect(judged.verdicts.count == 4 && judged.accuracy.share == 1)
        #expect((judged.about.trainingSeconds ?? 0) > 0 && judged.about.trainingSamples == 12)
        #expect(judged.about.threshold == 0.5)
    }

    @Test func testSamplesGoBeforeValidationSamples() throws {
        let run = try TemporaryRun()
        _ = try trained(try experiment(test: 0.25), ScriptedSupervisor(), in: run)
        #expect(try run.directory.judgements(.test).verdicts.count == 4)
    }

    @Test func onlyAStopIsObeyed() throws {
        let run = try TemporaryRun()
        let supervisor = ScriptedSupervisor([1: [.pause, .stop(saving: true)]])
        let record = try trained(try experiment(), supervisor, in: run)
        #expect(record.reason == .stoppedByUser && record.saved == nil)
        #expect(supervisor.refusals == ["the network is used as it is; the run can be stopped"])
        #expect(run.directory.currentJudgements() == nil)
    }

    @Test func aTransferOfFeaturesIsRefused() throws {
        let error = #expect(throws: PresetError.self) {
            try Preset(
                yaml: """
                    data: {set: folder, path: photos, features: {model: colours}}
                    transfer: {model: colours, classes: vote}
                    """, file: "both.yaml")
        }
        #expect(
            error?.description
                == "both.yaml:2:11: transfer: found transfer and data.features; expected one of them")
    }
}
