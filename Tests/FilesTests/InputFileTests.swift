import Files
import Foundation
import Testing

@Suite struct InputFileTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func cleanUp() { try? FileManager.default.removeItem(atPath: folder) }

    private func message(_ path: String, atMost most: Int = 100) -> String {
        do { return "\(try InputFile.contents(of: path, atMost: most))" } catch { return "\(error)" }
    }

    @Test func aWholeFileIsRead() throws {
        defer { cleanUp() }
        try Data([1, 2, 3]).write(to: URL(filePath: folder + "/a"))
        #expect(try InputFile.contents(of: folder + "/a", atMost: 3) == [1, 2, 3])
    }

    @Test func aLargerFileThanAllowedIsNotRead() throws {
        defer { cleanUp() }
        try Data([1, 2, 3]).write(to: URL(filePath: folder + "/a"))
        #expect(
            message(folder + "/a", atMost: 2)
                == "\(folder)/a: cannot be read (3 bytes, at most 2 are read)")
    }

    /// A named pipe would wait for a writer, a device never end.
    @Test func whatIsNoRegularFileIsRefusedAtOnce() throws {
        defer { cleanUp() }
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        for path in [folder + "/pipe", "/dev/zero", folder] {
            #expect(message(path) == "\(path): cannot be read (not a file)")
        }
    }

    @Test func onlyFilesAreTakenAwayWhenIncomplete() throws {
        defer { cleanUp() }
        let (file, pipe) = (folder + "/half", folder + "/pipe")
        try Data([1]).write(to: URL(filePath: file))
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [file, pipe, folder] { removeIncompleteFile(path) }
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(FileManager.default.fileExists(atPath: pipe))
    }
}
