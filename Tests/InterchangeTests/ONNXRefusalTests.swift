import Foundation
import Interchange
import Networks
import SwiftProtobuf
import Testing

/// What cannot be imported is said in one line, all of it at once.
struct ONNXRefusalTests {
    private let graphs = TestGraphs()

    /// What is said of a file, without its folder.
    private func refusal(_ model: Onnx_ModelProto) -> String? {
        let error = #expect(throws: ONNXError.self) { try graphs.read(model) }
        return error.map { $0.description.split(separator: "/").last.map(String.init) ?? "" }
    }

    @Test func allMissingOperatorsAreListed() {
        let nodes = [
            graphs.node("Relu", "a", ["x"], "a"), graphs.node("Resize", "up_1", ["a"], "b"),
            graphs.node("Resize", "up_2", ["b"], "c"), graphs.node("NonMaxSuppression", "", ["c"], "boxes"),
        ]
        #expect(
            refusal(graphs.graph(nodes))
                == "m.onnx: opset 13, needs operators that are not supported: Resize (2 nodes, first “up_1”), "
                + "NonMaxSuppression (node “boxes”)")
    }

    @Test func allNodesUsedInAnotherWayAreListed() {
        let nodes = [
            graphs.node("MaxPool", "p", ["x"], "p", ints: ["kernel_shape": [3, -3]]),
            graphs.node("Softmax", "s", ["x"], "s", int: ["axis": 7]),
            graphs.node("Add", "sum", ["p", "s"], "y"),
        ]
        #expect(
            refusal(graphs.graph(nodes))
                == "m.onnx: opset 13, cannot be imported: MaxPool “p”: kernel_shape [3, -3] is out of range · "
                + "Softmax “s”: axis 7 of an array of 4 axes")
    }

    @Test func cyclesAndUnknownNamesAreSaid() {
        let nodes = [
            graphs.node("Add", "sum", ["x", "later"], "early"), graphs.node("Relu", "r", ["early"], "later"),
        ]
        #expect(
            refusal(graphs.graph(nodes))
                == "m.onnx: opset 13, cannot be imported: Add “sum”: it takes “later”, which no node before it "
                + "gives (nodes must be in order, without cycles)")
    }

    @Test func shapesThatDoNotFitAreSaid() {
        let conv = graphs.node("Conv", "conv", ["x", "w"], "y")
        #expect(
            refusal(graphs.graph([conv], [graphs.floats("w", [2, 4, 3, 3])]))
                == "m.onnx: opset 13, cannot be imported: Conv “conv”: weights of shape [2, 4, 3, 3] in 1 groups "
                + "over 3 channels")
        #expect(
            refusal(graphs.graph([conv], [graphs.floats("w", [2, 3, 9, 9])]))
                == "m.onnx: opset 13, cannot be imported: Conv “conv”: height 8 is less than the window's 9; use "
                + "a smaller kernel, more padding, or fewer poolings before it")
    }

    @Test func oldOpsetsAndOpenSizesAreSaid() {
        let relu = [graphs.node("Relu", "r", ["x"], "y")]
        #expect(
            refusal(graphs.graph(opset: 6, relu))
                == "m.onnx: opset 6, cannot be imported: opsets before 7 are not read; convert it with "
                + "onnx.version_converter")
        #expect(
            refusal(graphs.graph(dims: [1, 3, 0, 8], relu))
                == "m.onnx: opset 13, cannot be imported: its input “x” has size 0 along axis 2")
        #expect(
            refusal(graphs.graph(dims: [1, 3, 1 << 40, 8], relu))
                == "m.onnx: opset 13, cannot be imported: its input “x” has size 1099511627776 along axis 2")
    }

    @Test func externalDataStayInTheModelsFolder() {
        for location in ["../secret", "/etc/passwd", "a/../../secret"] {
            var weights = graphs.floats("w", [1, 3, 1, 1])
            weights.floatData = []
            weights.dataLocation = .external
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = ("location", location)
            weights.externalData = [entry]
            let said = #expect(throws: ONNXError.self) {
                try graphs.read(graphs.graph([graphs.node("Conv", "conv", ["x", "w"], "y")], [weights]))
            }
            #expect(
                said?.description.hasSuffix("“\(location)”, outside of the model's folder; refused") ?? false)
        }
    }

    @Test func externalDataAreReadBesideTheModel() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var weights = graphs.floats("w", [1, 3, 1, 1])
        weights.floatData = []
        weights.dataLocation = .external
        weights.externalData = [("location", "net.data"), ("offset", "4"), ("length", "12")].map { pair in
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = pair
            return entry
        }
        let values: [Float] = [9, 1, 2, 3]
        try values.withUnsafeBytes { Data($0) }.write(to: folder.appending(path: "net.data"))
        let model: Data = try graphs.graph([graphs.node("Conv", "conv", ["x", "w"], "y")], [weights])
            .serializedBytes()
        let path = folder.appending(path: "m.onnx")
        try model.write(to: path)
        #expect(try ONNXReader.model(at: path.path).parameters["conv.weights"] == [1, 2, 3])
        try Data(count: 15).write(to: folder.appending(path: "net.data"))
        #expect(throws: ONNXError.self) { try ONNXReader.model(at: path.path) }
    }
}
