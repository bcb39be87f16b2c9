import Foundation
import Interchange
import Networks
import Testing

/// Real networks of other programs give what those programs say they give.
struct ONNXModelTests {
    @Test(SharedData.has("onnx-thin"), arguments: ["bvlc_alexnet", "inception_v1", "squeezenet"])
    func thinNetworksGiveWhatONNXRuntimeGives(_ name: String) throws {
        let model = try ONNXReader.model(at: SharedData.path("onnx-thin/thin_\(name).onnx"))
        let input = try SharedData.floats("onnx-thin/input_kitten_1x3x224x224.npy")
        let expected = try SharedData.floats("onnx-thin/thin_\(name)_out.npy")
        let found = try model.outputs(for: input)
        #expect(largestDifference(found, expected) < 1e-4)
        #expect(expected.max() ?? 0 > 1e-3, "else the comparison says nothing")
    }

    @Test(SharedData.has("models/mnist.onnx"), SharedData.has("mnist"))
    func digitsAreRecognised() throws {
        let model = try ONNXReader.model(at: SharedData.path("models/mnist.onnx"))
        #expect(model.origin == "ONNX, opset 7, made by CNTK 2.5.1")
        let (images, labels) = try MNIST.test(count: 2000)
        let scores = try model.outputs(for: images)
        #expect(correctCount(scores, labels, classes: 10) == 1968)
    }

    @Test(SharedData.has("models/resnet20_cifar10.onnx"), SharedData.has("cifar10/train2000_a.bin"))
    func smallPicturesAreRecognised() throws {
        let model = try ONNXReader.model(at: SharedData.path("models/resnet20_cifar10.onnx"))
        let (images, labels) = try SharedData.smallPictures()
        let scores = try model.outputs(for: images)
        #expect(correctCount(scores, labels, classes: 10) == 1997)
    }
}
