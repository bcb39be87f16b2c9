import FoundationEssentials
import Glibc
import SwiftProtobuf

/// Reads the messages of ONNX files.
package enum ONNXFile {
    /// A whole model.
    package static func model(at path: String) throws(ONNXError) -> Onnx_ModelProto {
        let model: Onnx_ModelProto = try message(at: path)
        guard model.hasGraph else { throw .notONNX(path: path, reason: "no graph in it") }
        return model
    }

    /// A tensor in a file of its own, as ONNX's test data have them.
    package static func tensor(at path: String) throws(ONNXError) -> ONNXTensor {
        try ONNXTensor(message(at: path), path: path)
    }

    private static func message<Message: SwiftProtobuf.Message>(at path: String) throws(ONNXError) -> Message
    {
        guard access(path, R_OK) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw .cannotOpen(path: path, reason: "not a file")
        }
        do {
            return try Message(serializedBytes: data)
        } catch {
            throw .notONNX(path: path, reason: "no protocol buffer of this kind: \(error)")
        }
    }
}

/// Why an ONNX file could not be read.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case notONNX(path: String, reason: String)
    case badTensor(path: String, name: String, reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): cannot be read (\(reason))"
        case .notONNX(let path, let reason): "\(path): not an ONNX file (\(reason))"
        case .badTensor(let path, let name, let reason): "\(path): tensor “\(name)”: \(reason)"
        }
    }
}
