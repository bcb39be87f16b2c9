import Networks
import Tensors
import Testing

/// The fast convolutions against the reference kernels, on shapes drawn at random.
@Suite struct ChannelsLastConvolutionTests {
    /// A convolution that somebody could ask for, and the map it sees.
    struct Case: CustomStringConvertible, Sendable {
        var layer: Convolution
        var input: Shape
        var samples: Int
        var clamps: Bool

        var description: String { "\(layer) on \(input), \(samples) samples, ReLU \(clamps)" }

        init(seed: UInt64) {
            var random = RandomSource(seed: seed)
            func pick(_ range: ClosedRange<Int>) -> Int {
                range.lowerBound + Int(random.next() % UInt64(range.count))
            }
            let groups = pick(0...3) == 0 ? 2 : 1
            let isSignal = pick(0...4) == 0
            let height = isSignal ? 1 : pick(1...34)
            let width = pick(1...40)
            input = Shape(groups * pick(1...9), height, width)
            func window(_ size: Int) -> (kernel: Int, stride: Int, dilation: Int, before: Int, after: Int) {
                let kernel = min(pick(1...6), size + 2)
                let dilation = pick(0...9) == 0 && 2 * (kernel - 1) < size ? 2 : 1
                let least = max(0, (dilation * (kernel - 1) + 2 - size) / 2)
                return (
                    kernel, pick(0...4) == 0 ? pick(2...3) : 1, dilation, least + pick(0...2),
                    least + pick(0...2)
                )
            }
            let down = isSignal ? (kernel: 1, stride: 1, dilation: 1, before: 0, after: 0) : window(height)
            let across = window(width)
            layer = Convolution(
                filters: groups * pick(1...20), kernel: Extent(rows: down.kernel, columns: across.kernel),
                stride: Extent(rows: down.stride, columns: across.stride),
                padding: pick(0...2) == 0
                    ? .same
                    : .explicit(
                        top: down.before, left: across.before, bottom: down.after, right: across.after),
                dilation: Extent(rows: down.dilation, columns: across.dilation), groups: groups,
                hasBias: pick(0...1) == 0)
            samples = pick(1...70)
            clamps = pick(0...1) == 0
        }
    }

    @Test(arguments: 0..<250)
    func fastAndReferenceAgree(seed: UInt64) throws {
        let one = Case(seed: seed)
        let workers = Workers(threads: 2)
        let fast = try Outcome(one, workers, usesVectorKernels: true)
        let reference = try Outcome(one, workers, usesVectorKernels: false)
        #expect(fast.differs(from: reference) < 2e-4, "\(one)")
    }

    /// Batches of few samples are cut by lines rather than samples; kept preparations give the same again.
    @Test(arguments: 0..<60)
    func fewSamplesAreCutByLines(seed: UInt64) throws {
        var one = Case(seed: seed)
        one.samples = 1 + Int(seed % 7)
        // Work enough to be cut.
        one.layer.filters = one.layer.groups * 64
        var network = Network(name: "one", input: one.input)
        network.append(one.layer, named: "conv")
        network.append(BatchNormalization(), named: "norm")
        network.append(ReLU(), named: "relu")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
        let workers = Workers(threads: 2)
        let batch = ExampleBatch<Float>(one.input, count: one.samples)
        func outputs(fast: Bool) throws -> [Float] {
            let plan = try Plan(
                network, batchSize: one.samples, mode: .inference, parameters: parameters, workers: workers,
                usesVectorKernels: fast, hasFixedParameters: fast)
            for _ in 0..<2 { plan.infer(count: one.samples, load: batch.load) }
            return Array(plan.outputs)
        }
        let worst =
            zip(try outputs(fast: true), try outputs(fast: false)).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-4, "\(one)")
    }

    /// What a training step leaves behind it.
    struct Outcome {
        var outputs, gradients, inputGradients: [Float]

        init(_ one: Case, _ workers: Workers, usesVectorKernels: Bool) throws {
            var network = Network(name: "one", input: one.input)
            network.append(one.layer, named: "conv")
            if one.clamps { network.append(ReLU(), named: "relu") }
            let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
            var random = RandomSource(seed: 6)
            for index in parameters.values.indices { parameters.values[index] = random.normal() }
            let values = (0..<one.samples * one.input.count).map { _ in random.normal() as Float }
            let load: Plan<Float>.Load = { sample, place in
                for index in 0..<one.input.count { place[index] = values[sample * one.input.count + index] }
            }
            let plan = try Plan(
                network, batchSize: one.samples, mode: .training, loss: .meanSquaredError,
                parameters: parameters, workers: workers, wantsInputGradients: true,
                usesVectorKernels: usesVectorKernels)
            let labels = [Int32](repeating: 0, count: one.samples)
            _ = labels.withUnsafeBufferPointer {
                plan.computeGradients(
                    count: one.samples, labels: $0, random: RandomSource(seed: 1), load: load)
            }
            outputs = Array(plan.outputs)
            // Where ReLU's input is 0 but for rounding, either gradient is right: then only the outputs count.
            gradients = one.clamps ? [] : Array(plan.gradients)
            inputGradients = one.clamps ? [] : plan.inputGradients.map { Array($0) } ?? []
        }

        /// The largest difference of each array, as a share of its root mean square.
        func differs(from other: Outcome) -> Float {
            func difference(_ x: [Float], _ y: [Float]) -> Float {
                guard x.count == y.count, !x.isEmpty else { return x.count == y.count ? 0 : .infinity }
                let scale = (y.reduce(0) { $0 + $1 * $1 } / Float(y.count)).squareRoot()
                let worst = zip(x, y).reduce(Float(0)) { max($0, $1.0.isNaN ? .infinity : abs($1.0 - $1.1)) }
                return scale > 0 ? worst / scale : worst
            }
            return max(
                difference(outputs, other.outputs), difference(gradients, other.gradients),
                difference(inputGradients, other.inputGradients))
        }
    }
}
