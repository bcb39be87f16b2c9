import Glibc
import Runs

/// A plausible run, made up: ten epochs of the default network on Fashion-MNIST.
///
/// Losses and accuracies follow curves like those measured, with noise from a fixed seed; every fourth iteration is
/// there, which is enough for any plot. Used as it is by tests and, as JSON lines, by `make screenshots`.
enum RecordedRun {
    static let iterationsPerEpoch = 469
    static let epochs = 10
    static let secondsPerIteration = 0.0062

    static let classNames = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot",
    ]

    static let hyperparameters: [Hyperparameter] = [
        Hyperparameter(
            key: "initialLearnRate", title: "learning rate", value: "0.01",
            kind: .logarithmic(minimum: 1e-6, maximum: 10), isLive: true),
        Hyperparameter(
            key: "momentum", title: "momentum", value: "0.9",
            kind: .linear(minimum: 0, maximum: 0.999, step: 0.05),
            isLive: true),
        Hyperparameter(
            key: "l2Regularization", title: "L2", value: "0.0001", kind: .logarithmic(minimum: 0, maximum: 1),
            isLive: true),
        Hyperparameter(
            key: "miniBatchSize", title: "mini-batch", value: "128",
            kind: .integer(minimum: 1, maximum: 4096, step: 32),
            isLive: true),
        Hyperparameter(
            key: "learnRateSchedule", title: "schedule", value: "piecewise",
            kind: .choice(["none", "piecewise", "warmup", "polynomial", "cosine", "exponential", "cyclical"]),
            isLive: true),
        Hyperparameter(
            key: "maxEpochs", title: "max epochs", value: "10",
            kind: .integer(minimum: 1, maximum: 100_000, step: 1),
            isLive: true),
        Hyperparameter(
            key: "validationPatience", title: "patience", value: "12",
            kind: .integer(minimum: 1, maximum: .max, step: 1), isLive: true),
        Hyperparameter(
            key: "validationFrequency", title: "validate every", value: "100",
            kind: .integer(minimum: 1, maximum: 1_000_000, step: 10), isLive: true),
        Hyperparameter(
            key: "solver", title: "solver", value: "sgdm", kind: .choice(["sgdm", "adam", "rmsprop"]),
            isLive: false),
        Hyperparameter(
            key: "shuffle", title: "shuffle", value: "every-epoch",
            kind: .choice(["never", "once", "every-epoch"]),
            isLive: false),
    ]

    static let layers: [LayerSummary] = [
        LayerSummary(name: "input", type: "image input", activations: [1, 28, 28], learnables: 0),
        LayerSummary(name: "conv_1", type: "convolution", activations: [8, 28, 28], learnables: 80),
        LayerSummary(
            name: "batchnorm_1", type: "batch normalization", activations: [8, 28, 28], learnables: 16),
        LayerSummary(name: "relu_1", type: "ReLU", activations: [8, 28, 28], learnables: 0),
        LayerSummary(name: "maxpool_1", type: "max pooling", activations: [8, 14, 14], learnables: 0),
        LayerSummary(name: "conv_2", type: "convolution", activations: [16, 14, 14], learnables: 1168),
        LayerSummary(
            name: "batchnorm_2", type: "batch normalization", activations: [16, 14, 14], learnables: 32),
        LayerSummary(name: "relu_2", type: "ReLU", activations: [16, 14, 14], learnables: 0),
        LayerSummary(name: "maxpool_2", type: "max pooling", activations: [16, 7, 7], learnables: 0),
        LayerSummary(name: "conv_3", type: "convolution", activations: [32, 7, 7], learnables: 4640),
        LayerSummary(
            name: "batchnorm_3", type: "batch normalization", activations: [32, 7, 7], learnables: 64),
        LayerSummary(name: "relu_3", type: "ReLU", activations: [32, 7, 7], learnables: 0),
        LayerSummary(name: "fc", type: "fully connected", activations: [10], learnables: 15690),
        LayerSummary(name: "softmax", type: "softmax", activations: [10], learnables: 0),
    ]

    static let description = RunDescription(
        run: "2026-11-24-fashion-mnist-01", preset: "fashion-mnist", startedAt: 1_795_500_000,
        classNames: classNames,
        layers: layers, trainingSamples: 60000, validationSamples: 5000, testSamples: 5000,
        hyperparameters: hyperparameters, seed: 1, threads: 2)

    /// Everything up to an iteration; the whole run ends with `stopped`.
    static func events(through last: Int = iterationsPerEpoch * epochs) -> [RunEvent] {
        var recording = Recording()
        return recording.events(through: last)
    }
}

