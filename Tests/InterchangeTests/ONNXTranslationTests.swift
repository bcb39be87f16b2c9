import Interchange
import Networks
import Tensors
import Testing

/// What other programs write around their layers leaves none of its own behind.
struct ONNXTranslationTests {
    private let graphs = TestGraphs()

    private func kinds(_ model: Model) -> [String] { model.network.nodes.map(\.layer.kind) }

    @Test func aFlatteningByComputedShapesIsGone() throws {
        // As PyTorch writes x.view(x.size(0), -1).
        let model = try graphs.read(
            graphs.graph(
                [
                    graphs.node("Shape", "shape", ["x"], "shape"),
                    graphs.node("Gather", "n", ["shape", "zero"], "n", int: ["axis": 0]),
                    graphs.node("Unsqueeze", "n1", ["n", "axis"], "n1"),
                    graphs.node("Concat", "sizes", ["n1", "rest"], "sizes", int: ["axis": 0]),
                    graphs.node("Reshape", "flat", ["x", "sizes"], "flat"),
                    graphs.node("Gemm", "fc", ["flat", "w", "b"], "y", int: ["transB": 1]),
                ],
                [
                    scalar("zero", 0), graphs.integers("axis", [0]), graphs.integers("rest", [-1]),
                    graphs.floats("w", [5, 192]), graphs.floats("b", [5]),
                ]))
        #expect(kinds(model) == ["fully connected"])
        #expect(
            try model.outputs(for: [Float](repeating: 1, count: 192)) == [Float](repeating: 96.5, count: 5))
    }

    private func scalar(_ name: String, _ value: Int64) -> Onnx_TensorProto {
        var tensor = graphs.integers(name, [value])
        tensor.dims = []
        return tensor
    }

    @Test func channelsThatComeLastAreTakenFirst() throws {
        // As tf2onnx writes a convolution on [N, H, W, C].
        let model = try graphs.read(
            graphs.graph(
                dims: [1, 4, 5, 3],
                [
                    graphs.node("Transpose", "in", ["x"], "nchw", ints: ["perm": [0, 3, 1, 2]]),
                    graphs.node("Conv", "conv", ["nchw", "w"], "c"),
                    graphs.node("Transpose", "mid", ["c"], "nhwc", ints: ["perm": [0, 2, 3, 1]]),
                    graphs.node("Add", "bias", ["nhwc", "b"], "sum"),
                    graphs.node("Transpose", "again", ["sum"], "again", ints: ["perm": [0, 3, 1, 2]]),
                    graphs.node("GlobalAveragePool", "mean", ["again"], "y"),
                ], [graphs.floats("w", [2, 3, 1, 1]), graphs.floats("b", [2])]))
        #expect(model.network.input == Shape(3, 4, 5))
        #expect(
            model.notes == [
                "the file takes height × width × channels; the network takes channels × height × width"
            ])
        #expect(try model.outputs(for: [Float](repeating: 2, count: 60)) == [3.5, 3.5])
    }

    @Test func turningForthAndBackIsNothing() throws {
        let model = try graphs.read(
            graphs.graph([
                graphs.node("Transpose", "forth", ["x"], "a", ints: ["perm": [0, 2, 3, 1]]),
                graphs.node("Transpose", "back", ["a"], "b", ints: ["perm": [0, 3, 1, 2]]),
                graphs.node("Relu", "relu", ["b"], "y"),
            ]))
        #expect(kinds(model) == ["ReLU"])
    }

    @Test func zerosAroundAConvolutionBecomeItsPadding() throws {
        let model = try graphs.read(
            graphs.graph(
                [
                    graphs.node("Pad", "pad", ["x", "pads"], "padded"),
                    graphs.node("Conv", "conv", ["padded", "w"], "y", ints: ["strides": [2, 2]]),
                ],
                [graphs.integers("pads", [0, 0, 0, 0, 0, 0, 1, 1]), graphs.floats("w", [2, 3, 3, 3])]))
        let layer = try #require(model.network.nodes.first?.layer as? Convolution)
        #expect(model.network.nodes.count == 1)
        #expect(layer.rows.padding == .explicit(before: 0, after: 1))
    }

    @Test func aBiasBehindAConvolutionBecomesItsOwn() throws {
        let nodes = [
            graphs.node("Conv", "conv", ["x", "w"], "c"), graphs.node("Add", "bias", ["c", "b"], "y"),
        ]
        let model = try graphs.read(
            graphs.graph(nodes, [graphs.floats("w", [2, 3, 3, 3]), graphs.floats("b", [2, 1, 1])]))
        #expect(kinds(model) == ["convolution"])
        #expect(model.parameters["conv.bias"] == [0.5, 0.5])
    }

    @Test func aBiasForOneOfTwoReadersStaysALayer() throws {
        let nodes = [
            graphs.node("Conv", "conv", ["x", "w"], "c"), graphs.node("Identity", "same", ["c"], "d"),
            graphs.node("Add", "bias", ["d", "b"], "e"), graphs.node("Relu", "relu", ["c"], "f"),
            graphs.node("Sub", "difference", ["e", "f"], "y"),
        ]
        let model = try graphs.read(
            graphs.graph(nodes, [graphs.floats("w", [1, 3, 8, 8]), graphs.floats("b", [1])]))
        #expect(try model.outputs(for: [Float](repeating: 1, count: 192)) == [0.5])
    }

    @Test func whatTheOutputDoesNotNeedIsLeftOut() throws {
        let nodes = [
            graphs.node("Sigmoid", "unused", ["x"], "s"), graphs.node("Relu", "relu", ["x"], "y"),
        ]
        #expect(kinds(try graphs.read(graphs.graph(nodes))) == ["ReLU"])
    }

    @Test func aGateIsRepeatedOverItsChannel() throws {
        let nodes = [
            graphs.node("GlobalAveragePool", "mean", ["x"], "m"),
            graphs.node("Mul", "gate", ["x", "m"], "y"),
        ]
        let model = try graphs.read(graphs.graph(nodes))
        #expect(kinds(model) == ["global average pooling", "multiplication"])
        let samples = (0..<192).map { Float($0 / 64) }
        #expect(try model.outputs(for: samples) == samples.map { $0 * $0 })
    }

    @Test func severalInputsAreOneVector() throws {
        var model = graphs.graph([graphs.node("Sub", "difference", ["x", "z"], "y")])
        var second = model.graph.input[0]
        second.name = "z"
        model.graph.input.append(second)
        let read = try graphs.read(model)
        #expect(read.network.input == Shape(384))
        #expect(read.notes == ["its inputs x, z are taken as one vector, one behind the other"])
        let samples = (0..<384).map { Float($0) }
        #expect(try read.outputs(for: samples) == [Float](repeating: -192, count: 192))
    }
}
