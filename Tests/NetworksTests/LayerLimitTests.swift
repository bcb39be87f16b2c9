import Networks
import Tensors
import Testing

private func network(_ input: Shape, _ layers: [any Layer]) -> Network {
    var network = Network(name: "net", input: input)
    for (index, layer) in layers.enumerated() { network.append(layer, named: "layer_\(index + 1)") }
    return network
}

private func message(_ input: Shape, _ layers: any Layer...) -> String {
    network(input, layers).inspect().problems.map(\.description).joined(separator: " · ")
}

@Test func hugeConvolutionsNameLayerNumberAndLimit() {
    let input = Shape(1, 28, 28)
    #expect(
        message(input, Convolution(filters: .max, kernel: 3))
            == "layer_1: filters is 9223372036854775807, must be 16777216 or less")
    #expect(
        message(input, Convolution(filters: 8, kernel: 4_000_000_000, padding: .same))
            == "layer_1: kernel is 4000000000, must be 65536 or less")
    #expect(
        message(input, Convolution(filters: 100_000_000, kernel: 3, padding: .same))
            == "layer_1: filters is 100000000, must be 16777216 or less")
}

@Test func productsOfAllowedSizesAreBounded() {
    let input = Shape(4, 28, 28)
    func tooLarge(_ what: String, _ count: Int, most: Int = 1 << 30) -> String {
        "its \(what) would take \(count) numbers, at most \(most) are possible; "
            + "make the layer or its input smaller"
    }
    #expect(
        message(input, Convolution(filters: 2_000_000, kernel: 1))
            == "layer_1: " + tooLarge("output", 2_000_000 * 28 * 28))
    #expect(
        message(input, Convolution(filters: 1, kernel: 60_000, padding: .same))
            == "layer_1: " + tooLarge("padded input", 4 * 60_027 * 60_027))
    #expect(
        message(input, Convolution(filters: 1000, kernel: 1000, padding: .same))
            == "layer_1: " + tooLarge("weights", 1000 * 4 * 1000 * 1000))
    #expect(
        message(input, Convolution(filters: 1, kernel: 1000, padding: .same))
            == "layer_1: " + tooLarge("unrolled input", 4 * 1000 * 1000 * 28 * 28))
    #expect(
        message(input, FullyConnected(outputs: 1_000_000))
            == "layer_1: " + tooLarge("weights", 1_000_000 * 3136))
    #expect(
        message(input, MaxPooling(size: 5000, padding: .same))
            == "layer_1: " + tooLarge("window", 5000 * 5000, most: 1 << 24))
    #expect(message(Shape(1 << 31, 1, 2), Flatten()) == tooLarge("input", 1 << 32))
    #expect(message(Shape(.max, .max, 2), Flatten()).hasPrefix("its input would take 1.7"))
}

@Test func aNetworkBeyondTheMachinesMemoryNamesItsLargestLayer() {
    var network = Network(name: "net", input: Shape(30_000))
    // 900 million learnables each: 7 GB a layer with their gradients, nothing of it allocated.
    for index in 1...4000 { network.append(FullyConnected(outputs: 30_000), named: "fc_\(index)") }
    network.append(FullyConnected(outputs: 30_001), named: "fc_last")
    let problems = network.inspect().problems
    #expect(problems.map(\.layer) == ["fc_last"])
    #expect(problems.first?.message.contains("this machine has \(PhysicalMemory.bytes >> 20) MiB") == true)
    #expect(throws: NetworkError.self) {
        try Parameters<Float>(network, random: RandomSource(seed: 1))
    }
}

/// Layers and inputs of random sizes, from most negative to largest: each is refused, or all its counts are bounded.
@Test func noSizesTrap() {
    var random = RandomSource(seed: 7)
    func size() -> Int {
        let magnitude = Int(truncatingIfNeeded: random.next() >> UInt64(1 + random.integer(below: 63)))
        switch random.integer(below: 12) {
        case 0: return 0
        case 1: return .max
        case 2: return .min
        case 3: return -magnitude
        case 4, 5, 6: return 1 + random.integer(below: 4)
        default: return magnitude
        }
    }
    func extent() -> Extent { Extent(rows: size(), columns: size()) }
    func padding() -> Padding {
        switch random.integer(below: 3) {
        case 0: .none
        case 1: .same
        default: .explicit(top: size(), left: size(), bottom: size(), right: size())
        }
    }
    func layer() -> any Layer {
        switch random.integer(below: 8) {
        case 0: FullyConnected(outputs: size())
        case 1:
            MaxPooling(
                size: extent(), stride: extent(), padding: padding(), dilation: extent(), roundsUp: size() > 9
            )
        case 2: AveragePooling(size: extent(), stride: extent(), padding: padding(), dilation: extent())
        case 3: Subsampling(stride: extent())
        case 4: CrossChannelNormalization(size: size())
        case 5: BatchNormalization()
        default:
            Convolution(
                filters: size(), kernel: extent(), stride: extent(), padding: padding(), dilation: extent(),
                groups: random.integer(below: 2) == 0 ? 1 : size())
        }
    }
    var accepted = 0
    for _ in 0..<20_000 {
        let input = Shape(max(size(), 1), max(size(), 1), max(size(), 1))
        let analysis = network(input, [layer(), Flatten(), layer()]).inspect()
        let isKnown = analysis.rows.allSatisfy { $0.activations != nil }
        #expect(isKnown || !analysis.problems.isEmpty)
        guard analysis.problems.isEmpty else { continue }
        accepted += 1
        #expect(analysis.rows.allSatisfy { ($0.activations?.count ?? 0) <= Int(Int32.max) })
        #expect(analysis.totalLearnables >= 0 && analysis.totalMACs >= 0)
    }
    #expect(accepted > 10)
}

/// Padding that a dilated window reaches can be larger than any map: the vector kernels leave such layers alone.
@Test func paddingBeyondAllTablesIsComputedAllTheSame() throws {
    var network = Network(name: "net", input: Shape(1, 1, 1))
    network.append(Convolution(filters: 4, kernel: 1), named: "first")
    network.append(
        Convolution(
            filters: 1000, kernel: Extent(rows: 1000, columns: 1), padding: .same,
            dilation: Extent(rows: 60_000, columns: 1)), named: "second")
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    let plan = try Plan(
        network, batchSize: 1, mode: .training, loss: .meanSquaredError, parameters: parameters,
        workers: Workers(threads: 1))
    _ = plan.computeGradients(ExampleBatch<Float>(network.input, count: 1, classes: 1), count: 1)
    #expect(plan.gradients.contains { $0 != 0 })
}