/// What changes while a run is made up.
private struct Recording {
    private var noise = Noise(state: 42)
    private var rate = 0.01
    private var best: Float = 0
    private var bestIteration = 0
    private var sinceBest = 0

    mutating func events(through last: Int) -> [RunEvent] {
        let total = RecordedRun.iterationsPerEpoch * RecordedRun.epochs
        var events: [RunEvent] = [
            .described(RecordedRun.description), .activityChanged(.preparing), .planned(plan(at: 0)),
            .filtersObserved(filters(at: 0)), .activityChanged(.training),
        ]
        for iteration in stride(from: 4, through: min(last, total), by: 4) {
            events.append(.iterationFinished(record(iteration)))
            events += eventsAfter(iteration)
        }
        guard last >= total else { return events }
        events.append(.activityChanged(.finishing))
        events.append(
            .stopped(
                StopRecord(
                    reason: .maxEpochsReached, iteration: total, epoch: 10, bestValidationAccuracy: best,
                    bestIteration: bestIteration, saved: "checkpoints/epoch-0010.safetensors")))
        return events
    }

    private mutating func eventsAfter(_ iteration: Int) -> [RunEvent] {
        var events: [RunEvent] = []
        let epochLength = RecordedRun.iterationsPerEpoch
        let epoch = (iteration - 1) / epochLength + 1
        if iteration % 100 == 0 { events.append(.validated(validation(iteration, epoch))) }
        if iteration == 1800 {
            rate = 0.005
            events.append(
                .changed(
                    HyperparameterChange(key: "initialLearnRate", from: "0.01", to: "0.005", iteration: 1800))
            )
            events.append(.planned(plan(at: iteration)))
        }
        if iteration == 2200 {
            events.append(
                .changed(
                    HyperparameterChange(
                        key: "l2Regularization", from: "0.0001", to: "0.0005", iteration: 2200)))
        }
        let end = epoch * epochLength
        guard iteration <= end, iteration + 4 > end else { return events }
        events.append(.epochFinished(epoch: epoch, iteration: end))
        events.append(
            .checkpointed(
                iteration: end, epoch: epoch,
                file: "checkpoints/epoch-\(epoch < 10 ? "000" : "00")\(epoch).safetensors"))
        events.append(.filtersObserved(filters(at: end)))
        events.append(.layersObserved(health(end), iteration: end))
        events.append(.measured(ResourceUsage(imagesPerSecond: 20600, memoryMB: 143, threads: 2)))
        if epoch == 6 {
            rate = 0.001
            events.append(
                .noted(Note(.information, "learning rate drops to 0.001 after epoch 6", iteration: end)))
        }
        return events
    }

    private mutating func record(_ iteration: Int) -> IterationRecord {
        let base = level(iteration)
        let accuracy: Double = 0.945 - 0.27 * base + 0.03 * noise.next()
        let loss: Double = base * (1 + 0.16 * noise.next())
        return IterationRecord(
            iteration: iteration, epoch: (iteration - 1) / RecordedRun.iterationsPerEpoch + 1,
            loss: rounded(Float(loss)), accuracy: rounded(Float(min(1, max(0.1, accuracy)))),
            learningRate: rate,
            elapsed: (Double(iteration) * RecordedRun.secondsPerIteration * 1e4).rounded() / 1e4)
    }

    /// The training loss without noise: a steep start, a long tail, and a step where the rate falls.
    private func level(_ iteration: Int) -> Double {
        let i = Double(iteration)
        let falls: Double = 0.05 / (1 + exp((i - 2900) / 40))
        let start: Double = 1.75 * exp(-i / 45)
        let tail: Double = 0.36 * exp(-i / 900)
        return 0.17 + falls + start + tail
    }

    private mutating func validation(_ iteration: Int, _ epoch: Int) -> ValidationRecord {
        let base = level(iteration)
        let loss = base * 0.93 + 0.065 + 0.01 * noise.next()
        let matrix = confusion(wrong: min(0.9, 0.018 + 0.3 * base))
        let isBest = matrix.accuracy > best
        sinceBest = isBest ? 0 : sinceBest + 1
        if isBest { (best, bestIteration) = (matrix.accuracy, iteration) }
        return ValidationRecord(
            iteration: iteration, epoch: epoch, loss: rounded(Float(loss)),
            accuracy: rounded(matrix.accuracy),
            confusion: matrix, isBest: isBest, sinceBest: sinceBest, patience: 12)
    }

