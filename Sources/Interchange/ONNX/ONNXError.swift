import Files

/// Why an ONNX file cannot be read, or a network cannot be written as one.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case notONNX(path: String, reason: String)
    case badTensor(path: String, name: String, reason: String)
    /// Operators outside of what can be imported, all of them.
    case unsupported(path: String, opset: Int, operators: [Operator])
    /// Nodes whose operators are known, but not used in this way.
    case untranslated(path: String, opset: Int, problems: [String])
    /// The graph became a network that does not fit together.
    case badNetwork(path: String, reason: String)
    case notExportable(network: String, layer: String, reason: String)
    case cannotWrite(path: String, reason: String)

    /// An operator with the nodes that use it.
    public struct Operator: Sendable, Equatable {
        public var name: String
        public var firstNode: String
        public var count: Int

        var description: String {
            "\(name) (\(count == 1 ? "node" : "\(count) nodes, first") “\(firstNode)”)"
        }
    }

    /// In one line, whatever the file calls its nodes.
    public var description: String {
        String(
            String.UnicodeScalarView(
                explanation.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }
            ))
    }

    private var explanation: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): cannot be read (\(reason))"
        case .notONNX(let path, let reason): "\(path): not an ONNX file (\(reason))"
        case .badTensor(let path, let name, let reason): "\(path): tensor “\(name)”: \(reason)"
        case .unsupported(let path, let opset, let operators):
            "\(path): opset \(opset), needs operators that are not supported: "
                + operators.map(\.description).joined(separator: ", ")
        case .untranslated(let path, let opset, let problems):
            "\(path): opset \(opset), cannot be imported: " + problems.joined(separator: " · ")
        case .badNetwork(let path, let reason): "\(path): does not give a network: \(reason)"
        case .notExportable(let network, let layer, let reason):
            "\(network): layer \(layer) cannot be written as ONNX: \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written (\(reason))"
        }
    }
}

extension ONNXError {
    /// Passes a reading's error on as one of ONNX.
    static func reading<Result>(
        _ body: () throws(InputFileError) -> Result
    ) throws(ONNXError) -> Result {
        do throws(InputFileError) {
            return try body()
        } catch {
            switch error {
            case .cannotOpen(let path, _), .tooLarge(let path, _, _):
                throw .cannotOpen(path: path, reason: error.reason)
            case .truncated(let path, let expected, let found):
                throw .notONNX(path: path, reason: "\(expected) bytes are needed, it has \(found)")
            }
        }
    }
}
