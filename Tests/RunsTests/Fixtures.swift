import Foundation
import Runs
import Statistics

/// A run directory in a temporary folder that goes when the test is over.
final class TemporaryRun {
    let folder: String
    let directory: RunDirectory

    init(_ name: String = "run") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "cnntop-runs-\(UUID())").path
        directory = try RunDirectory.create(at: folder + "/" + name)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func bytes(of path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }
}

/// One of each event, with values that a careless encoding would lose.
enum Sample {
    static let hyperparameters = [
        Hyperparameter(
            key: "initialLearnRate", title: "learning rate", value: "0.01",
            kind: .logarithmic(minimum: 1e-8, maximum: 10), isLive: true),
        Hyperparameter(
            key: "shuffle", title: "shuffle", value: "once", kind: .choice(["never", "once"]), isLive: false),
    ]

    static func description(firstIteration: Int = 0, startedAt: Double = 1_795_500_000.25) -> RunDescription {
        RunDescription(
            run: "2026-11-24-größe-01", preset: "fashion-mnist", startedAt: startedAt,
            firstIteration: firstIteration, classNames: ["T-shirt/top", "bag | \"quoted\""],
            layers: [
                LayerSummary(name: "conv_1", type: "Convolution", activations: [8, 28, 28], learnables: 80)
            ],
            trainingSamples: 55_000, validationSamples: 5_000, testSamples: 10_000,
            hyperparameters: hyperparameters, seed: .max, threads: 2)
    }

    static let plan = RunPlan(
        iteration: 0, epoch: 0.1, maxEpochs: 10, iterationsPerEpoch: 429, lastIteration: 4290,
        learningRates: [PlannedRate(iteration: 0, rate: 0.1), PlannedRate(iteration: 4290, rate: 1e-17)])

    static func iteration(_ iteration: Int, loss: Float = 0.1, elapsed: Double = 1.0 / 3) -> RunEvent {
        .iterationFinished(
            IterationRecord(
                iteration: iteration, epoch: 1 + iteration / 429, loss: loss, accuracy: 0.9,
                learningRate: 0.1,
                elapsed: elapsed))
    }

    static func validation(_ iteration: Int, accuracy: Float, isBest: Bool = true) -> RunEvent {
        .validated(
            ValidationRecord(
                iteration: iteration, epoch: 1 + iteration / 429, loss: 0.3, accuracy: accuracy,
                confusion: ConfusionMatrix(classes: 2, counts: [40, 2, 1, 57]), isBest: isBest, sinceBest: 0,
                patience: 5,
                detector: DetectorCurve(
                    ROCCurve(scores: [0.1, 1.0 / 3, 0.7], isPositive: [false, true, true]), threshold: 0.5)))
    }

    static func filters(_ iteration: Int) -> RunEvent {
        .filtersObserved(
            FilterBank(
                layer: "conv_1", iteration: iteration, epoch: 1, count: 4, channels: 3, height: 3, width: 2,
                weights: (0..<72).map { Float($0) / 7 - 5 }))
    }

    static func stop(_ iteration: Int, _ reason: StopReason = .maxEpochsReached) -> RunEvent {
        .stopped(
            StopRecord(
                reason: reason, iteration: iteration, epoch: 10, bestValidationAccuracy: 0.912,
                bestIteration: 858,
                saved: "checkpoints/final.safetensors"))
    }

    /// Every case that the log keeps.
    static let logged: [RunEvent] = [
        .described(description()), .planned(plan), iteration(1), iteration(2, loss: .infinity), filters(2),
        .epochFinished(epoch: 1, iteration: 2), validation(2, accuracy: 0.97),
        .layersObserved(
            [
                LayerHealth(
                    layer: "conv_1", weightNorm: 1.5, gradientNorm: 0.1, updateRatio: 1e-3, deadFraction: 0)
            ], iteration: 2),
        .wrongObserved(
            WrongSamples(
                part: .validation, iteration: 2,
                groups: [
                    WrongSamples.Group(
                        title: "taken for b, is a", count: 7,
                        samples: [
                            WrongSamples.Sample(
                                Judgements.Verdict(sample: 3, truth: 0, prediction: 1, score: 1.0 / 3),
                                file: "a/3.png", channels: 1, height: 1, width: 2, values: [0, 255])
                        ])
                ])),
        .tried(
            SearchPoint(
                cost: 10, gamma: 0.1, accuracy: 0.925, costs: [1, 10], gammas: [0.1, 1.0 / 3], folds: 5,
                iteration: 2)),
        .changed(HyperparameterChange(key: "initialLearnRate", from: "0.01", to: "0.005", iteration: 2)),
        .checkpointed(iteration: 2, epoch: 1, file: "checkpoints/epoch-0001.safetensors"),
        .noted(Note(.warning, "a line\nand another – with “quotes”", iteration: 2)), stop(2),
    ]

    /// Every case that only the socket carries.
    static let live: [RunEvent] = [
        .activityChanged(.preparing), .activityChanged(.paused(reason: "disk full")),
        .refused(.set(key: "momentum", value: "7"), reason: "momentum must be below 1, found 7"),
        .measured(ResourceUsage(imagesPerSecond: 33_100.5, memoryMB: 120, threads: 2)),
        .exampleObserved(
            Example(
                sample: 3, samples: 10, iteration: 2, truth: 1, channels: 1, height: 2, width: 3,
                values: [0, 50, 100, 150, 200, 255], lowest: -1, highest: 1.5, scores: [0.25, 0.75],
                importance: ImportanceMap(rows: 1, columns: 2, drops: [0.5, -0.125]))),
    ]
}
