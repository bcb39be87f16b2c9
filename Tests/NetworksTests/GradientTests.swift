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
