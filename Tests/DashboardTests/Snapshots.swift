import Foundation
import Screen
import Testing

/// Literal frames, one file each, in `Snapshots/`.
enum Snapshot {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Snapshots")

    /// Compares a frame's characters with the file of that name; `CNNTOP_RECORD=1` writes the file anew.
    static func expect(_ grid: Grid, named name: String, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let file = folder.appending(path: name + ".txt")
        if ProcessInfo.processInfo.environment["CNNTOP_RECORD"] != nil {
            try Data((grid.description + "\n").utf8).write(to: file)
        }
        let stored = try String(contentsOf: file, encoding: .utf8)
        #expect(grid.description + "\n" == stored, "frame \(name)", sourceLocation: sourceLocation)
    }
}
