import Glibc
import Interchange
import Networks
import Tensors

/// A case of `SoftmaxCrossEntropyLoss`: every position of every sample is a sample of its own.
struct LossTrial: Sendable {
    let classes: Int
    /// `[count, classes]`.
    let scores: [Float]
    let labels: [Int32]
    let reduction: String
    let expectedLosses: [Float]
    /// As the scores; empty where the case does not ask for it.
    let expectedLogProbabilities: [Float]

    init(_ test: OperatorCase) throws(OutOfScope) {
        guard let x = test.input(0), let values = x.floats, let y = test.input(1)?.integers, x.shape.count > 1
        else {
            throw OutOfScope("elements that are not floating-point")
        }
        guard test.input(2) == nil else { throw OutOfScope("weights of classes") }
        let ignored = test.integer("ignore_index", or: .min)
        guard !y.contains(Int64(ignored)) else { throw OutOfScope("labels to be ignored") }
        let classes = x.shape[1]
        let positions = x.shape[2...].reduce(1, *)
        let toSamples = { (values: [Float]) in Self.samples(values, classes: classes, positions: positions) }
        self.classes = classes
        scores = toSamples(values)
        labels = y.map { Int32($0) }
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

    func run() throws -> (losses: [Float], logProbabilities: [Float]) {
        var network = Network(name: "loss", input: Shape(classes))
        network.append(Softmax(), named: "softmax")
        let workers = Workers(threads: 1)
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        // `none` wants each sample's own loss: batches of one.
        let size = reduction == "none" ? 1 : labels.count
        let plan = try Plan(
            network, batchSize: size, mode: .training, loss: .crossEntropy(), parameters: parameters,
            workers: workers)
        var losses: [Float] = []
        for start in stride(from: 0, to: labels.count, by: size) {
            let outcome = labels[start..<start + size].withUnsafeBufferPointer { labels in
                plan.computeGradients(count: size, labels: labels, random: RandomSource(seed: 1)) {
                    sample, buffer in
                    let first = (start + sample) * classes
                    _ = buffer.update(from: scores[first..<first + classes])
                }
            }
            losses.append(reduction == "sum" ? outcome.meanLoss * Float(size) : outcome.meanLoss)
        }
        let inference = try Plan(
            network, batchSize: labels.count, mode: .inference, parameters: parameters, workers: workers)
        inference.infer(count: labels.count) { sample, buffer in
            _ = buffer.update(from: scores[sample * classes..<(sample + 1) * classes])
        }
        let probabilities = inference.outputs.prefix(labels.count * classes)
        return (losses, expectedLogProbabilities.isEmpty ? [] : probabilities.map { Float(log(Double($0))) })
    }
}
