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
}
