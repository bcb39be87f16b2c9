import Networks
import Tensors
import Testing

/// Weights, running statistics and losses after a few steps of plain gradient descent, the last on a partial batch.
private func train(_ network: Network, threads: Int, steps: Int = 4) throws -> [UInt32] {
    let batch = ExampleBatch<Float>(network.input, count: 70)
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    let plan = try Plan(
        network, batchSize: 70, mode: .training, parameters: parameters, workers: Workers(threads: threads))
    var losses: [Float] = []
    for step in 0..<steps {
        let outcome = plan.computeGradients(batch, count: step == steps - 1 ? 33 : 70, step: UInt64(step))
        losses.append(outcome.meanLoss)
        for index in parameters.values.indices { parameters.values[index] -= 0.05 * plan.gradients[index] }
    }
    return (losses + Array(parameters.values) + Array(parameters.stateValues)).map(\.bitPattern)
}

@Test(arguments: [ExampleNetworks.normalized(), ExampleNetworks.large()])
func oneTwoAndThreeThreadsGiveTheSameBits(_ network: Network) throws {
    let one = try train(network, threads: 1)
    #expect(try train(network, threads: 2) == one)
    #expect(try train(network, threads: 3) == one)
}

@Test func differentDropoutStreamsGiveDifferentGradients() throws {
    let network = ExampleNetworks.large()
    let batch = ExampleBatch<Float>(network.input, count: 8)
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    let plan = try Plan(
        network, batchSize: 8, mode: .training, parameters: parameters, workers: Workers(threads: 1))
    let first = plan.computeGradients(batch, count: 8, step: 1)
    #expect(plan.computeGradients(batch, count: 8, step: 1) == first)
    #expect(plan.computeGradients(batch, count: 8, step: 2) != first)
    plan.dropoutProbability = 0
    let without = plan.computeGradients(batch, count: 8, step: 1)
    #expect(plan.computeGradients(batch, count: 8, step: 2) == without)
}

@Test func aPartialBatchGivesWhatAPlanOfItsSizeGives() throws {
    let network = ExampleNetworks.normalized(Shape(1, 12, 12))
    let batch = ExampleBatch<Double>(network.input, count: 7)
    let parameters = try Parameters<Double>(network, random: RandomSource(seed: 1))
    let workers = Workers(threads: 2)
    let large = try Plan(network, batchSize: 128, mode: .training, parameters: parameters, workers: workers)
    let exact = try Plan(network, batchSize: 7, mode: .training, parameters: parameters, workers: workers)
    // A full batch first, so that the partial one finds the buffers used.
    _ = large.computeGradients(ExampleBatch<Double>(network.input, count: 128), count: 128)
    let outcome = large.computeGradients(batch, count: 7)
    let expected = exact.computeGradients(batch, count: 7)
    #expect(abs(outcome.totalLoss - expected.totalLoss) < 1e-12)
    #expect(outcome.correct == expected.correct)
    for (found, wanted) in zip(large.gradients, exact.gradients) { #expect(abs(found - wanted) < 1e-12) }
}
