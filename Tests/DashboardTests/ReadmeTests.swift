import Dashboard
import Foundation
import Testing

/// The README's key table is the key table.
@Test func theReadmeShowsTheKeyTable() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    #expect(
        readme.contains(Keymap.markdown), "README.md is behind: put the output of `cnntop keys` under “Keys”")
}
