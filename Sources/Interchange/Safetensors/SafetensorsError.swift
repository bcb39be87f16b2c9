/// Why a safetensors file could not be read or written.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case truncated(path: String, expected: Int, found: Int)
    case headerTooLong(path: String, found: UInt64, most: Int)
    case badHeader(path: String, position: Int, reason: String)
    case badTensor(path: String, name: String, reason: String)
    case notCovered(path: String, position: Int, next: Int)
    case missingTensor(path: String, name: String, present: [String])
    case diskFull(path: String)
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path): cannot be read (\(reason))"
        case .truncated(let path, let expected, let found):
            "\(path): needs \(expected) bytes but has \(found); the file was cut short, fetch or save it again"
        case .headerTooLong(let path, let found, let most):
            "\(path): not a safetensors file (its header would take \(found) bytes, at most \(most) are allowed)"
        case .badHeader(let path, let position, let reason):
            "\(path): header, byte \(position): \(reason)"
        case .badTensor(let path, let name, let reason):
            "\(path): tensor “\(name)”: \(reason)"
        case .notCovered(let path, let position, let next):
            "\(path): the tensors' data must follow each other without hole or overlap, "
                + "but after byte \(position) comes byte \(next); the file is damaged"
        case .missingTensor(let path, let name, let present):
            "\(path): has no tensor “\(name)”; it holds \(listing(present))"
        case .diskFull(let path):
            "\(path): not written, the disk is full; free some space and try again"
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written (\(reason))"
        }
    }

    private func listing(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none at all" }
        let shown = names.prefix(6).map { "“\($0)”" }.joined(separator: ", ")
        return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
    }
}
