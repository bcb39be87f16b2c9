import Datasets
import Runs

/// The iterations that lie ahead: how many, and with which learning rates.
struct Course {
    let samples: Int
    let options: Options
    let progress: Progress

    /// Mini-batches never exceed the training set.
    var miniBatchSize: Int { min(options.miniBatchSize, samples) }

    var iterationsPerEpoch: Int { iterations(of: samples, atLeastOne: true) }

    /// Iterations left in the epoch under way, 0 when none is.
    private var iterationsInEpoch: Int {
        progress.position.taken == 0
            ? 0 : iterations(of: samples - progress.position.taken, atLeastOne: false)
    }

    var lastIteration: Int {
        let begun = progress.position.taken == 0 ? 0 : 1
        let whole = max(0, options.maxEpochs - progress.position.epoch - begun)
        return progress.iteration + iterationsInEpoch + whole * iterationsPerEpoch
    }

    /// The learning rate of an iteration that lies ahead.
    func learnRate(of iteration: Int) -> Double {
        options.learnRate(afterIteration: iteration - 1, epoch: epochs(before: iteration))
    }

    /// Epochs finished when that iteration begins, as a real number.
    private func epochs(before iteration: Int) -> Double {
        let ahead = iteration - 1 - progress.iteration
        let taken = ahead < iterationsInEpoch ? progress.position.taken : 0
        let begun = progress.position.taken == 0 ? 0 : 1
        let later = ahead - iterationsInEpoch
        let epoch =
            ahead < iterationsInEpoch
            ? progress.position.epoch : progress.position.epoch + begun + later / iterationsPerEpoch
        let batches = ahead < iterationsInEpoch ? ahead : later % iterationsPerEpoch
        return Double(epoch) + Double(taken + batches * miniBatchSize) / Double(samples)
    }

    /// What a dashboard draws ahead of now, with at most 200 points.
    var plan: RunPlan {
        let first = progress.iteration + 1
        let last = lastIteration
        let spacing = max(1, (last - first) / 199)
        var iterations = Array(stride(from: first, through: last, by: spacing))
        if let end = iterations.last, end < last { iterations.append(last) }
        return RunPlan(
            iteration: progress.iteration, epoch: progress.epochs(of: samples), maxEpochs: options.maxEpochs,
            iterationsPerEpoch: iterationsPerEpoch, lastIteration: last,
            learningRates: iterations.map { PlannedRate(iteration: $0, rate: learnRate(of: $0)) })
    }

    private func iterations(of samples: Int, atLeastOne: Bool) -> Int {
        let size = miniBatchSize
        let count = options.lastBatch == .keep ? (samples + size - 1) / size : samples / size
        return atLeastOne ? max(1, count) : count
    }
}
