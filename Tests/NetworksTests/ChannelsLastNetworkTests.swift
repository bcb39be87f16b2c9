import Networks
import Tensors
import Testing

/// Batch normalisation, pooling and joins on maps with their channels side by side, against the reference kernels, in
/// small networks drawn at random.
@Suite struct ChannelsLastNetworkTests {
    /// A stem, one or two branches of pooling or normalisation, their join, and a head.
    struct Case: CustomStringConvertible {
        var network: Network
        var samples: Int

        var description: String {
            network.nodes.map { "\($0.layer)" }.joined(separator: " → ")
                + " on \(network.input), \(samples) samples"
        }

        init(seed: UInt64) {
            var random = RandomSource(seed: seed &+ 1000)
            func pick(_ range: ClosedRange<Int>) -> Int {
                range.lowerBound + Int(random.next() % UInt64(range.count))
            }
            let isSignal = pick(0...4) == 0
            let input = Shape(pick(1...4), isSignal ? 1 : pick(5...20), pick(5...24))
            let channels = [4, 8, 16, 20, 33][pick(0...4)]
            network = Network(name: "drawn", input: input)
            samples = pick(1...40)
            network.append(
                Convolution(
                    filters: channels, kernel: Extent(rows: isSignal ? 1 : 3, columns: 3), padding: .same),
                named: "stem")
            func pooling(_ name: String) {
                let down = isSignal ? 1 : pick(1...3)
                let (across, step) = (pick(1...4), pick(1...3))
                let stride = Extent(rows: isSignal ? 1 : step, columns: step)
                let size = Extent(rows: down, columns: across)
                if pick(0...1) == 0 {
                    network.append(MaxPooling(size: size, stride: stride), named: name)
                } else {
                    network.append(AveragePooling(size: size, stride: stride), named: name)
                }
            }
            switch pick(0...5) {
            case 0: pooling("pool")
            case 1, 2:
                network.append(BatchNormalization(), named: "norm")
                network.append(ReLU(), named: "relu")
                let (down, across) = (isSignal ? 1 : pick(1...3), pick(1...3))
                let tile = Extent(rows: down, columns: across)
                network.append(MaxPooling(size: tile, stride: tile), named: "pool")
            case 3:
                network.append(BatchNormalization(), named: "norm")
                if pick(0...1) == 0 { network.append(ReLU(), named: "relu") }
                pooling("pool")
            case 4:
                network.append(
                    CrossChannelNormalization(
                        size: pick(1...6), alpha: 0.5, beta: [0.5, 0.75, 1, 0.6][pick(0...3)], k: 1.5),
                    named: "cross")
                pooling("pool")
            default:
                network.append(
                    Convolution(
                        filters: channels, kernel: Extent(rows: isSignal ? 1 : 3, columns: 5), padding: .same),
                    named: "branch")
                network.append(BatchNormalization(), named: "norm")
                let joins = pick(0...1) == 0
                network.append(
                    joins ? Addition() as any Layer : DepthConcatenation(), named: "join",
                    after: ["norm", "stem"])
                network.append(GlobalAveragePooling(), named: "pool")
            }
            network.append(FullyConnected(outputs: 5), named: "fc")
            network.append(Softmax(), named: "softmax")
        }
    }

    @Test(arguments: 0..<250)
    func fastAndReferenceAgree(seed: UInt64) throws {
        let one = Case(seed: seed)
        let workers = Workers(threads: 2)
        let parameters = try Parameters<Float>(one.network, random: RandomSource(seed: 5))
        let initial = Array(parameters.values)
        let batch = ExampleBatch<Float>(one.network.input, count: one.samples, classes: 5, seed: seed)
        func gradients(fast: Bool) throws -> [Float] {
            for (index, value) in initial.enumerated() { parameters.values[index] = value }
            let plan = try Plan(
                one.network, batchSize: one.samples, mode: .training, parameters: parameters,
                workers: workers,
                keeping: ["pool"], usesVectorKernels: fast)
            _ = plan.computeGradients(batch, count: one.samples)
            return Array(plan.gradients) + Array(plan.outputs) + (plan.activations(of: "pool") ?? [])
        }
        let (fast, reference) = (try gradients(fast: true), try gradients(fast: false))
        #expect(fast.count == reference.count)
        let scale = reference.map(abs).max() ?? 0
        let worst = zip(fast, reference).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= 2e-4 * max(scale, 1), "\(one)")
    }
}
