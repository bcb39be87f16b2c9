import Networks
import SwiftProtobuf
import Tensors

/// Writes a network with its weights as an ONNX file: arrays `[N, C, H, W]` with N open, opset 17 or, where a layer
/// needs it, 19.
///
/// https://github.com/onnx/onnx/blob/main/docs/IR.md
public enum ONNXWriter {
    /// - Throws: `ONNXError`, for a layer that ONNX has no operator for, or a file that cannot be written.
    public static func write(_ model: Model, to path: String) throws(ONNXError) {
        var graph = GraphWriter(model)
        try graph.translate()
        var message = Onnx_ModelProto()
        message.irVersion = graph.opset < 19 ? 8 : 9
        message.producerName = "cnntop"
        var opset = Onnx_OperatorSetIdProto()
        opset.version = Int64(graph.opset)
        message.opsetImport = [opset]
        message.metadataProps = metadata(of: model)
        try TensorStream(message, graph.proto, graph.tensors, model.parameters).write(to: path)
    }

    /// What ONNX has no field for.
    private static func metadata(of model: Model) -> [Onnx_StringStringEntryProto] {
        var entries: [(String, String)] = []
        if !model.classNames.isEmpty {
            entries.append((ONNXMetadata.classes, model.classNames.joined(separator: "\n")))
        }
        if let preprocessing = model.preprocessing {
            entries.append((ONNXMetadata.preprocessing, preprocessing.description))
        }
        return entries.map { key, value in
            var entry = Onnx_StringStringEntryProto()
            (entry.key, entry.value) = (key, value)
            return entry
        }
    }
}

/// A tensor of the file and where its numbers are.
struct StoredTensor {
    enum Content {
        /// An entry of the parameters, by name.
        case parameter(String)
        case integers([Int64])
        case floats([Float])
    }

    var name: String
    var dims: [Int]
    var content: Content
}

/// Writes a model whose tensors go from the parameters to the file without a copy of them all in memory.
///
/// A message's fields may come in any order and in several pieces: the graph's tensors follow its nodes.
struct TensorStream {
    private let message: Onnx_ModelProto
    private let graph: Onnx_GraphProto
    private let tensors: [StoredTensor]
    private let parameters: Parameters<Float>

    /// No message may be longer.
    private static let mostBytes = 0x7fff_ffff

    init(
        _ message: Onnx_ModelProto, _ graph: Onnx_GraphProto, _ tensors: [StoredTensor],
        _ parameters: Parameters<Float>
    ) {
        self.message = message
        self.graph = graph
        self.tensors = tensors
        self.parameters = parameters
    }

    func write(to path: String) throws(ONNXError) {
        do {
            try writePieces(to: path)
        } catch let error as SafetensorsError {
            switch error {
            case .diskFull: throw .cannotWrite(path: path, reason: "the disk is full; free some space")
            case .cannotWrite(_, let reason): throw .cannotWrite(path: path, reason: reason)
            default: throw .cannotWrite(path: path, reason: "\(error)")
            }
        } catch let error as ONNXError {
            throw error
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    private func writePieces(to path: String) throws {
        let nodes: [UInt8] = try graph.serializedBytes()
        let heads = try tensors.map { try head(of: $0) }
        let size = heads.reduce(nodes.count) { $0 + $1.bytes.count + $1.size }
        guard size < Self.mostBytes else {
            throw ONNXError.cannotWrite(
                path: path, reason: "\(size >> 20) MiB in one file, at most 2 GiB are possible in ONNX")
        }
        var file = try AtomicFile(replacing: path)
        do {
            let front: [UInt8] = try message.serializedBytes()
            try file.append(front + Self.varint(7 << 3 | 2) + Self.varint(size) + nodes)
            for (tensor, head) in zip(tensors, heads) {
                try file.append(head.bytes)
                try append(tensor, to: file)
            }
            try file.commit()
        } catch {
            file.abandon()
            throw error
        }
    }

    /// A tensor up to its contents, and the size of these.
    private func head(of tensor: StoredTensor) throws -> (bytes: [UInt8], size: Int) {
        var proto = Onnx_TensorProto()
        proto.name = tensor.name
        proto.dims = tensor.dims.map { Int64($0) }
        var size = 4 * tensor.dims.reduce(1, *)
        proto.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
        if case .integers = tensor.content {
            proto.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
            size *= 2
        }
        let described: [UInt8] = try proto.serializedBytes()
        let contents = described + Self.varint(9 << 3 | 2) + Self.varint(size)
        return (Self.varint(5 << 3 | 2) + Self.varint(contents.count + size) + contents, size)
    }

    private func append(_ tensor: StoredTensor, to file: AtomicFile) throws {
        switch tensor.content {
        case .parameter(let name):
            guard let values = parameters.storage(of: name) else {
                preconditionFailure("the parameters have no \(name)")
            }
            try file.append(UnsafeRawBufferPointer(values))
            withExtendedLifetime(parameters) {}
        case .integers(let values): try values.withUnsafeBytes { try file.append($0) }
        case .floats(let values): try values.withUnsafeBytes { try file.append($0) }
        }
    }

    private static func varint(_ value: Int) -> [UInt8] {
        var (value, bytes) = (UInt64(value), [UInt8]())
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }
}
