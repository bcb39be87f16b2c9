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
    /// What the report has to say about the data.
    private let note: String?
    private var batches: Batches
    private var labels: [Int32]
    private var batch: Batches.Batch

    init(_ experiment: Experiment, forwardOnly: Bool, note: String? = nil) throws {
        let options = experiment.preset.options
        let random = RandomSource(seed: experiment.preset.seed)
        self.experiment = experiment
        isInference = forwardOnly
        self.note = note
        batchSize = min(options.miniBatchSize, experiment.training.count)
        workers = Workers(threads: options.threads)
        parameters = try Parameters(experiment.network, random: random.stream(1))
        plan = try Plan(
            experiment.network, batchSize: batchSize, mode: forwardOnly ? .inference : .training,
            loss: experiment.loss, parameters: parameters, workers: workers, hasFixedParameters: forwardOnly)
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
        _ = steps(atMost: 20, seconds: 2)
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

    /// Large networks take seconds a step.
    private func steps(atMost most: Int, seconds: Double) -> Int {
        let start = monotonicSeconds()
        for count in 1..<most {
            step()
            if monotonicSeconds() - start > seconds { return count }
        }
        step()
        return most
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
        let memory = peakMemoryMB()
        return BenchmarkReport(
            preset: experiment.preset.name, note: note, mode: isInference ? "inference" : "training",
            threads: workers.count,
            miniBatchSize: batchSize, imagesPerSecond: imagesPerSecond,
            gflops: imagesPerSecond * operationsPerImage * 1e-9,
            peakGflops: PeakSpeed(workers: workers).peakGflops, peakMemoryMB: memory,
            layers: layerTable())
    }

    /// Some steps more, with the clock on every layer.
    private func layerTable() -> [BenchmarkReport.Layer] {
        plan.measureLayers()
        let steps = steps(atMost: 20, seconds: 2)
        defer { plan.measureLayers(false) }
        let timings = plan.layerTimings
        let total = timings.reduce(0) { $0 + $1.forwardSeconds + $1.backwardSeconds }
        let rows = Dictionary(experiment.network.inspect().rows.map { ($0.name, $0) }) { first, _ in first }
        return timings.map { timing in
            let seconds = timing.forwardSeconds + timing.backwardSeconds
            let row = rows[timing.layer]
            let operations = row.map(operations) ?? 0
            return BenchmarkReport.Layer(
                name: timing.layer, forwardMilliseconds: timing.forwardSeconds * 1000 / Double(steps),
                backwardMilliseconds: timing.backwardSeconds * 1000 / Double(steps),
                gflops: seconds > 0
                    ? operations * Double(steps * batchSize * workers.count) / seconds * 1e-9 : 0,
                megabytes: row.map(megabytes) ?? 0, share: total > 0 ? seconds / total : 0)
        }
    }

    private var operationsPerImage: Double {
        experiment.network.inspect().rows.reduce(0) { $0 + operations($1) }
    }

    /// Two for each multiply-accumulate; backward has a product for the weights and one for the inputs, which a layer
    /// that takes the network's input does not need.
    private func operations(_ row: Analysis.Row) -> Double {
        let forward = 2 * Double(row.macs)
        guard !isInference else { return forward }
        return row.inputs == [Network.inputName] ? 2 * forward : 3 * forward
    }

    /// Of a step, if every layer read and wrote its numbers once and nothing stayed in a cache; the gradients are as
    /// many again and need inputs and weights once more.
    private func megabytes(_ row: Analysis.Row) -> Double {
        let numbers = (row.inputCount + (row.activations?.count ?? 0)) * batchSize + row.learnables
        return Double(numbers * MemoryLayout<Float>.stride * (isInference ? 1 : 3)) * 1e-6
    }
}
