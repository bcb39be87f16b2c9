import Glibc
import Interchange
import Networks
import Tensors

/// A case of `SoftmaxCrossEntropyLoss` or `NegativeLogLikelihoodLoss`: every position of every sample is a sample of
/// its own, with the weight of its class; one that is to be ignored has weight 0.
struct LossTrial: Sendable {
    let isCrossEntropy: Bool
    let classes: Int
    /// `[count, classes]`.
    let scores: [Float]
    let labels: [Int32]
    let weights: [Float]
    let reduction: String
    let expectedLosses: [Float]
    /// As the scores; empty where the case does not ask for it.
    let expectedLogProbabilities: [Float]

    init(_ test: OperatorCase) throws {
        guard let x = test.input(0), let values = x.floats, let y = test.input(1)?.integers, x.shape.count > 1
        else {
            throw OutOfScope("elements that are not floating-point")
        }
        isCrossEntropy = test.node.opType == "SoftmaxCrossEntropyLoss"
        let classes = x.shape[1]
        let positions = x.shape[2...].reduce(1, *)
        let toSamples = { (values: [Float]) in Self.samples(values, classes: classes, positions: positions) }
        self.classes = classes
        scores = toSamples(values)
        let ignored = Int64(test.integer("ignore_index", or: .min))
        let ofClasses = test.input(2)?.floats ?? Array(repeating: 1, count: classes)
        labels = y.map { $0 == ignored ? 0 : Int32($0) }
        weights = y.map { $0 == ignored ? 0 : ofClasses[Int($0)] }
        reduction = test.text("reduction") ?? "mean"
        expectedLosses = test.outputs[0].floats ?? []
        expectedLogProbabilities = test.outputs.count > 1 ? toSamples(test.outputs[1].floats ?? []) : []
    }

    /// `[N, C, positions]` → `[N · positions, C]`.
    private static func samples(_ values: [Float], classes: Int, positions: Int) -> [Float] {
        (0..<values.count).map { index in
            let (sample, label) = (index / classes, index % classes)
            return values[(sample / positions * classes + label) * positions + sample % positions]
        }
    }

    private var network: Network {
        var network = Network(name: "loss", input: Shape(classes))
        if isCrossEntropy {
            network.append(Softmax(), named: "probabilities")
        } else {
            network.append(Reshape(to: Shape(classes)), named: "logarithms")
        }
        return network
    }

    func run() throws -> (losses: [Float], logProbabilities: [Float]) {
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        // `none` wants each sample's own loss: batches of one.
        let size = reduction == "none" ? 1 : labels.count
        let plan = try Plan(
            network, batchSize: size, mode: .training,
            loss: isCrossEntropy ? .crossEntropy() : .negativeLogLikelihood, parameters: parameters,
            workers: Workers(threads: 1))
        var losses: [Float] = []
        for start in stride(from: 0, to: labels.count, by: size) {
            let mean = batch(plan, start..<start + size).meanLoss
            // A weighted mean became a sum, or a single sample's own loss, by its weights.
            losses.append(
                reduction == "mean" ? mean : mean * weights[start..<start + size].reduce(0, +))
        }
        return (losses, try expectedLogProbabilities.isEmpty ? [] : logProbabilities(parameters))
    }

    private func batch(_ plan: Plan<Float>, _ samples: Range<Int>) -> BatchOutcome {
        labels[samples].withUnsafeBufferPointer { labels in
            weights[samples].withUnsafeBufferPointer { weights in
                plan.computeGradients(
                    count: samples.count, labels: labels, weights: weights, random: RandomSource(seed: 1)
                ) { sample, buffer in
                    let first = (samples.lowerBound + sample) * classes
                    _ = buffer.update(from: scores[first..<first + classes])
                }
            }
        }
    }

    private func logProbabilities(_ parameters: Parameters<Float>) throws -> [Float] {
        let inference = try Plan(
            network, batchSize: labels.count, mode: .inference, parameters: parameters,
            workers: Workers(threads: 1))
        inference.infer(count: labels.count) { sample, buffer in
            _ = buffer.update(from: scores[sample * classes..<(sample + 1) * classes])
        }
        return inference.outputs.prefix(labels.count * classes).map { Float(log(Double($0))) }
    }
}
