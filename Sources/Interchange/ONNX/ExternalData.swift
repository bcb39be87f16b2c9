import Files
import Glibc

/// Contents that a tensor keeps in another file beside the model's, whose name must not lead out of its folder.
///
/// https://github.com/onnx/onnx/blob/main/docs/ExternalData.md
struct ExternalData {
    private let tensor: Onnx_TensorProto
    private let modelPath: String
    private let entries: [String: String]

    init(_ tensor: Onnx_TensorProto, beside modelPath: String) {
        self.tensor = tensor
        self.modelPath = modelPath
        entries = Dictionary(tensor.externalData.map { ($0.key, $0.value) }) { $1 }
    }

    private func error(_ reason: String) -> ONNXError {
        .badTensor(path: modelPath, name: tensor.name, reason: reason)
    }

    func content() throws(ONNXError) -> ONNXConstant.Content {
        let path = try path
        let file = try ONNXError.reading { () throws(InputFileError) in try InputFile(path) }
        let offset = try number("offset") ?? 0
        guard offset <= file.size else {
            throw error("its data begin at byte \(offset) of \(file.path), which has \(file.size)")
        }
        let length = try number("length") ?? file.size - offset
        guard length <= file.size - offset else {
            throw error("its data end beyond the \(file.size) bytes of \(file.path)")
        }
        return .stored(file, field: 9, range: offset..<offset + length)
    }

    private func number(_ key: String) throws(ONNXError) -> Int? {
        guard let text = entries[key] else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw error("\(key) “\(text)” of its data is no number of bytes")
        }
        return number
    }

    /// The file's path; refused where it is not below the model's folder, also by way of links.
    private var path: String {
        get throws(ONNXError) {
            guard let location = entries["location"], !location.isEmpty else {
                throw error("its data are said to be in another file, but not in which")
            }
            let parts = location.split(separator: "/", omittingEmptySubsequences: false)
            guard !location.hasPrefix("/"), !parts.contains(".."), !location.utf8.contains(0) else {
                throw error(
                    "its data are said to be in “\(location)”, outside of the model's folder; refused")
            }
            let folder = modelPath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            let base = folder.isEmpty ? "." : folder.joined(separator: "/") + "/"
            let path = folder.isEmpty ? location : base + location
            guard let realBase = Self.resolved(base), let real = Self.resolved(path) else {
                throw error("its data are in \(path), which cannot be read; put it beside the model")
            }
            guard realBase == "/" || real.hasPrefix(realBase + "/") else {
                throw error(
                    "its data are said to be in “\(location)”, outside of the model's folder; refused")
            }
            return path
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
