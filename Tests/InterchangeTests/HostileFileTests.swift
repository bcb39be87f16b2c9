import Foundation
import Interchange
import Networks
import Tensors
import Testing

/// Mutated copies of small real files: every one is read or refused in one line, none ends the process.
struct HostileFileTests {
    /// One damaged copy for each seed: a few bytes changed, cut short, doubled in part, or filled.
    private static func mutated(_ original: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = original
        for _ in 0..<(1 + Int(random.next() % 4)) {
            guard !bytes.isEmpty else { break }
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 10 {
            case 0...3: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 4...5: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 6:
                for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xff }
            case 7:
                for index in place..<min(place + 4, bytes.count) { bytes[index] = 0 }
            case 8:
                let other = Int(random.next() % UInt64(bytes.count))
                let count = min(16, bytes.count - place, bytes.count - other)
                bytes.replaceSubrange(place..<place + count, with: bytes[other..<other + count])
            default: if random.next() % 4 == 0 { bytes.removeSubrange(place...) }
            }
        }
        return bytes
    }

    private func isOneLine(_ error: any Error) -> Bool {
        let text = "\(error)"
        return !text.contains("\n") && text.utf8.count < 1_000
    }

    /// Reads all of it.
    private func read(_ path: String) throws {
        if path.hasSuffix(".h5") || path.hasSuffix(".keras") {
            _ = try KerasReader.model(at: path)
        } else {
            let dictionary = try StateDictionary(contentsOf: path)
            for entry in dictionary.entries { _ = try dictionary.floats(named: entry.name) }
        }
    }

    @Test(arguments: [
        "state.pt", "checkpoint.th", "state-expected.safetensors", "module.pt", "grey.h5", "nested.h5",
        "nested.keras", "functional.h5",
    ])
    func mutatedFilesAreReadOrRefusedInOneLine(file: String) throws {
        let original = [UInt8](try Data(contentsOf: URL(filePath: Fixture.path(file))))
        let folder = FileManager.default.temporaryDirectory.appending(path: "mutations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let copy = folder.appending(path: file)
        var random = RandomSource(seed: 20)
        var refused = 0
        for number in 0..<1_300 {
            try Data(Self.mutated(original, &random)).write(to: copy)
            do {
                try read(copy.path)
            } catch {
                refused += 1
                if !isOneLine(error) { Issue.record("mutation \(number) of \(file): \(error)") }
            }
        }
        #expect(refused > 50, "the mutations must reach what is checked")
    }
}
