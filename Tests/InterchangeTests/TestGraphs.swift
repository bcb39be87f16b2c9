import Foundation
import Interchange
import SwiftProtobuf

/// Small ONNX graphs, put together node by node.
struct TestGraphs {
    /// A model of `[1, 3, 8, 8]` and these nodes; the last one's output is the model's.
    func graph(
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

    func node(
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

    func floats(_ name: String, _ dims: [Int64]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType) = (name, dims, 1)
        tensor.floatData = Array(repeating: 0.5, count: Int(dims.reduce(1, *)))
        return tensor
    }

    func integers(_ name: String, _ values: [Int64]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        (tensor.name, tensor.dims, tensor.dataType) = (name, [Int64(values.count)], 7)
        tensor.int64Data = values
        return tensor
    }

    func read(_ model: Onnx_ModelProto) throws -> Model {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "m.onnx")
        let bytes: Data = try model.serializedBytes()
        try bytes.write(to: path)
        return try ONNXReader.model(at: path.path)
    }
}
