import Foundation
import Interchange
import Networks
import Tensors
import Testing

struct StateDictionaryTests {
    @Test(arguments: ["state.pt", "checkpoint.th", "state-expected.safetensors"])
    func everyKindOfFileGivesTheSameNumbers(file: String) throws {
        let dictionary = try StateDictionary(contentsOf: Fixture.path(file))
        let expected = try Fixture.expected("state")
        #expect(Set(dictionary.entries.map(\.name)) == Set(expected.tensors.keys))
        for (name, tensor) in expected.tensors {
            #expect(dictionary.entry(named: name)?.shape == tensor.shape, "\(name)")
            #expect(try dictionary.floats(named: name) == tensor.floats(), "\(name)")
        }
    }

    @Test func namesKeepTheFilesOrder() throws {
        let dictionary = try StateDictionary(contentsOf: Fixture.path("state.pt"))
        #expect(
            dictionary.entries.map(\.name) == [
                "layer1.0.conv.weight", "transposed", "slice", "half", "bfloat", "double", "long", "scalar",
                "empty", "parameter",
            ])
    }

    @Test func aPickledModuleIsRefusedByName() {
        let path = Fixture.path("module.pt")
        #expect {
            try StateDictionary(contentsOf: path)
        } throws: { error in
            "\(error)"
                == "\(path): the pickle's “torch.nn.modules.linear.Linear”, which is no part of a tensor, is refused; "
                + "save only the model's state_dict(), or as safetensors"
        }
    }

    @Test func loadingReportsWhatMatchesAndWhatDoesNot() throws {
        var network = Network(name: "small", input: Shape(3, 4, 4))
        network.append(Convolution(filters: 2, kernel: 2), named: "layer1-0-conv")
        network.append(FullyConnected(outputs: 5, hasBias: false), named: "half")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        let dictionary = try StateDictionary(contentsOf: Fixture.path("state.pt"))
        let report = try dictionary.load(into: parameters, of: network)
        #expect(report.matched == 1)
        #expect(report.missing == ["layer1-0-conv.bias", "half.weights"])
        #expect(report.unexpected.count == 9)
        #expect(
            "\(report)"
                == "1 matched; 2 missing: layer1-0-conv.bias, half.weights; "
                + "9 unexpected: transposed, slice, half, bfloat and 5 more")
        #expect(try parameters["layer1-0-conv.weights"] == dictionary.floats(named: "layer1.0.conv.weight"))
    }

    /// What the files' names and shapes tell of the network in `burn_mnist`.
    private func digits() -> Network {
        var network = Network(name: "digits", input: Shape(1, 28, 28))
        for (index, filters) in [8, 16, 24].enumerated() {
            network.append(Convolution(filters: filters, kernel: 3), named: "conv\(index + 1)")
            network.append(ReLU(), named: "relu\(index + 1)")
        }
        network.append(BatchNormalization(), named: "norm1")
        network.append(FullyConnected(outputs: 32), named: "fc1")
        network.append(ReLU(), named: "relu4")
        network.append(FullyConnected(outputs: 10), named: "fc2")
        network.append(BatchNormalization(), named: "norm2")
        network.append(Softmax(), named: "softmax")
        return network
    }

    @Test(SharedData.has("models/burn_mnist.pt"))
    func eachFileOfTheNetworkFillsItWhole() throws {
        let network = digits()
        for ending in ["pt", "safetensors"] {
            let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
            let dictionary = try StateDictionary(contentsOf: SharedData.path("models/burn_mnist.\(ending)"))
            let report = try dictionary.load(into: parameters, of: network)
            #expect(report.isComplete && report.matched == 18, "\(report)")
        }
    }

    @Test(SharedData.has("models/burn_mnist.pt"), SharedData.has("mnist/t10k-images-idx3-ubyte.gz"))
    func digitsAreRecognised() throws {
        var model = try Model(untrained: digits())
        let report = try model.load(weights: SharedData.path("models/burn_mnist.pt"))
        #expect(report.isComplete, "\(report)")
        let (images, labels) = try MNIST.test(count: 2000)
        let scores = try model.outputs(for: images.map { ($0 / 255 - 0.1307) / 0.3081 })
        #expect(correctCount(scores, labels, classes: 10) == 1976)
    }

    /// He et al., "Deep residual learning" (2016), section 4.2, with 1×1 shortcuts replaced by padding as there.
    private func residual20() -> Network {
        var network = Network(name: "resnet20", input: Shape(3, 32, 32))
        func convolution(_ name: String, _ filters: Int, stride: Int = 1, after input: String? = nil) {
            network.append(
                Convolution(
                    filters: filters, kernel: 3, stride: Extent(stride), padding: .all(1), hasBias: false),
                named: name, after: input.map { [$0] })
        }
        convolution("conv1", 16)
        network.append(BatchNormalization(), named: "bn1")
        network.append(ReLU(), named: "relu1")
        var last = "relu1"
        for (stage, filters) in [16, 32, 64].enumerated() {
            for block in 0..<3 {
                let name = "layer\(stage + 1).\(block)"
                let halves = stage > 0 && block == 0
                convolution("\(name).conv1", filters, stride: halves ? 2 : 1, after: last)
                network.append(BatchNormalization(), named: "\(name).bn1")
                network.append(ReLU(), named: "\(name).relu1")
                convolution("\(name).conv2", filters)
                network.append(BatchNormalization(), named: "\(name).bn2")
                var shortcut = last
                if halves {
                    let border = Border.Amount(before: filters / 4, after: filters / 4)
                    network.append(Subsampling(stride: 2), named: "\(name).half", after: [last])
                    network.append(Border(channels: border), named: "\(name).more")
                    shortcut = "\(name).more"
                }
                network.append(Addition(), named: "\(name).sum", after: ["\(name).bn2", shortcut])
                network.append(ReLU(), named: name)
                last = name
            }
        }
        network.append(GlobalAveragePooling(), named: "pool")
        network.append(FullyConnected(outputs: 10), named: "linear")
        return network
    }

    @Test(SharedData.has("models/resnet20-12fca82f.th"), SharedData.has("cifar10/train2000_a.bin"))
    func smallPicturesAreRecognised() throws {
        let path = SharedData.path("models/resnet20-12fca82f.th")
        var model = try Model(untrained: residual20())
        let report = try model.load(weights: path)
        #expect(report.isComplete && report.matched == 19 + 2 + 19 * 4, "\(report)")
        let (images, labels) = try SharedData.smallPictures()
        let scores = try model.outputs(for: images)
        #expect(correctCount(scores, labels, classes: 10) == 1997)
    }

    @Test func layersArePairedInOrderWhereNoNameAgrees() throws {
        let file = Safetensors(tensors: [
            "a.weight": .init((0..<24).map { Float($0) }, shape: [2, 3, 2, 2]),
            "a.bias": .init([1, 2] as [Float], shape: [2]),
        ])
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors")
            .path
        try file.write(to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var network = Network(name: "small", input: Shape(3, 4, 4))
        network.append(Convolution(filters: 2, kernel: 2), named: "first")
        var model = try Model(untrained: network)
        let report = try model.load(weights: path)
        #expect("\(report)" == "2 matched in order, their names differ")
        #expect(model.parameters["first.bias"] == [1, 2])
        network = Network(name: "other", input: Shape(3, 4, 4))
        network.append(Convolution(filters: 3, kernel: 2), named: "first")
        #expect {
            var other = try Model(untrained: network)
            _ = try other.load(weights: path)
        } throws: { error in
            "\(error)"
                == "\(path): network “other” with these weights (0 matched; 2 missing: first.weights, first.bias; "
                + "2 unexpected: a.bias, a.weight) is not supported; name the network that they were trained in"
        }
    }

    @Test func namesOfAFileStayInTheirLine() throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "names-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        var tensors = Safetensors()
        tensors.tensors["a\n\u{1b}[31mb\0"] = Safetensors.Tensor(
            type: .float32, shape: [1], bytes: [0, 0, 0, 0])
        try tensors.write(to: file.path)
        var network = Network(name: "one", input: Shape(1, 1, 2))
        network.append(FullyConnected(outputs: 2), named: "fc")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        let report = try StateDictionary(contentsOf: file.path).load(into: parameters, of: network)
        #expect(
            report.description
                == "0 matched; 2 missing: fc.weights, fc.bias; 1 unexpected: a··[31mb·")
    }
}