    /// 500 validation images a class; clothes for the upper body are taken for each other, shoes for shoes.
    private mutating func confusion(wrong share: Double) -> ConfusionMatrix {
        let difficulty = [1.7, 0.25, 1.9, 1.0, 1.8, 0.3, 3.3, 0.55, 0.2, 0.45]
        let likes: [[Int: Double]] = [
            [6: 6, 3: 2, 2: 1, 8: 0.4], [3: 3, 0: 1, 4: 0.5], [4: 5, 6: 4, 0: 1, 3: 0.6],
            [6: 2, 4: 2, 0: 1.5, 1: 1],
            [2: 4, 6: 3, 3: 2], [7: 3, 9: 2], [0: 6, 2: 4, 4: 4, 3: 1.5, 8: 0.4], [9: 3, 5: 2],
            [6: 2, 5: 1, 3: 1],
            [7: 4, 5: 1],
        ]
        var matrix = ConfusionMatrix(classes: 10)
        for truth in 0..<10 {
            let trouble: Double = share * difficulty[truth] * (1 + 0.08 * noise.next())
            let mistakes = min(400, Int(500 * min(0.8, trouble)))
            let total = likes[truth].values.sorted().reduce(0, +)
            var left = mistakes
            for (other, weight) in likes[truth].sorted(by: { $0.key < $1.key }) {
                let count = Int(Double(mistakes) * weight / total)
                matrix[truth, other] = count
                left -= count
            }
            if let (other, _) = likes[truth].max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) {
                matrix[truth, other] += left
            }
            matrix[truth, truth] = 500 - mistakes
        }
        return matrix
    }

    /// Noise that turns into edges and blobs.
    private func filters(at iteration: Int) -> FilterBank {
        let edges: [[Float]] = [
            [-1, 0, 1, -2, 0, 2, -1, 0, 1], [1, 2, 1, 0, 0, 0, -1, -2, -1], [0, 1, 2, -1, 0, 1, -2, -1, 0],
            [2, 1, 0, 1, 0, -1, 0, -1, -2], [-1, -1, -1, -1, 3, -1, -1, -1, -1],
            [1, 1, 1, 1, -1, 1, 1, 1, 1],
            [-1, 2, -1, -1, 2, -1, -1, 2, -1], [-1, -1, -1, 2, 2, 2, -1, -1, -1],
        ]
        var grain = Noise(state: 7)
        let done = 1 - exp(-Double(iteration) / 500)
        let weights = edges.flatMap { edge in
            edge.map { weight -> Float in
                let noise: Double = 0.2 * (1 - 0.8 * done) * grain.next()
                return rounded(Float(Double(weight) * 0.16 * done + noise))
            }
        }
        return FilterBank(
            layer: "conv_1", iteration: iteration, epoch: iteration / RecordedRun.iterationsPerEpoch,
            count: 8,
            channels: 1, height: 3, width: 3, weights: weights)
    }

    private func health(_ iteration: Int) -> [LayerHealth] {
        let fade = Float(exp(-Double(iteration) / 2500))
        return [("conv_1", 1.42, 0.31), ("conv_2", 3.18, 0.24), ("conv_3", 5.06, 0.19), ("fc", 3.77, 0.11)]
            .map {
                LayerHealth(
                    layer: $0.0, weightNorm: $0.1, gradientNorm: rounded($0.2 * (0.4 + fade)),
                    updateRatio: rounded(0.0021 * (0.2 + fade)), deadFraction: $0.0 == "conv_3" ? 0.03125 : 0)
            }
    }

    private func plan(at iteration: Int) -> RunPlan {
        let total = RecordedRun.iterationsPerEpoch * RecordedRun.epochs
        let drop = 6 * RecordedRun.iterationsPerEpoch
        let rates = [
            PlannedRate(iteration: iteration, rate: rate), PlannedRate(iteration: drop, rate: rate / 5),
            PlannedRate(iteration: total, rate: rate / 5),
        ]
        return RunPlan(
            iteration: iteration, epoch: Double(iteration) / Double(RecordedRun.iterationsPerEpoch),
            maxEpochs: RecordedRun.epochs, iterationsPerEpoch: RecordedRun.iterationsPerEpoch,
            lastIteration: total,
            learningRates: rates)
    }
}

/// Roughly normal numbers, the same everywhere.
private struct Noise {
    var state: UInt64

    mutating func next() -> Double {
        var sum = -2.0
        for _ in 0..<4 { sum += uniform() }
        return sum * 1.73
    }

    private mutating func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 33) / Double(1 << 31)
    }
}

private func rounded(_ value: Float) -> Float { (value * 1e4).rounded() / 1e4 }
