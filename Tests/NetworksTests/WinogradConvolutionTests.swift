import Networks
import Tensors
import Testing

/// Inference with weights that are prepared once: 3×3 convolutions by Winograd's filtering, normalisations folded into
/// weights, residual connections added where the sums still are in registers; against the plain reference kernels.
@Suite struct WinogradConvolutionTests {
    struct Case: CustomStringConvertible, Sendable {
        var input: Shape
        var filters, samples: Int
        var padding: Padding
        var normalizes, adds, clamps, shortcutIsConvolution: Bool

        var description: String {
            "\(filters) filters on \(input), \(samples) samples, \(padding), normalisation \(normalizes), "
                + "addition \(adds), ReLU \(clamps), shortcut with weights \(shortcutIsConvolution)"
        }

        init(seed: UInt64) {
            var random = RandomSource(seed: 900 + seed)
            func pick(_ range: ClosedRange<Int>) -> Int {
                range.lowerBound + Int(random.next() % UInt64(range.count))
            }
            input = Shape(16 * pick(1...5), pick(4...33), pick(4...33))
            shortcutIsConvolution = pick(0...1) == 0
            filters = 16 * pick(1...5)
            padding =
                pick(0...3) > 0 ? .same : .explicit(top: pick(0...2), left: pick(0...2), bottom: 2, right: 1)
            if case .explicit(let top, let left, _, _) = padding, top + left == 0 { padding = .same }
            adds = padding == .same && pick(0...1) == 0
            if adds, !shortcutIsConvolution { filters = input.channels }
            samples = pick(0...1) == 0 ? 1 : pick(2...19)
            (normalizes, clamps) = (pick(0...1) == 0, pick(0...1) == 0)
        }

        var network: Network {
            var network = Network(name: "one", input: input)
            if adds, shortcutIsConvolution {
                network.append(Convolution(filters: filters, kernel: 1), named: "shortcut", after: ["input"])
            }
            network.append(
                Convolution(
                    filters: filters, kernel: Extent(rows: 3, columns: 3), padding: padding,
                    hasBias: !normalizes),
                named: "conv", after: ["input"])
            var last = "conv"
            if normalizes {
                network.append(BatchNormalization(), named: "norm", after: [last])
                last = "norm"
            }
            if adds {
                network.append(
                    Addition(), named: "sum", after: [last, shortcutIsConvolution ? "shortcut" : "input"])
                last = "sum"
            }
            if clamps { network.append(ReLU(), named: "relu", after: [last]) }
            return network
        }
    }

    @Test(arguments: 0..<220)
    func fastAndReferenceAgree(seed: UInt64) throws {
        let one = Case(seed: seed)
        let parameters = try Parameters<Float>(one.network, random: RandomSource(seed: 5))
        var random = RandomSource(seed: 6)
        for entry in parameters.entries where entry.name.hasPrefix("norm.") {
            // Statistics as a trained network has them; a variance is positive.
            for index in entry.range { parameters.values[index] = 0.5 + random.uniform(0, 1) }
        }
        let workers = Workers(threads: 2)
        let batch = ExampleBatch<Float>(one.input, count: one.samples)
        func outputs(fast: Bool) throws -> [Float] {
            let plan = try Plan(
                one.network, batchSize: one.samples, mode: .inference, parameters: parameters,
                workers: workers,
                usesVectorKernels: fast, hasFixedParameters: fast)
            for _ in 0..<2 { plan.infer(count: one.samples, load: batch.load) }
            return Array(plan.outputs)
        }
        let (fast, exact) = (try outputs(fast: true), try outputs(fast: false))
        let scale = exact.map { abs($0) }.max() ?? 0
        let worst = zip(fast, exact).map { $0.isNaN ? .infinity : abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 5e-5 * scale, "\(one)")
    }
}
