import Networks
import Tensors
import Testing

@Test func theLayerTableCountsAsMATLABCounts() throws {
    let analysis = try ExampleNetworks.normalized().analyze()
    #expect(analysis.totalLayers == 15)
    #expect(analysis.totalLearnables == 21_690)
    #expect(analysis.totalMACs == 523_712)
    let pooling = try #require(analysis.rows.first { $0.name == "maxpool_1" })
    #expect(pooling.type == "max pooling")
    #expect(pooling.activations == Shape(8, 14, 14))
    #expect(analysis.rows.last?.type == "classification output")
}

@Test func parametersHaveNamesShapesAndFactors() throws {
    let parameters = try Parameters<Float>(ExampleNetworks.normalized(), random: RandomSource(seed: 1))
    #expect(parameters.learnableCount == 21_690)
    let weights = try #require(parameters.entries.first { $0.name == "conv_2.weights" })
    #expect(weights.shape == [16, 8, 3, 3] && weights.l2Factor == 1)
    let bias = try #require(parameters.entries.first { $0.name == "conv_2.bias" })
    #expect(bias.l2Factor == 0 && bias.learnRateFactor == 1)
    #expect(parameters.stateEntries.map(\.name).prefix(2) == ["batchnorm_1.mean", "batchnorm_1.variance"])
    parameters.set("batchnorm_1.mean", to: Array(repeating: 2, count: 8))
    #expect(parameters["batchnorm_1.mean"]?.allSatisfy { $0 == 2 } == true)
    #expect(parameters["no.such"] == nil)
}

@Test func initialValuesHaveTheirSpread() throws {
    func deviation(_ initializer: Initializer) throws -> Float {
        var network = Network(name: "net", input: Shape(200))
        network.append(FullyConnected(outputs: 100, initializer: initializer), named: "fc")
        let weights = try #require(
            try Parameters<Float>(network, random: RandomSource(seed: 4))["fc.weights"])
        return (weights.reduce(0) { $0 + $1 * $1 } / Float(weights.count)).squareRoot()
    }
    #expect(abs(try deviation(.glorot) / (2.0 / 300).squareRoot() - 1) < 0.02)
    #expect(abs(try deviation(.he) / (2.0 / 200).squareRoot() - 1) < 0.02)
    #expect(abs(try deviation(.narrowNormal) / 0.01 - 1) < 0.02)
    #expect(try deviation(.zeros) == 0)
}

/// Outputs of one layer for one sample, in Double.
func infer(
    _ layer: any Layer, _ input: Shape, _ sample: [Double], _ values: [String: [Double]] = [:]
) throws -> [Double] {
    var network = Network(name: "net", input: input)
    network.append(layer, named: "layer")
    let parameters = try Parameters<Double>(network, random: RandomSource(seed: 1))
    for (name, value) in values { parameters.set("layer.\(name)", to: value) }
    let plan = try Plan(
        network, batchSize: 1, mode: .inference, parameters: parameters, workers: Workers(threads: 1))
    plan.infer(count: 1) { _, target in for index in target.indices { target[index] = sample[index] } }
    return Array(plan.outputs)
}

@Test func softmaxOfTheTextbook() throws {
    let found = try infer(Softmax(), Shape(3), [4.3, 1.1, -3.0])
    for (value, expected) in zip(found, [0.960, 0.039, 0.001]) { #expect(abs(value - expected) < 0.0005) }
    #expect(try infer(Softmax(), Shape(2), [1e4, -1e4]) == [1, 0])
}

@Test func theThreePoolings() throws {
    let map: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    #expect(try infer(MaxPooling(size: 2), Shape(1, 4, 4), map) == [6, 8, 14, 16])
    #expect(try infer(AveragePooling(size: 2), Shape(1, 4, 4), map) == [3.5, 5.5, 11.5, 13.5])
    #expect(try infer(Subsampling(stride: 2), Shape(1, 4, 4), map) == [1, 3, 9, 11])
    #expect(try infer(GlobalAveragePooling(), Shape(1, 4, 4), map) == [8.5])
}

@Test func stepAndLeakyReLU() throws {
    #expect(try infer(Step(), Shape(3), [-1, 0, 2]) == [0, 1, 1])
    #expect(try infer(LeakyReLU(slope: 0.5), Shape(2), [-1, 3]) == [-0.5, 3])
}

@Test func smoothedCrossEntropyHasItsClosedForm() throws {
    var network = Network(name: "net", input: Shape(3))
    network.append(Softmax(), named: "softmax")
    let plan = try Plan(
        network, batchSize: 1, mode: .inference, loss: .crossEntropy(labelSmoothing: 0.3),
        parameters: Parameters<Double>(network, random: RandomSource(seed: 1)), workers: Workers(threads: 1))
    let logits = [4.3, 1.1, -3.0]
    let outcome = [Int32(1)].withUnsafeBufferPointer { labels in
        plan.evaluate(count: 1, labels: labels) { _, target in
            for index in 0..<3 { target[index] = logits[index] }
        }
    }
    let logSum = logits.reduce(0) { $0 + exponential($1) }
    let expected = zip(logits, [0.1, 0.8, 0.1]).reduce(0) { $0 - $1.1 * ($1.0 - Double.logarithm(logSum)) }
    #expect(abs(outcome.totalLoss - expected) < 1e-6)  // 0.3 is given as a Float
    #expect(outcome.correct == 0)
}

private func exponential(_ x: Double) -> Double { Double.exponential(x) }
