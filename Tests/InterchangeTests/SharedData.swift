import Foundation
import Testing

/// Files that are not the project's own: tests that need one are skipped where it is absent.
enum SharedData {
    static let folder: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let given = ProcessInfo.processInfo.environment["CNNTOP_DATA"]
        return given ?? root.appending(path: "../shared/data").path
    }()

    static func has(_ name: String) -> ConditionTrait {
        .enabled(
            if: FileManager.default.isReadableFile(atPath: "\(folder)/\(name)"),
            "\(name) is neither in $CNNTOP_DATA nor in ../shared/data")
    }

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The elements of a NumPy file of 32-bit numbers.
    static func floats(_ name: String) throws -> [Float] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        return bytes[start...].withUnsafeBytes { data in
            (0..<data.count / 4).map { data.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}
