import Networks
import Tensors
import Testing

/// What a plan for training makes again, or packs late, to need less memory: the same gradients.
struct SharedMemoryTests {
    /// Convolution, normalisation and ReLU in front of residual blocks, the last of which halves the maps.
    private static func residual(_ input: Shape, filters: Int, blocks: Int = 2) -> Network {
        var network = Network(name: "residual", input: input)
        var last: String?
        func append(_ layer: any Layer, _ name: String, after: [String]? = nil) {
            network.append(layer, named: name, after: after ?? last.map { [$0] } ?? [Network.inputName])
            last = name
        }
        func convolution(_ name: String, stride: Int = 1, kernel: Int = 3, after: [String]? = nil) {
            append(
                Convolution(
                    filters: filters, kernel: Extent(kernel), stride: Extent(stride), padding: .same),
                name, after: after)
            append(BatchNormalization(), "\(name).norm")
        }
        convolution("stem")
        append(ReLU(), "relu")
        for index in 1...blocks {
            let (block, stride, entry) = ("block\(index)", index == blocks ? 2 : 1, last ?? "")
            convolution("\(block).1", stride: stride)
            append(ReLU(), "\(block).relu")
            convolution("\(block).2")
            var sides = ["\(block).2.norm", entry]
            if stride > 1 {
                convolution("\(block).side", stride: stride, kernel: 1, after: [entry])
                sides[1] = "\(block).side.norm"
            }
            append(Addition(), "\(block).sum", after: sides)
            append(ReLU(), block)
        }
        append(MaxPooling(size: 3, stride: 2), "pool")
        append(FullyConnected(outputs: 5), "fc")
        append(Softmax(), "softmax")
        return network
    }

    private func plan(
        _ network: Network, _ parameters: Parameters<Float>, batchSize: Int, keeping: Set<String> = [],
        fast: Bool = true
    ) throws -> Plan<Float> {
        try Plan(
            network, batchSize: batchSize, mode: .training, parameters: parameters,
            workers: Workers(threads: 2), keeping: keeping, usesVectorKernels: fast)
    }

    @Test(arguments: [true, false])
    func mapsThatAreMadeAgainAreTheSame(fast: Bool) throws {
        let network = Self.residual(Shape(8, 14, 14), filters: 12)
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
        let batch = ExampleBatch<Float>(network.input, count: 40, classes: 5)
        let lean = try plan(network, parameters, batchSize: 40, fast: fast)
        // What is kept for its reader is not made again.
        let kept = try plan(
            network, parameters, batchSize: 40, keeping: ["relu", "block1.relu", "block2.relu"], fast: fast)
        _ = lean.computeGradients(batch, count: 40)
        _ = kept.computeGradients(batch, count: 40)
        let isSame = Array(lean.gradients) == Array(kept.gradients)
        #expect(isSame)
        #expect(lean.gradients.contains { $0 != 0 })
    }

    @Test func aResidualBlockKeepsThreeMapsOfASample() throws {
        func bytesPerSample(blocks: Int) throws -> Int {
            let network = Self.residual(Shape(8, 14, 14), filters: 12, blocks: blocks)
            let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
            let bytes = try [160, 320].map { try plan(network, parameters, batchSize: $0).memoryBytes }
            return (bytes[1] - bytes[0]) / 160
        }
        // What both convolutions of a block give, and the block itself.
        let (few, many) = (try bytesPerSample(blocks: 4), try bytesPerSample(blocks: 9))
        let maps = Double(many - few) / Double(5 * 4 * 12 * 14 * 14)
        #expect(maps > 2.9 && maps < 3.1, "\(maps) maps a block")
    }

    /// 32 pieces' gradients of all weights are more than is kept: they and the packed weights take turns.
    @Test(arguments: [true, false])
    func manyWeightsTakeTurns(fast: Bool) throws {
        let network = Self.residual(Shape(64, 6, 6), filters: 96)
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 5))
        let batch = ExampleBatch<Float>(network.input, count: 8, classes: 5)
        let large = try plan(network, parameters, batchSize: 64, fast: fast)
        let small = try plan(network, parameters, batchSize: 8, fast: fast)
        _ = large.computeGradients(batch, count: 8)
        let first = Array(large.gradients)
        _ = large.computeGradients(batch, count: 8)
        let isSame = first == Array(large.gradients)
        #expect(isSame, "what one step leaves behind does not matter to the next")
        _ = small.computeGradients(batch, count: 8)
        let scale = first.map(abs).max() ?? 0
        let worst = zip(first, small.gradients).map { abs($0 - $1) }.max() ?? .infinity
        #expect(scale > 0 && worst <= 1e-4 * scale)
        // All partial gradients side by side, without anything else, would take more.
        let weights = parameters.entries.filter { $0.range.count > 96 }.reduce(0) { $0 + $1.range.count }
        #expect(weights * 32 > 1 << 22 && large.memoryBytes < weights * 32 * 4)
    }
}
