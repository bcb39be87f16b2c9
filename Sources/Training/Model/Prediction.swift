import Glibc
import Interchange
import Networks
import Runs
import Tensors

/// What a network says of one sample: probabilities of its classes.
public struct Prediction: Sendable, Equatable, Encodable {
    public let label: String
    public let index: Int
    public let probability: Float
}

/// Runs a model on samples and turns its outputs into probabilities.
public final class Predictor {
    public let model: Model
    private let plan: Plan<Float>
    private let batchSize: Int
    private let macs: Int

    public init(_ model: Model, batchSize: Int = 16, workers: Workers) throws(NetworkError) {
        self.model = model
        self.batchSize = batchSize
        macs = model.network.inspect().totalMACs
        plan = try Plan(
            model.network, batchSize: batchSize, mode: .inference, parameters: model.parameters,
            workers: workers, hasFixedParameters: true)
    }

    /// The most probable classes of each sample, best first.
    ///
    /// - Parameter inputs: `network.input` numbers each.
    public func predict(_ inputs: [[Float]], top: Int) -> [[Prediction]] {
        stride(from: 0, to: inputs.count, by: batchSize).flatMap { start in
            let batch = inputs[start..<min(start + batchSize, inputs.count)]
            let scores = scores(count: batch.count) { sample, buffer in
                _ = buffer.update(from: batch[start + sample])
            }
            return scores.map { best($0, top: top) }
        }
    }

    /// The probabilities of all classes for each of up to `batchSize` samples that `load` writes.
    public func scores(
        count: Int, load: @escaping (_ sample: Int, _ input: UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [[Float]] {
        precondition(count <= batchSize, "\(count) samples in batches of \(batchSize)")
        plan.infer(count: count, load: load)
        let classes = plan.outputShape.count
        return (0..<count).map { probabilities(Array(plan.outputs[$0 * classes..<($0 + 1) * classes])) }
    }

    /// Which parts of a sample spoke for a class: how far its probability falls when they are covered.
    ///
    /// Needs a predictor with a batch size of at least `importanceBatch`.
    public func importance(of input: [Float], class index: Int) -> ImportanceMap {
        let whole = scores(count: 1) { _, place in _ = place.update(from: input) }[0][index]
        // Somebody waits for this one map: up to a second.
        let occlusion = Occlusion(shape: model.network.input, macs: macs, budget: 10_000_000_000)
        return occlusion.map(of: input, score: whole) { count, load in
            scores(count: count, load: load).map { $0[index] }
        }
    }

    /// Samples that `importance(of:class:)` takes at once.
    public static let importanceBatch = Occlusion.batchSize

    /// The outputs of a softmax as they are, those of other last layers as its inputs would be.
    private func probabilities(_ outputs: [Float]) -> [Float] {
        if outputs.count == 1 || model.network.endsInProbabilities { return outputs }
        let largest = outputs.max() ?? 0
        let powers = outputs.map { expf($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    private func best(_ probabilities: [Float], top: Int) -> [Prediction] {
        let order = probabilities.indices.sorted {
            (probabilities[$0], $1) > (probabilities[$1], $0)
        }
        return order.prefix(top).map { index in
            Prediction(
                label: model.classNames.indices.contains(index) ? model.classNames[index] : "class \(index)",
                index: index, probability: probabilities[index])
        }
    }
}
