import AllocationCounter
import Networks
import Tensors
import Testing

// One after the other: the counter is the whole process's.
@Test(.serialized, arguments: [ExampleNetworks.normalized(), ExampleNetworks.large()])
func aStepAllocatesNothing(_ network: Network) throws {
    let batch = ExampleBatch<Float>(network.input, count: 64)
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    let workers = Workers(threads: 2)
    let plan = try Plan(network, batchSize: 64, mode: .training, parameters: parameters, workers: workers)
    let inference = try Plan(
        network, batchSize: 64, mode: .inference, parameters: parameters, workers: workers)
    // Worker threads count from their first sample on.
    let load: Plan<Float>.Load = { sample, target in
        watch_allocations_of_this_thread()
        batch.samples.withUnsafeBufferPointer { samples in
            for index in target.indices { target[index] = samples[sample * target.count + index] }
        }
    }
    let random = RandomSource(seed: 1)
    func steps(_ count: Int) -> Int {
        batch.labels.withUnsafeBufferPointer { labels in
            let before = watched_allocations()
            for _ in 0..<count {
                _ = plan.computeGradients(count: 64, labels: labels, random: random, load: load)
                inference.infer(count: 64, load: load)
            }
            return watched_allocations() - before
        }
    }
    defer { unwatch_allocations_of_this_thread() }
    _ = steps(2)  // the first steps may make what the language makes once, such as metadata
    #expect(steps(20) == 0)

    let array = [Float](repeating: 1, count: batch.labels.count)
    #expect(watched_allocations() > 0 && array.count == 64, "the counter counts")
}

@Test func inferenceNeedsRoomForPiecesNotBatches() throws {
    let network = ExampleNetworks.normalized()
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    let plan = try Plan(
        network, batchSize: 1024, mode: .inference, parameters: parameters, workers: Workers(threads: 1))
    // The first convolution's outputs alone would take 1024 · 8 · 28 · 28 · 4 bytes = 25.7 MB.
    #expect(plan.memoryBytes < 3_000_000)
}
