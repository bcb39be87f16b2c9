import Foundation
import Interchange
import Networks
import SwiftProtobuf
import Testing

/// What cannot be imported is said in one line, all of it at once.
struct ONNXRefusalTests {
    /// A model of `[1, 3, 8, 8]` and these nodes; the last one's output is the model's.
    private func graph(
        opset: Int64 = 13, dims: [Int64] = [1, 3, 8, 8], _ nodes: [Onnx_NodeProto],
        _ constants: [Onnx_TensorProto] = []
    ) -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        model.irVersion = 8
        var domain = Onnx_OperatorSetIdProto()
        domain.version = opset
        model.opsetImport = [domain]
        model.graph.node = nodes
        model.graph.initializer = constants
        var input = Onnx_ValueInfoProto()
        input.name = "x"
        input.type.tensorType.elemType = 1
        input.type.tensorType.shape.dim = dims.map { size in
            var dim = Onnx_TensorShapeProto.Dimension()
            dim.dimValue = size
            return dim
        }
        model.graph.input = [input]
        var output = Onnx_ValueInfoProto()
        output.name = nodes.last?.output.first ?? ""
        model.graph.output = [output]
        return model
    }

    private func node(
        _ type: String, _ name: String, _ inputs: [String], _ output: String, ints: [String: [Int64]] = [:],
        int: [String: Int64] = [:]
    ) -> Onnx_NodeProto {
        var node = Onnx_NodeProto()
        (node.opType, node.name, node.input, node.output) = (type, name, inputs, [output])
        node.attribute =
            ints.map { key, values in
                var attribute = Onnx_AttributeProto()
                (attribute.name, attribute.ints, attribute.type) = (key, values, .ints)
                return attribute
            }
            + int.map { key, value in
                var attribute = Onnx_AttributeProto()
                (attribute.name, attribute.i, attribute.type) = (key, value, .int)
                return attribute
            }
        return node
    }

    private func floats(_ name: String, _ dims: [Int64]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType) = (name, dims, 1)
        tensor.floatData = Array(repeating: 0.5, count: Int(dims.reduce(1, *)))
        return tensor
    }

    private func read(_ model: Onnx_ModelProto) throws -> Model {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "m.onnx")
        let bytes: Data = try model.serializedBytes()
        try bytes.write(to: path)
        return try ONNXReader.model(at: path.path)
    }

    /// What is said of a file, without its folder.
    private func refusal(_ model: Onnx_ModelProto) -> String? {
        let error = #expect(throws: ONNXError.self) { try read(model) }
        return error.map { $0.description.split(separator: "/").last.map(String.init) ?? "" }
    }

    @Test func allMissingOperatorsAreListed() {
        let nodes = [
            node("Relu", "a", ["x"], "a"), node("Resize", "up_1", ["a"], "b"),
            node("Resize", "up_2", ["b"], "c"), node("NonMaxSuppression", "", ["c"], "boxes"),
        ]
        #expect(
            refusal(graph(nodes))
                == "m.onnx: opset 13, needs operators that are not supported: Resize (2 nodes, first “up_1”), "
                + "NonMaxSuppression (node “boxes”)")
    }

    @Test func allNodesUsedInAnotherWayAreListed() {
        let nodes = [
            node("MaxPool", "p", ["x"], "p", ints: ["kernel_shape": [3, -3]]),
            node("Softmax", "s", ["x"], "s", int: ["axis": 7]), node("Add", "sum", ["p", "s"], "y"),
        ]
        #expect(
            refusal(graph(nodes))
                == "m.onnx: opset 13, cannot be imported: MaxPool “p”: kernel_shape [3, -3] is out of range · "
                + "Softmax “s”: axis 7 of an array of 4 axes")
    }

    @Test func cyclesAndUnknownNamesAreSaid() {
        let nodes = [node("Add", "sum", ["x", "later"], "early"), node("Relu", "r", ["early"], "later")]
        #expect(
            refusal(graph(nodes))
                == "m.onnx: opset 13, cannot be imported: Add “sum”: it takes “later”, which no node before it "
                + "gives (nodes must be in order, without cycles)")
    }

    @Test func shapesThatDoNotFitAreSaid() {
        let conv = node("Conv", "conv", ["x", "w"], "y")
        #expect(
            refusal(graph([conv], [floats("w", [2, 4, 3, 3])]))
                == "m.onnx: opset 13, cannot be imported: Conv “conv”: weights of shape [2, 4, 3, 3] in 1 groups "
                + "over 3 channels")
        #expect(
            refusal(graph([conv], [floats("w", [2, 3, 9, 9])]))
                == "m.onnx: opset 13, cannot be imported: Conv “conv”: height 8 is less than the window's 9; use "
                + "a smaller kernel, more padding, or fewer poolings before it")
    }

    @Test func oldOpsetsAndOpenSizesAreSaid() {
        let relu = [node("Relu", "r", ["x"], "y")]
        #expect(
            refusal(graph(opset: 6, relu))
                == "m.onnx: opset 6, cannot be imported: opsets before 7 are not read; convert it with "
                + "onnx.version_converter")
        #expect(
            refusal(graph(dims: [1, 3, 0, 8], relu))
                == "m.onnx: opset 13, cannot be imported: its input “x” has size 0 along axis 2")
        #expect(
            refusal(graph(dims: [1, 3, 1 << 40, 8], relu))
                == "m.onnx: opset 13, cannot be imported: its input “x” has size 1099511627776 along axis 2")
    }

    @Test func externalDataStayInTheModelsFolder() {
        for location in ["../secret", "/etc/passwd", "a/../../secret"] {
            var weights = floats("w", [1, 3, 1, 1])
            weights.floatData = []
            weights.dataLocation = .external
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = ("location", location)
            weights.externalData = [entry]
            let said = #expect(throws: ONNXError.self) {
                try read(graph([node("Conv", "conv", ["x", "w"], "y")], [weights]))
            }
            #expect(
                said?.description.hasSuffix("“\(location)”, outside of the model's folder; refused") ?? false)
        }
    }

    @Test func externalDataAreReadBesideTheModel() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var weights = floats("w", [1, 3, 1, 1])
        weights.floatData = []
        weights.dataLocation = .external
        weights.externalData = [("location", "net.data"), ("offset", "4"), ("length", "12")].map { pair in
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = pair
            return entry
        }
        let values: [Float] = [9, 1, 2, 3]
        try values.withUnsafeBytes { Data($0) }.write(to: folder.appending(path: "net.data"))
        let model: Data = try graph([node("Conv", "conv", ["x", "w"], "y")], [weights]).serializedBytes()
        let path = folder.appending(path: "m.onnx")
        try model.write(to: path)
        #expect(try ONNXReader.model(at: path.path).parameters["conv.weights"] == [1, 2, 3])
        try Data(count: 15).write(to: folder.appending(path: "net.data"))
        #expect(throws: ONNXError.self) { try ONNXReader.model(at: path.path) }
    }
}
