import Interchange
import Networks
import Tensors

/// A case of batch normalisation in training: the output by the batch's own statistics, and the running ones moved.
struct TrainingNormalization {
    let output: [Float]
    let mean, variance: [Float]
    let expectedMean, expectedVariance: [Float]

    init(_ test: OperatorCase) throws {
        guard let input = test.input(0)?.floats, test.outputs.count == 3,
            let before = test.input(4)?.floats
        else { throw OutOfScope("training without running statistics") }
        let constants = test.tensors.filter { $0.key != test.inputNames[0] }
        let model = try ONNXReader.model(test.file, constants: constants)
        let network = model.network
        let size = network.input.count
        let count = input.count / size
        let plan = try Plan(
            network, batchSize: count, mode: .training, loss: .meanSquaredError, parameters: model.parameters,
            workers: Workers(threads: 1), keeping: Set(network.nodes.map(\.name)))
        let labels = [Int32](repeating: 0, count: count)
        _ = labels.withUnsafeBufferPointer { labels in
            plan.computeGradients(count: count, labels: labels, random: RandomSource(seed: 1)) {
                sample, buffer in _ = buffer.update(from: input[sample * size..<(sample + 1) * size])
            }
        }
        let layer = network.nodes[0].name
        output = plan.activations(of: layer) ?? []
        mean = model.parameters["\(layer).mean"] ?? []
        variance = model.parameters["\(layer).variance"] ?? []
        expectedMean = test.outputs[1].reals
        // ONNX moves the running variance towards the batch's own (÷ n), this program and PyTorch towards the
        // unbiased one (÷ n − 1).
        let n = Float(input.count / network.input.channels)
        let share = Float(1 - test.real("momentum", or: 0.9))
        expectedVariance = zip(test.outputs[2].reals, before).map { $0 + ($0 - (1 - share) * $1) / (n - 1) }
    }
}
