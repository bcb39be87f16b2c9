import Networks
import Tensors
import Testing

@Test(arguments: LayerCase.all)
func gradientsMatchCentralDifferences(_ layer: LayerCase) throws {
    let report = try GradientCheck(layer, seed: 1).run()
    #expect(report.worstRelativeError < 1e-5, "\(layer): worst at \(report.worstElement)")
    #expect(report.checked > 10)
}

@Test func aWrongGradientIsFound() throws {
    let report = try GradientCheck(LayerCase("sigmoid", Shape(3), Sigmoid()), seed: 2).run(
        scalingAnalyticBy: 1.001)
    #expect(report.worstRelativeError > 0.0009)
}

@Test func aSampleOfWeightTwoCountsAsTwoSamples() throws {
    var network = Network(name: "weights", input: Shape(3))
    network.append(FullyConnected(outputs: 2), named: "fc")
    network.append(Softmax(), named: "softmax")
    let parameters = try Parameters<Double>(network, random: RandomSource(seed: 3))
    let plan = try Plan(
        network, batchSize: 4, mode: .training, parameters: parameters, workers: Workers(threads: 1))
    func gradients(_ samples: [Int], weights: [Float]?) -> (loss: Float, gradients: [Double]) {
        let labels = samples.map { Int32($0 % 2) }
        let outcome = labels.withUnsafeBufferPointer { labels in
            (weights ?? []).withUnsafeBufferPointer { given in
                plan.computeGradients(
                    count: samples.count, labels: labels, weights: weights == nil ? nil : given,
                    random: RandomSource(seed: 1)
                ) { sample, buffer in
                    for index in 0..<3 { buffer[index] = Double(samples[sample] * 3 + index) * 0.1 }
                }
            }
        }
        return (outcome.meanLoss, Array(plan.gradients))
    }
    let weighted = gradients([1, 2, 3], weights: [2, 1, 0])
    let repeated = gradients([1, 1, 2], weights: nil)
    #expect(abs(weighted.loss - repeated.loss) < 1e-6)
    #expect(zip(weighted.gradients, repeated.gradients).allSatisfy { abs($0 - $1) < 1e-7 })
    #expect(gradients([1, 2, 3], weights: nil).loss != weighted.loss)
}
