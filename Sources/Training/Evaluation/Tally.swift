import Datasets
import Runs
import Statistics

/// What an evaluation counts while it goes through the samples.
struct Tally {
    private let classes: Int
    /// For two classes: the score from which a sample counts as the second; the larger output's class when nil.
    private let threshold: Double?
    private let isProbability: Bool
    private var confusion: ConfusionMatrix
    private var loss = 0.0
    private var amongFive = 0
    private var verdicts: [Judgements.Verdict] = []

    init(classes: Int, threshold: Double?, isProbability: Bool) {
        self.classes = classes
        self.isProbability = isProbability
        self.threshold = classes == 2 ? threshold : nil
        confusion = ConfusionMatrix(classes: classes)
    }

    mutating func add(_ outputs: UnsafeBufferPointer<Float>, sample: Int, label: Int, loss sampleLoss: Double)
    {
        let prediction = prediction(outputs)
        confusion[label, prediction] += 1
        loss += sampleLoss
        amongFive += rank(of: label, in: outputs) < 5 ? 1 : 0
        let score = classes == 2 ? detectorScore(outputs) : outputs[outputs.count == 1 ? 0 : prediction]
        verdicts.append(
            Judgements.Verdict(
                sample: Int32(sample), truth: Int32(label), prediction: Int32(prediction), score: score))
    }

    func evaluation(of set: SampleSet) -> Evaluation {
        let samples = max(1, set.count)
        let curve =
            classes == 2
            ? ROCCurve(
                scores: verdicts.map { Double($0.score) }, isPositive: verdicts.map { $0.truth == 1 }) : nil
        return Evaluation(
            samples: set.count, loss: Float(loss / Double(samples)), accuracy: confusion.accuracy,
            top5Accuracy: Float(amongFive) / Float(samples), confusion: confusion, curve: curve,
            verdicts: verdicts)
    }

    /// How much a sample looks like the second of two classes: its probability, or by how much its output is larger.
    private func detectorScore(_ outputs: UnsafeBufferPointer<Float>) -> Float {
        outputs.count == 1 ? outputs[0] : isProbability ? outputs[1] : outputs[1] - outputs[0]
    }

    /// The largest output's class; with a single output, the class it rounds to.
    private func prediction(_ outputs: UnsafeBufferPointer<Float>) -> Int {
        if let threshold { return Double(detectorScore(outputs)) >= threshold ? 1 : 0 }
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
}

extension Float {
    fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
        isNaN ? range.upperBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
