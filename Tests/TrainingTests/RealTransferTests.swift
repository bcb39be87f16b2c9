import Datasets
import Foundation
import Interchange
import Networks
import Testing
import Training

/// Taking over networks that others trained on ImageNet.
struct RealTransferTests {
    private static let model = "models/squeezenet1.0_imagenet_fp32.onnx"
    private static let weights = "models/squeezenet11_notop.h5"

    private func preset(_ assignments: [String]) throws -> Preset {
        try Preset(
            contentsOf: try PresetFileTests.library.file(named: "transfer"), assignments: assignments)
    }

    @Test(SharedData.has(model)) func newLayersTakeAllBlocksOfSqueezeNet() throws {
        let (taken, model) = try preset([
            "model=\(SharedData.path(Self.model))", "channels=bgr", "normalize=none",
        ]).takingOver()
        let network = try taken.network(input: try #require(model).network.input, classes: 4)
        // 1,235,496 of SqueezeNet (1.1 by its size, whatever the name says); 2,560 maps of eight fire modules and
        // 1,000 scores are normalised; 128 hidden units.
        let analysis = try network.analyze()
        #expect(analysis.totalLearnables == 1_235_496 + 2 * 3560 + 128 * 3561 + 4 * 129)
        #expect(taken.options.freeze == .upTo("features"))
    }

    @Test(SharedData.has(model)) func squeezeNetsLastConvolutionMakesWay() throws {
        let given = try preset([
            "model=\(SharedData.path(Self.model))", "channels=bgr", "normalize=none", "transfer.layer=[]",
        ])
        let (taken, model) = try given.takingOver()
        let network = try taken.network(input: try #require(model).network.input, classes: 4)
        // All but the classifier of 1,000 classes, and 4 · (512 + 1).
        let analysis = try network.analyze()
        #expect(analysis.totalLearnables == 724_548)
        #expect(taken.options.freeze == .upTo("fire9/concat_1"))
        #expect(taken.data.normalization == .none && model?.preprocessing?.order == .rgb)
    }

    /// Keras's weights without the classifier, under other names than the preset's.
    @Test(SharedData.has(weights)) func kerasWeightsAloneFillAPreset() throws {
        let given = try preset([
            "model=squeezenet", "weights=\(SharedData.path(Self.weights))", "transfer.layer=[]",
        ])
        var model = try Preset(contentsOf: try PresetFileTests.library.file(named: "squeezenet")).model()
        let report = try model.load(weights: SharedData.path(Self.weights))
        #expect(report.matched == 50 && report.missing == ["conv10.weights", "conv10.bias"])
        #expect(report.mismatches.isEmpty && report.unexpected.isEmpty)
        let taken = try given.takingOver().preset
        #expect(taken.layers.suffix(4).map(\.name) == ["new_conv10", "relu10", "pool10", "new_softmax"])
        // All blocks, but not what a classifier without weights says.
        let all = try preset(["model=squeezenet", "weights=\(SharedData.path(Self.weights))"]).takingOver()
            .preset
        #expect(!all.layers.contains { $0.name == "conv10" })
        #expect(all.options.freeze == .upTo("features"))
    }
}
