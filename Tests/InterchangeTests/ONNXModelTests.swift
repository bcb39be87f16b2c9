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
        #expect(correct(scores, labels, classes: 10) == 1968)
    }

    @Test(SharedData.has("models/resnet20_cifar10.onnx"), SharedData.has("cifar10/train2000_a.bin"))
    func smallPicturesAreRecognised() throws {
        let model = try ONNXReader.model(at: SharedData.path("models/resnet20_cifar10.onnx"))
        let path = SharedData.path("cifar10/train2000_a.bin")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let mean: [Float] = [0.485, 0.456, 0.406]
        let deviation: [Float] = [0.229, 0.224, 0.225]
        var images: [Float] = []
        var labels: [Int] = []
        images.reserveCapacity(2000 * 3072)
        for record in 0..<2000 {
            labels.append(Int(bytes[record * 3073]))
            for index in 0..<3072 {
                let value = Float(bytes[record * 3073 + 1 + index]) / 255
                images.append((value - mean[index / 1024]) / deviation[index / 1024])
            }
        }
        let scores = try model.outputs(for: images)
        #expect(correct(scores, labels, classes: 10) == 1997)
    }

    private func correct(_ scores: [Float], _ labels: [Int], classes: Int) -> Int {
        labels.indices.count { sample in
            let own = scores[sample * classes..<(sample + 1) * classes]
            return own.firstIndex(of: own.max() ?? 0).map { $0 - sample * classes } == labels[sample]
        }
    }
}
