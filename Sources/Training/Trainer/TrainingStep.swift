import Datasets
import Networks
import Tensors

/// What a mini-batch gave, beside the gradients.
struct MiniBatchOutcome {
    /// Without regularisation.
    var meanLoss: Float
    /// Samples classified correctly.
    var correct: Int
}

/// One update of the weights: gradients of a mini-batch, then the solver's step.
///
/// A mini-batch too large for one plan (full-batch gradient descent) is taken in parts whose gradients are averaged;
/// batch normalisation then sees each part by itself.
final class TrainingStep {
    private let experiment: Experiment
    private let parameters: Parameters<Float>
    let optimizer: Optimizer
    private let workers: Workers
    private let random: RandomSource
    private var plan: Plan<Float>
    /// The mini-batch size the plan was made for.
    private(set) var miniBatchSize: Int
    /// Sum over the parts of a mini-batch; empty while one part suffices.
    private var accumulated: AlignedBuffer<Float>
    private var labels: [Int32]

    /// Memory that a plan may take for activations and their gradients.
    private let planBytes: Int
    /// The layers that run before those that learn, if there are any.
    private(set) var frozen: FrozenLayers?

    init(
        _ experiment: Experiment, frozen: FrozenLayers?, parameters: Parameters<Float>, optimizer: Optimizer,
        miniBatchSize: Int, planBytes: Int, workers: Workers
    ) throws(NetworkError) {
        self.experiment = experiment
        self.parameters = parameters
        self.optimizer = optimizer
        self.workers = workers
        self.miniBatchSize = miniBatchSize
        self.planBytes = planBytes
        self.frozen = frozen
        random = RandomSource(seed: experiment.preset.seed)
        let network = frozen?.rest ?? experiment.network
        let part = min(miniBatchSize, try Self.largestPart(of: network, bytes: planBytes))
        plan = try Self.plan(experiment, network, part, parameters, workers)
        labels = Array(repeating: 0, count: part)
        accumulated = AlignedBuffer(count: miniBatchSize > part ? parameters.values.count : 0)
    }

    /// Of every dropout layer; as the network declares when nil.
    var dropout: Double? {
        get { plan.dropoutProbability }
        set { plan.dropoutProbability = newValue }
    }

    /// Compiles the network anew for another mini-batch size, so that a resumed run, which starts with that size,
    /// computes the same.
    func resize(to size: Int) throws(NetworkError) {
        guard size != miniBatchSize else { return }
        try compile(behind: frozen, size: size)
    }

    /// Compiles what comes behind other frozen layers.
    func freeze(_ frozen: FrozenLayers?) throws(NetworkError) {
        try compile(behind: frozen, size: miniBatchSize)
        self.frozen = frozen
    }

    private func compile(behind frozen: FrozenLayers?, size: Int) throws(NetworkError) {
        let dropout = plan.dropoutProbability
        let network = frozen?.rest ?? experiment.network
        let part = min(size, try Self.largestPart(of: network, bytes: planBytes))
        plan = try Self.plan(experiment, network, part, parameters, workers)
        plan.dropoutProbability = dropout
        labels = Array(repeating: 0, count: part)
        accumulated = AlignedBuffer(count: size > part ? parameters.values.count : 0)
        miniBatchSize = size
    }

    /// Mean gradients of the batch are left in `gradients`; the loss is without regularisation.
    func computeGradients(_ batch: Batches.Batch, iteration: Int) -> MiniBatchOutcome {
        let source = random.stream(Experiment.Stream.dropout, UInt64(iteration))
        guard batch.samples.count > plan.batchSize else { return part(batch.samples, batch.epoch, source) }
        accumulated.elements.update(repeating: 0)
        var loss: Float = 0
        var correct = 0
        var start = batch.samples.startIndex
        while start < batch.samples.endIndex {
            let end = min(start + plan.batchSize, batch.samples.endIndex)
            let outcome = part(batch.samples[start..<end], batch.epoch, source.stream(UInt64(start)))
            let share = Float(end - start) / Float(batch.samples.count)
            accumulate(share)
            loss += outcome.meanLoss * share
            correct += outcome.correct
            start = end
        }
        _ = plan.gradients.update(from: accumulated.elements)
        return MiniBatchOutcome(meanLoss: loss, correct: correct)
    }

    var gradients: UnsafeMutableBufferPointer<Float> { plan.gradients }

    /// Moves the weights along the gradients.
    func update(learnRate: Double, options: Options) {
        optimizer.update(parameters.values, gradients: plan.gradients, learnRate: learnRate, options: options)
    }

    private func part(_ samples: ArraySlice<Int>, _ epoch: Int, _ source: RandomSource) -> MiniBatchOutcome {
        let training = experiment.training
        let first = samples.startIndex
        for (index, sample) in samples.enumerated() { labels[index] = training.label(at: sample) }
        let augmentation = random.stream(Experiment.Stream.augmentation, UInt64(epoch))
        let load: Plan<Float>.Load = { index, place in
            let sample = samples[first + index]
            training.load(sample, into: place, random: augmentation.stream(UInt64(sample)))
        }
        let isKept = training.augmentation == nil
        frozen?.prepare(count: samples.count, slot: { isKept ? samples[first + $0] : nil }, load: load)
        let outcome = labels.withUnsafeBufferPointer { labels in
            plan.computeGradients(
                count: samples.count, labels: labels, random: source, load: frozen?.load ?? load)
        }
        return MiniBatchOutcome(meanLoss: outcome.meanLoss, correct: outcome.correct)
    }

    private func accumulate(_ share: Float) {
        guard let gradients = plan.gradients.baseAddress else { return }
        let sum = accumulated.base
        optimizer.forEachBlock { block in
            let g = gradients + block.start
            let s = sum + block.start
            for i in 0..<block.count { s[i] += share * g[i] }
        }
    }

    private static func plan(
        _ experiment: Experiment, _ network: Network, _ size: Int, _ parameters: Parameters<Float>,
        _ workers: Workers
    ) throws(NetworkError) -> Plan<Float> {
        try Plan(
            network, batchSize: size, mode: .training, loss: experiment.loss, parameters: parameters,
            workers: workers)
    }

    /// How many samples' activations and gradients fit the memory that a plan may take.
    private static func largestPart(of network: Network, bytes: Int) throws(NetworkError) -> Int {
        let values = try network.analyze().rows.reduce(0) { $0 + ($1.activations?.count ?? 0) }
        return max(1, bytes / max(1, values * 2 * MemoryLayout<Float>.stride))
    }
}
