import Datasets
import Networks
import Runs
import Statistics
import Tensors

/// What a network does on a set of samples.
public struct Evaluation: Sendable, Equatable {
    public var samples: Int
    /// Mean loss, without regularisation and label smoothing; nil for what is not trained by a loss.
    public var loss: Float?
    public var accuracy: Float
    /// Share of samples whose class is among the five that are most likely; 1 with at most five classes.
    public var top5Accuracy: Float
    public var confusion: ConfusionMatrix
    /// For two classes: how the second is told from the first over all thresholds.
    public var curve: ROCCurve?
    /// Of each sample, in the set's order.
    public var verdicts: [Judgements.Verdict]
}

/// A network compiled for inference over sets of samples; made once, used for every validation.
public final class Evaluator {
    private let plan: Plan<Float>
    private let loss: Loss
    private let frozen: FrozenLayers?
    /// Whether the outputs are probabilities, or a single number between two classes.
    private let isProbability: Bool
    /// For two classes: the score from which a sample counts as the second; the larger output's class when nil.
    private let threshold: Double?

    /// Samples in flight at once: enough to keep all cores busy, few enough to stay in cache.
    private static let batchSize = 128

    public convenience init(
        _ network: Network, loss: Loss, parameters: Parameters<Float>, threshold: Double? = nil,
        workers: Workers
    ) throws(NetworkError) {
        try self.init(
            network, behind: nil, loss: loss, parameters: parameters, threshold: threshold, workers: workers)
    }

    /// - Parameter frozen: layers whose activations of the samples are at hand.
    init(
        _ network: Network, behind frozen: FrozenLayers?, loss: Loss, parameters: Parameters<Float>,
        threshold: Double? = nil, workers: Workers
    ) throws(NetworkError) {
        self.frozen = frozen
        self.threshold = threshold
        plan = try Plan(
            frozen?.rest ?? network, batchSize: Self.batchSize, mode: .inference, loss: loss,
            parameters: parameters, workers: workers)
        self.loss = loss
        isProbability = network.endsInProbabilities || plan.outputShape.count == 1
    }

    /// For two classes: the score that divides them where nobody has chosen another.
    public var naturalThreshold: Double { isProbability ? 0.5 : 0 }

    private func tally(_ set: SampleSet) -> Tally {
        Tally(classes: set.classNames.count, threshold: threshold, isProbability: isProbability)
    }

    /// Runs the network, with the parameters as they are now, over all samples.
    ///
    /// - Parameter firstSlot: the number under which activations of the first sample are kept; nil where none are.
    public func evaluate(_ set: SampleSet, firstSlot: Int? = nil) -> Evaluation {
        evaluate(set, firstSlot: firstSlot, goingOn: { true }) ?? tally(set).evaluation(of: set)
    }

    /// The same, batch by batch as long as `goingOn` says so; nil when it did not.
    public func evaluate(_ set: SampleSet, firstSlot: Int? = nil, goingOn: () -> Bool) -> Evaluation? {
        var tally = tally(set)
        for start in stride(from: 0, to: set.count, by: Self.batchSize) {
            guard goingOn() else { return nil }
            let count = min(Self.batchSize, set.count - start)
            let load: Plan<Float>.Load = { index, place in set.load(start + index, into: place) }
            frozen?.prepare(count: count, slot: { index in firstSlot.map { $0 + start + index } }, load: load)
            plan.infer(count: count, load: frozen?.load ?? load)
            let width = plan.outputShape.count
            for index in 0..<count {
                let outputs = UnsafeBufferPointer(rebasing: plan.outputs[index * width..<(index + 1) * width])
                let label = Int(set.label(at: start + index))
                tally.add(
                    outputs, sample: set.indices[start + index], label: label,
                    loss: sampleLoss(outputs, label: label))
            }
        }
        return tally.evaluation(of: set)
    }

    /// A probability of 0 counts as the smallest number.
    private func sampleLoss(_ outputs: UnsafeBufferPointer<Float>, label: Int) -> Double {
        switch loss {
        case .crossEntropy: return -Double(Float.logarithm(max(outputs[label], .leastNormalMagnitude)))
        case .negativeLogLikelihood: return -Double(outputs[label])
        case .meanSquaredError: break
        }
        var sum = 0.0
        for index in outputs.indices {
            let target = outputs.count == 1 ? Float(label) : index == label ? 1 : 0
            let error = Double(outputs[index] - target)
            sum += error * error
        }
        return sum / Double(outputs.count)
    }
}
