import Files
import SwiftProtobuf

/// An ONNX file: its structure in memory, its tensors' contents still in the file.
package struct ONNXFile {
    package let path: String
    package let model: Onnx_ModelProto
    let file: InputFile

    /// A whole model.
    package init(_ path: String) throws(ONNXError) {
        self.path = path
        file = try ONNXError.reading { () throws(InputFileError) in try InputFile(path) }
        model = try Self.message(in: file, as: .model)
        guard model.hasGraph else { throw .notONNX(path: path, reason: "no graph in it") }
    }

    /// A tensor in a file of its own, as ONNX's test data have them.
    package static func tensor(at path: String) throws(ONNXError) -> ONNXTensor {
        let file = try ONNXError.reading { () throws(InputFileError) in try InputFile(path) }
        return try ONNXConstant(message(in: file, as: .tensor), in: file, path: path).decoded()
    }

    /// The version of the operators' definitions; of the standard domain.
    package var opset: Int {
        let version = model.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version
        return Int(version ?? 1)
    }

    private static func message<Message: SwiftProtobuf.Message>(
        in file: InputFile, as kind: WireScan.Message
    ) throws(ONNXError) -> Message {
        let structure = try WireScan.structure(of: file, as: kind)
        do {
            return try Message(serializedBytes: structure)
        } catch {
            throw .notONNX(path: file.path, reason: "no protocol buffer of this kind: \(error)")
        }
    }
}
