import Foundation
import Testing

/// Files that are not the project's own, in `$CNNTOP_DATA`: tests that need one are skipped where it is absent.
enum SharedData {
    static func path(_ name: String) -> String {
        "\(ProcessInfo.processInfo.environment["CNNTOP_DATA"] ?? "/absent")/\(name)"
    }

    static func has(_ name: String) -> ConditionTrait {
        .enabled(
            if: FileManager.default.isReadableFile(atPath: path(name)), "\(name) is not in $CNNTOP_DATA")
    }

    /// The elements of a NumPy file of 32-bit numbers.
    static func floats(_ name: String) throws -> [Float] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        return bytes[start...].withUnsafeBytes { data in
            (0..<data.count / 4).map { data.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}
