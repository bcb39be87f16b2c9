import Networks
import Tensors
import Testing

/// Fully connected layers on few samples, which read each weight once, against products of matrices.
@Suite struct FullyConnectedTests {
    @Test(arguments: 0..<200)
    func fewSamplesAndReferenceAgree(seed: UInt64) throws {
        var random = RandomSource(seed: 70 + seed)
        func pick(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(random.next() % UInt64(range.count))
        }
        // Every tenth one is split into blocks of outputs.
        let isLarge = seed % 10 == 0
        let (inputs, outputs) = isLarge ? (pick(600...700), pick(200...300)) : (pick(1...200), pick(1...40))
        let samples = pick(1...9)
        var network = Network(name: "one", input: Shape(inputs, 1, 1))
        network.append(FullyConnected(outputs: outputs, hasBias: pick(0...1) == 0), named: "fc")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
        for index in parameters.values.indices { parameters.values[index] = random.normal() }
        let workers = Workers(threads: 2)
        let batch = ExampleBatch<Float>(network.input, count: samples)
        func outcome(fast: Bool) throws -> [Float] {
            let plan = try Plan(
                network, batchSize: samples, mode: .inference, parameters: parameters, workers: workers,
                usesVectorKernels: fast)
            plan.infer(count: samples, load: batch.load)
            return Array(plan.outputs)
        }
        let (fast, exact) = (try outcome(fast: true), try outcome(fast: false))
        let scale = Float(inputs).squareRoot()
        let worst = zip(fast, exact).map { $0.isNaN ? .infinity : abs($0 - $1) }.max() ?? .infinity
        #expect(
            fast.count == samples * outputs && worst < 1e-5 * scale,
            "\(inputs) → \(outputs), \(samples) samples")
    }
}
