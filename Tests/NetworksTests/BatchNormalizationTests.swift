import Networks
import Tensors
import Testing

@Test func runningStatisticsMoveTowardsTheBatch() throws {
    var network = Network(name: "net", input: Shape(1))
    network.append(BatchNormalization(momentum: 0.25), named: "norm")
    let parameters = try Parameters<Double>(network, random: RandomSource(seed: 1))
    let plan = try Plan(
        network, batchSize: 4, mode: .training, loss: .meanSquaredError, parameters: parameters,
        workers: Workers(threads: 1))
    let samples = [1.0, 2, 3, 6]  // mean 3, unbiased variance 14/3
    _ = [Int32](repeating: 0, count: 4).withUnsafeBufferPointer { labels in
        plan.computeGradients(count: 4, labels: labels, random: RandomSource(seed: 1)) { sample, target in
            target[0] = samples[sample]
        }
    }
    let mean = try #require(parameters["norm.mean"]?.first)
    let variance = try #require(parameters["norm.variance"]?.first)
    #expect(abs(mean - 0.75) < 1e-12)
    #expect(abs(variance - (0.75 + 0.25 * 14 / 3)) < 1e-12)
}

@Test func foldingChangesNothing() throws {
    let network = ExampleNetworks.normalized(Shape(2, 9, 11))
    let batch = ExampleBatch<Double>(network.input, count: 40)
    let parameters = try Parameters<Double>(network, random: RandomSource(seed: 1))
    let workers = Workers(threads: 2)
    let training = try Plan(network, batchSize: 40, mode: .training, parameters: parameters, workers: workers)
    for step in 0..<5 { _ = training.computeGradients(batch, count: 40, step: UInt64(step)) }
    let folded = try Plan(network, batchSize: 40, mode: .inference, parameters: parameters, workers: workers)
    let every = Set(network.nodes.map(\.name))
    let plain = try Plan(
        network, batchSize: 40, mode: .inference, parameters: parameters, workers: workers, keeping: every)
    folded.infer(count: 40, load: batch.load)
    plain.infer(count: 40, load: batch.load)
    for (a, b) in zip(folded.outputs, plain.outputs) { #expect(abs(a - b) < 1e-12) }
    #expect(folded.activations(of: "relu_1") == nil)
    let maps = try #require(plain.activations(of: "relu_1"))
    #expect(maps.count == 40 * 8 * 9 * 11 && maps.allSatisfy { $0 >= 0 })
}
