import Datasets
import Networks
import Runs
import Tensors
import Training

/// Runs a preset's training steps (or its inference) against the clock.
final class Benchmark {
    private let experiment: Experiment
    private let workers: Workers
    private let parameters: Parameters<Float>
    private let plan: Plan<Float>
    private let optimizer: Optimizer
    private let batchSize: Int
    private let isInference: Bool
    private var batches: Batches
    private var labels: [Int32]
    private var batch: Batches.Batch

    init(_ experiment: Experiment, forwardOnly: Bool) throws {
        let options = experiment.preset.options
        let random = RandomSource(seed: experiment.preset.seed)
        self.experiment = experiment
        isInference = forwardOnly
        batchSize = min(options.miniBatchSize, experiment.training.count)
        workers = Workers(threads: options.threads)
        parameters = try Parameters(experiment.network, random: random.stream(1))
        plan = try Plan(
            experiment.network, batchSize: batchSize, mode: forwardOnly ? .inference : .training,
            loss: experiment.loss, parameters: parameters, workers: workers)
        optimizer = Optimizer(
            options.solverName, count: parameters.values.count,
            tensors: parameters.entries.map { ($0.range, $0.learnRateFactor, $0.l2Factor) }, workers: workers)
        batches = Batches(
            count: experiment.training.count, shuffle: options.shuffle, lastBatch: .drop,
            random: random.stream(2))
        labels = Array(repeating: 0, count: batchSize)
        batch = batches.next(size: batchSize)
    }

    func run(windows: Int, seconds: Double) -> BenchmarkReport {
        for _ in 0..<20 { step() }
        var rates: [Double] = []
        for _ in 0..<windows {
            let start = monotonicSeconds()
            var steps = 0
            while monotonicSeconds() - start < seconds || steps == 0 {
                step()
                steps += 1
            }
            rates.append(Double(steps * batchSize) / (monotonicSeconds() - start))
        }
        return report(imagesPerSecond: rates.sorted()[rates.count / 2])
    }

    private func step() {
        batch = batches.next(size: batchSize)
        let (samples, training) = (batch.samples, experiment.training)
        let first = samples.startIndex
        let load: Plan<Float>.Load = { index, place in training.load(samples[first + index], into: place) }
        guard !isInference else { return plan.infer(count: samples.count, load: load) }
        for (index, sample) in samples.enumerated() { labels[index] = training.label(at: sample) }
        let random = RandomSource(seed: UInt64(optimizer.steps))
        _ = labels.withUnsafeBufferPointer {
            plan.computeGradients(count: samples.count, labels: $0, random: random, load: load)
        }
        let options = experiment.preset.options
        optimizer.update(
            parameters.values, gradients: plan.gradients, learnRate: options.initialLearnRate,
            options: options)
    }

    private func report(imagesPerSecond: Double) -> BenchmarkReport {
        let steps = 20
        plan.measureLayers()
        for _ in 0..<steps { step() }
        let toMilliseconds = 1000 / Double(steps)
        let layers = plan.layerTimings.map { timing in
            BenchmarkReport.Layer(
                name: timing.layer, forwardMilliseconds: timing.forwardSeconds * toMilliseconds,
                backwardMilliseconds: timing.backwardSeconds * toMilliseconds)
        }
        plan.measureLayers(false)
        return BenchmarkReport(
            preset: experiment.preset.name, mode: isInference ? "inference" : "training",
            threads: workers.count,
            miniBatchSize: batchSize, imagesPerSecond: imagesPerSecond,
            gflops: imagesPerSecond * operationsPerImage * 1e-9, peakGflops: peakGflops(),
            peakMemoryMB: peakMemoryMB(), layers: layers)
    }

    /// Two for each multiply-accumulate; backward has a product for the weights and one for the inputs, which the
    /// first layer does not need.
    private var operationsPerImage: Double {
        let macs = experiment.network.inspect().rows.map(\.macs).filter { $0 > 0 }
        let forward = 2 * Double(macs.reduce(0, +))
        return isInference ? forward : 3 * forward - 2 * Double(macs.first ?? 0)
    }

    /// The best of some rounds in which every thread multiplies matrices that fit its L2 cache.
    private func peakGflops() -> Double {
        let (size, products) = (256, 40)
        let buffer = AlignedBuffer<Float>(count: workers.count * 3 * size * size)
        var best = 0.0
        for _ in 0..<8 {
            let start = monotonicSeconds()
            workers.run(pieces: workers.count) { piece, _ in
                let a = buffer.base + piece * 3 * size * size
                let (b, c) = (a + size * size, a + 2 * size * size)
                for _ in 0..<products {
                    Float.multiply(
                        MatrixOperand(a, stride: size), MatrixOperand(b, stride: size), into: c, stride: size,
                        rows: size, columns: size, inner: size, alpha: 1, beta: 0)
                }
            }
            let operations = 2 * Double(size * size * size * products * workers.count)
            best = max(best, operations / (monotonicSeconds() - start) * 1e-9)
        }
        return withExtendedLifetime(buffer) { best }
    }
}
