import Datasets
import Foundation
import Interchange
import Networks
import Tensors
import Testing

struct KerasTests {
    @Test(arguments: [
        "sequential.h5", "sequential.keras", "functional.h5", "functional.keras", "signal.keras", "nested.h5",
        "nested.keras", "gated.keras", "grey.h5",
    ])
    func modelsComputeWhatKerasComputes(file: String) throws {
        let model = try KerasReader.model(at: Fixture.path(file))
        let expected = try Fixture.expected(String(file.prefix { $0 != "." }))
        let outputs = try model.outputs(channelsLast: expected.tensor(named: "x"))
        let wanted = try #require(try expected.tensor(named: "y").floats())
        #expect(largestDifference(outputs, wanted) < 2e-5, "\(file)")
    }

    @Test func aModelBecomesAnOrdinaryNetwork() throws {
        let model = try KerasReader.model(at: Fixture.path("sequential.h5"))
        #expect(model.origin == "Keras 3.15.1")
        #expect(
            model.network.nodes.map(\.name) == [
                "conv2d", "conv2d/relu", "batch_normalization", "max_pooling2d", "flatten", "dropout",
                "batch_normalization_1", "dense", "dense/tanh", "dense_1", "dense_1/softmax",
            ])
        let analysis = try model.network.analyze()
        #expect(analysis.totalLearnables == 475 - 2 * 4 - 2 * 36)
        #expect(analysis.rows[1].activations == Shape(4, 6, 5))
    }

    @Test(SharedData.has("models/fer_emotion_model.hdf5"))
    func aModelOfKeras2WithSeparableConvolutionsLoads() throws {
        let model = try KerasReader.model(at: SharedData.path("models/fer_emotion_model.hdf5"))
        let analysis = try model.network.analyze()
        #expect(model.origin == "Keras 2.0.5")
        #expect(analysis.rows.last?.activations == Shape(7))
        #expect(model.network.input == Shape(1, 64, 64))
        let expected = try Fixture.expected("emotions")
        let outputs = try model.outputs(channelsLast: expected.tensor(named: "x"))
        #expect(largestDifference(outputs, try #require(try expected.tensor(named: "y").floats())) < 1e-5)
    }

    @Test(SharedData.has("models/squeezenet11_notop.h5"))
    func weightsWithoutAModelAreToldApart() {
        let path = SharedData.path("models/squeezenet11_notop.h5")
        #expect {
            try KerasReader.model(at: path)
        } throws: { error in
            "\(error)".hasPrefix("\(path): a file of weights alone (no model_config) is not supported")
        }
    }

    private static let clothes = "/usr/share/datasets/fashion-mnist"

    @Test(
        SharedData.has("models/fashion_a.h5"),
        .enabled(
            if: FileManager.default.fileExists(atPath: clothes), "dataset-fashion-mnist is not installed"))
    func clothesAreRecognised() throws {
        let model = try KerasReader.model(at: SharedData.path("models/fashion_a.h5"))
        let images = try IDX.readImages("\(Self.clothes)/t10k-images-idx3-ubyte.gz")
        let labels = try IDX.readLabels("\(Self.clothes)/t10k-labels-idx1-ubyte.gz").prefix(2000).map {
            Int($0)
        }
        let scores = try model.outputs(for: images.pixels.prefix(2000 * 784).map { Float($0) / 255 })
        #expect(correctCount(scores, labels, classes: 10) == 1831)
    }

    /// Its text unpacks to more than twice the file, as a bomb does; but a bomb is larger.
    @Test func aSmallFileThatWasPackedAgainLacksItsWeights() {
        let path = Fixture.path("weightless.keras")
        #expect {
            try KerasReader.model(at: path)
        } throws: {
            "\($0)" == "\(path): damaged: it has no entry “model.weights.h5”; fetch it again"
        }
    }

    @Test func aConvolutionOfNoGroupsIsRefused() throws {
        var bytes = try Data(contentsOf: URL(filePath: Fixture.path("sequential.h5")))
        while let range = bytes.range(of: Data("\"groups\": 1".utf8)) {
            bytes.replaceSubrange(range, with: Data("\"groups\": 0".utf8))
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "groups-\(UUID().uuidString).h5")
        try bytes.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect {
            try KerasReader.model(at: file.path)
        } throws: {
            "\($0)".hasSuffix(": groups is no valid value; fetch it again")
        }
    }
}
