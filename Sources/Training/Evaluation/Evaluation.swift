import Classical
import Datasets
import Networks
import Runs
import Tensors

/// What a network does on a set of samples.
public struct Evaluation: Sendable, Equatable {
    public var samples: Int
    /// Mean loss, without regularisation and label smoothing.
    public var loss: Float
    public var accuracy: Float
    /// Share of samples whose class is among the five largest outputs; 1 with at most five classes.
    public var top5Accuracy: Float
    public var confusion: ConfusionMatrix
    /// For two classes: how the second is told from the first over all thresholds.
    public var curve: ROCCurve?
}

/// A network compiled for inference over sets of samples; made once, used for every validation.
public final class Evaluator {
    private let plan: Plan<Float>
    private let isCrossEntropy: Bool
    private let frozen: FrozenLayers?

    /// Samples in flight at once: enough to keep all cores busy, few enough to stay in cache.
    private static let batchSize = 128

    public convenience init(
        _ network: Network, loss: Loss, parameters: Parameters<Float>, workers: Workers
    ) throws(NetworkError) {
        try self.init(network, behind: nil, loss: loss, parameters: parameters, workers: workers)
    }

    /// - Parameter frozen: layers whose activations of the samples are at hand.
    init(
        _ network: Network, behind frozen: FrozenLayers?, loss: Loss, parameters: Parameters<Float>,
        workers: Workers
    ) throws(NetworkError) {
        self.frozen = frozen
        plan = try Plan(
            frozen?.rest ?? network, batchSize: Self.batchSize, mode: .inference, loss: loss,
            parameters: parameters, workers: workers)
        isCrossEntropy = if case .crossEntropy = loss { true } else { false }
    }

    /// Runs the network, with the parameters as they are now, over all samples.
    ///
    /// - Parameter firstSlot: the number under which activations of the first sample are kept.
    public func evaluate(_ set: SampleSet, firstSlot: Int = 0) -> Evaluation {
        let classes = set.classNames.count
        var confusion = ConfusionMatrix(classes: classes)
        var loss = 0.0
        var amongFive = 0
        var scores: [Double] = []
        for start in stride(from: 0, to: set.count, by: Self.batchSize) {
            let count = min(Self.batchSize, set.count - start)
            let load: Plan<Float>.Load = { index, place in set.load(start + index, into: place) }
            frozen?.prepare(count: count, slot: { firstSlot + start + $0 }, load: load)
            plan.infer(count: count, load: frozen?.load ?? load)
            let width = plan.outputShape.count
            for index in 0..<count {
                let outputs = UnsafeBufferPointer(rebasing: plan.outputs[index * width..<(index + 1) * width])
                let label = Int(set.label(at: start + index))
                confusion[label, prediction(outputs, classes: classes)] += 1
                loss += sampleLoss(outputs, label: label)
                if classes == 2, let score = outputs.last { scores.append(Double(score)) }
                amongFive += rank(of: label, in: outputs) < 5 ? 1 : 0
            }
        }
        let samples = max(1, set.count)
        return Evaluation(
            samples: set.count, loss: Float(loss / Double(samples)), accuracy: confusion.accuracy,
            top5Accuracy: Float(amongFive) / Float(samples), confusion: confusion,
            curve: classes == 2 ? curve(scores, of: set) : nil)
    }

    private func curve(_ scores: [Double], of set: SampleSet) -> ROCCurve {
        ROCCurve(scores: scores, isPositive: (0..<set.count).map { set.label(at: $0) == 1 })
    }

    /// The largest output's class; with a single output, the class it rounds to.
    private func prediction(_ outputs: UnsafeBufferPointer<Float>, classes: Int) -> Int {
        if outputs.count == 1 { return Int(max(0, min(Float(classes - 1), outputs[0].rounded()))) }
        var best = 0
        for index in outputs.indices where outputs[index] > outputs[best] { best = index }
        return best
    }

    /// How many outputs are larger than the label's; 0 for a single output that rounds to it.
    private func rank(of label: Int, in outputs: UnsafeBufferPointer<Float>) -> Int {
        if outputs.count == 1 { return Int(abs(outputs[0].rounded() - Float(label)).clamped(to: 0...1e9)) }
        let own = outputs[label]
        return outputs.reduce(0) { $0 + ($1 > own ? 1 : 0) }
    }

    /// Cross-entropy over probabilities, or mean squared error; a probability of 0 counts as the smallest number.
    private func sampleLoss(_ outputs: UnsafeBufferPointer<Float>, label: Int) -> Double {
        if isCrossEntropy { return -Double(Float.logarithm(max(outputs[label], .leastNormalMagnitude))) }
        var sum = 0.0
        for index in outputs.indices {
            let target = outputs.count == 1 ? Float(label) : index == label ? 1 : 0
            let error = Double(outputs[index] - target)
            sum += error * error
        }
        return sum / Double(outputs.count)
    }
}

extension Float {
    fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
        isNaN ? range.upperBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
