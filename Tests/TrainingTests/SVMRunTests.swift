import Classical
import Datasets
import Foundation
import Runs
import Tensors
import Testing
import Training

struct SVMRunTests {
    private func preset(_ svm: String) throws -> Preset {
        try Preset(
            yaml: "data: {set: mnist, normalize: range}\nsvm: \(svm)\nseed: 3", file: "svm.yaml")
    }

    /// Two features that tell the class between them, with noise.
    private func data() throws -> LoadedData {
        var random = RandomSource(seed: 2)
        let labels = (0..<160).map { Int32($0 % 2) }
        var values: [Float] = []
        for label in labels {
            let noise: (Float, Float) = (random.normal() * 0.6, random.normal() * 0.6)
            values += [Float(label) * 2 + noise.0, 5 - Float(label) + noise.1]
        }
        let dataset = Dataset(
            name: "clouds", shape: Shape(2, 1, 1), classNames: ["no", "yes"], labels: labels,
            samples: .floats(values), remarks: ["one file was left out"])
        let parts = (0..<3).map { part in Array(part * 50..<(part + 1) * 50) }
        let normalizer = try Normalizer(.range(kinds: nil), dataset: dataset, trainingIndices: parts[0])
        let set = { (indices: [Int]) in SampleSet(dataset, indices: indices, normalizer: normalizer) }
        return LoadedData(
            name: "clouds", training: set(parts[0]), validation: set(parts[1]), test: set(parts[2]))
    }

    private func run(
        _ preset: Preset, _ supervisor: ScriptedSupervisor
    ) throws -> (record: StopRecord, directory: RunDirectory, data: LoadedData) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        let directory = try RunDirectory.create(at: folder)
        let data = try data()
        let trainer = SVMTrainer(
            preset, try #require(preset.svm), data: data, run: directory, startedAt: 0, supervisor: supervisor
        )
        let record = try trainer.train()
        #expect(trainer.isOutputSaved && trainer.isLogWritten)
        return (record, directory, data)
    }

    @Test func itIsARunLikeAnyOther() throws {
        let supervisor = ScriptedSupervisor([:])
        let preset = try preset("{kernel: rbf, search: {costs: [1, 10], gammas: [0.5, 2], folds: 4}}")
        let (record, directory, data) = try run(preset, supervisor)
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        #expect(record.reason == .fitted && record.iteration == 4)
        #expect(supervisor.keeps.first == supervisor.events.firstIndex(of: .activityChanged(.training)))
        let tried = supervisor.events.compactMap { if case .tried(let point) = $0 { point } else { nil } }
        #expect(tried.map(\.cost) == [1, 10, 1, 10] && tried.map(\.iteration) == [1, 2, 3, 4])
        #expect(supervisor.iterations.allSatisfy { $0.loss == nil && $0.learningRate == nil })
        #expect(supervisor.validations.allSatisfy { $0.loss == nil && $0.detector != nil })
        #expect(supervisor.validations.count == 1)
        let accuracy = try #require(record.bestValidationAccuracy)
        #expect(accuracy > 0.9)

        let checkpoint = try SVMCheckpoint(directory)
        #expect(checkpoint.classNames == ["no", "yes"] && checkpoint.normalizer == data.normalizer)
        #expect(checkpoint.preset.svm == preset.svm)
        let judged = try #require(directory.currentJudgements(.test))
        #expect(judged.verdicts.map(\.sample) == Array(100..<150))
        #expect(judged.about.supportVectors == checkpoint.model.vectors.count && judged.about.threshold == 0)
        let evaluation = try checkpoint.evaluate(data.validation, workers: Workers(threads: 1))
        #expect(evaluation.accuracy == accuracy)
        let report = EvaluationReport(evaluation, of: "validation", classNames: checkpoint.classNames)
        #expect((report.detector?.area ?? 0) > 0.95 && report.detector?.positive == "yes")
    }

    @Test func aStopBetweenTwoPairsIsObeyed() throws {
        let supervisor = ScriptedSupervisor([1: [.pause, .stop(saving: true)]])
        let (record, directory, _) = try run(
            try preset("{search: {costs: [1, 2, 3], gammas: [1]}}"), supervisor)
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        #expect(record.reason == .stoppedByUser && record.saved == nil)
        #expect(supervisor.iterations.count < 3)
    }

    @Test(
        arguments: [
            ("{kernel: rfb}", "svm.yaml:2:15: kernel: 'rfb' is not known; did you mean rbf?"),
            ("{cost: 0}", nil), ("{search: {costs: []}}", nil), ("{search: {folds: 1}}", nil),
        ] as [(String, String?)])
    func wrongSettingsSayWhere(svm: String, message: String?) throws {
        let error = #expect(throws: PresetError.self) { try preset(svm) }
        if let message { #expect(error?.description == message) }
    }

    @Test func anSVMSurvivesBeingResolved() throws {
        for svm in [
            "{kernel: linear, cost: 3, balanced: true}",
            "{kernel: polynomial, degree: 2, gamma: 0.5, offset: 1}",
            "{kernel: sigmoid, offset: -1, probabilities: true}", "{search: {costs: [1, 10], folds: 3}}",
        ] {
            let preset = try preset(svm)
            let copy = try Preset(yaml: preset.yaml, file: "copy.yaml")
            #expect(copy.svm == preset.svm && copy.yaml == preset.yaml)
        }
    }
}
