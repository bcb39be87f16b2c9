import Foundation
import Interchange
import Testing

struct SafetensorsTests {
    private let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = "\(folder)/a.safetensors"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A file with this header and so many bytes of data.
    private func write(header: String, data: Int) throws -> String {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        return try write(length + Array(header.utf8) + Array(repeating: 0, count: data))
    }

    /// What version 0.8.0 of the Python package wrote.
    private let reference =
        Data(
            base64Encoded:
                "EAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiz4AgXCJxXCIiLCJmb3JtYXQiOiJucCJ9LCJhIjp7ImR0eXBlIjoiSTY0"
                + "Iiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEsMl0sImRhdGFf"
                + "b2Zmc2V0cyI6WzgsMTZdfSwiaCI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbNF0sImRhdGFfb2Zmc2V0cyI6WzE2LDI0XX0sInUi"
                + "OnsiZHR5cGUiOiJVOCIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzI0LDI2XX19ICAgIAcAAAAAAAAAAADAPwAAAMAAOP97"
                + "AIABAAH/"
        ).map(Array.init) ?? []

    @Test func readsWhatTheReferenceImplementationWrote() throws {
        let file = try Safetensors(contentsOf: write(reference))
        #expect(file.metadata == ["format": "np", "note": "π \"q\""])
        #expect(file.tensors.keys.sorted() == ["a", "b", "h", "u"])
        #expect(file.tensors["a"]?.integers() == [7])
        #expect(file.tensors["b"]?.floats() == [1.5, -2])
        #expect(file.tensors["b"]?.shape == [1, 2])
        #expect(file.tensors["h"]?.floats() == [0.5, 65504, -0.0, 0x1p-24])
        #expect(file.tensors["u"]?.integers() == [1, 255])
    }

    @Test func writesTheReferenceImplementationsBytes() throws {
        var file = try Safetensors(contentsOf: write(reference))
        // With more than one entry the reference's order of the metadata is arbitrary.
        file.metadata["note"] = nil
        let path = "\(folder)/b.safetensors"
        try file.write(to: path)
        let expected = try #require(String(bytes: reference, encoding: .isoLatin1)).replacing(
            /"note":"[^,]*,/, with: "")
        let written = try #require(
            String(bytes: Data(contentsOf: URL(fileURLWithPath: path)), encoding: .isoLatin1))
        // The header is shorter now, so its length and its padding differ.
        #expect(
            written.dropFirst(8).replacing(/}} +/, with: "}}")
                == expected.dropFirst(8).replacing(/}} +/, with: "}}"))
        #expect((written.prefix { $0 != "{" }.unicodeScalars.first?.value ?? 1) % 8 == 0)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let file = Safetensors(
            tensors: [
                "floats": .init([1, -0.5, .infinity] as [Float], shape: [3]),
                "doubles": .init([.pi] as [Double], shape: []),
                "integers": .init([-1, .max] as [Int64], shape: [2, 1]),
                "counters": .init([.max] as [UInt64], shape: [1]),
                "bytes": .init([0, 255] as [UInt8], shape: [2]),
                "nothing": .init([] as [Float], shape: [0, 5]),
            ],
            metadata: ["a \"b\" \\": "line\nbreak, tab\t, nul\0, ü, 🙂", "": ""])
        let path = "\(folder)/b.safetensors"
        try file.write(to: path)
        let again = try Safetensors(contentsOf: path)
        #expect(again == file)
        #expect(again.tensors["doubles"]?.doubles() == [.pi])
        #expect(again.tensors["counters"]?.integers() == nil && again.tensors["bytes"]?.floats() == nil)
    }

    @Test func anEmptyFileOfTensorsIsAllowed() throws {
        let path = "\(folder)/b.safetensors"
        try Safetensors().write(to: path)
        #expect(try Safetensors(contentsOf: path) == Safetensors())
    }

    @Test func everyTruncationIsAnError() throws {
        for length in reference.indices {
            let path = try write(Array(reference[..<length]))
            #expect(throws: SafetensorsError.self, "\(length) bytes") { try Safetensors(contentsOf: path) }
        }
    }

    @Test func moreBytesThanTensorsIsAnError() throws {
        let path = try write(reference + [0])
        let expected = SafetensorsError.notCovered(path: path, position: 26, next: 27)
        #expect(throws: expected) { try Safetensors(contentsOf: path) }
    }

    @Test func aFlippedBitNeverTraps() throws {
        let original = try Safetensors(contentsOf: write(reference))
        for position in reference.indices {
            var damaged = reference
            damaged[position] ^= 1 << UInt8(position % 8)
            let found = try? Safetensors(contentsOf: write(damaged))
            #expect(found == nil || found != original, "byte \(position)")
        }
    }

    @Test(arguments: [UInt64.max, 1 << 63, 100_000_001])
    func aHugeHeaderIsRefusedBeforeMemoryIsTaken(length: UInt64) throws {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
        let path = try write(bytes + Array("{}".utf8))
        let expected = SafetensorsError.headerTooLong(path: path, found: length, most: 100_000_000)
        #expect(throws: expected) { try Safetensors(contentsOf: path) }
    }

    static let hostileHeaders = [
        ("", "header, byte 0: ends where “{” could stand"),
        ("[]", "header, byte 0: expected “{”"),
        ("{", "header, byte 1: ends where “}” could stand"),
        ("{}{", "header, byte 2: something follows the header's end"),
        ("{\"a\"", "header, byte 4: ends where “:” could stand"),
        ("{\"a\\x\":1}", "header, byte 5: unknown escape"),
        ("{\"\\ud800\":1}", "header, byte 8: half a surrogate pair"),
        ("{\"\\u12\":1}", "header, byte 4: \\u without four digits"),
        ("{\"a\":{\"dtype\":\"F32\"}}", "tensor “a”: lacks dtype, shape or data_offsets"),
        ("{\"a\":{\"dtype\":\"F31\",", "tensor “a”: unknown dtype “F31”"),
        ("{\"a\":{\"x\":1}}", "header, byte 10: “x” in “a” is unknown or stands twice"),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
            "header, byte 28: expected a natural number below 2^63"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}",
            "tensor “a”: data_offsets [4, 0], expected [begin, end]"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,4]}}",
            "tensor “a”: shape [5] of U8 takes 5 bytes, its data_offsets span 4"
        ),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}",
            "tensor “a”: impossible shape [4611686018427387904, 4]"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}}",
            "needs 9 bytes but has 4; the file was cut short, fetch or save it again"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}",
            "the tensors' data must follow each other without hole or overlap, but after byte 2 comes byte 1; "
                + "the file is damaged"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"a\":{}}",
            "header, byte 57: the name “a” stands twice"
        ),
        ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "header, byte 29: the name “a” stands twice"),
        ("{\"__metadata__\":{\"a\":1}}", "header, byte 21: expected “\"”"),
        (
            "{\"__metadata__\":{}}",
            "the tensors' data must follow each other without hole or overlap, "
                + "but after byte 0 comes byte 4; the file is damaged"
        ),
    ]

    @Test(arguments: hostileHeaders)
    func aHostileHeaderIsExplained(header: String, message: String) throws {
        let path = try write(header: header, data: 4)
        let error = #expect(throws: SafetensorsError.self) { try Safetensors(contentsOf: path) }
        #expect(error?.description == "\(path): \(message)")
    }

    @Test func invalidUTF8IsAnError() throws {
        let path = try write([5, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22, 0x3a])
        #expect(throws: SafetensorsError.badHeader(path: path, position: 4, reason: "not UTF-8")) {
            try Safetensors(contentsOf: path)
        }
    }

    @Test func whatIsNoFileIsNamed() {
        #expect(throws: SafetensorsError.cannotOpen(path: "/no/such", reason: "No such file or directory")) {
            try Safetensors(contentsOf: "/no/such")
        }
        #expect(throws: SafetensorsError.cannotOpen(path: folder, reason: "not a file")) {
            try Safetensors(contentsOf: folder)
        }
    }

    @Test func aFailedWriteLeavesNothingBehind() throws {
        let file = Safetensors(tensors: ["a": .init([1] as [Float], shape: [1])])
        // Its temporary file can be written, but a folder cannot be replaced by it.
        let path = "\(folder)/taken"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(throws: SafetensorsError.cannotWrite(path: path, reason: "Is a directory")) {
            try file.write(to: path)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
        #expect(throws: SafetensorsError.cannotWrite(path: "/no/such/a", reason: "No such file or directory"))
        {
            try file.write(to: "/no/such/a")
        }
    }

    @Test func aMissingTensorListsThosePresent() {
        let file = Safetensors(tensors: [
            "b": .init([1] as [Float], shape: [1]), "a": .init([1] as [Float], shape: [1]),
        ])
        let error = #expect(throws: SafetensorsError.self) {
            try file.tensor(named: "c", in: "m.safetensors")
        }
        #expect(error?.description == "m.safetensors: has no tensor “c”; it holds “a”, “b”")
    }

    @Test(
        arguments: [
            (0x0000, 0), (0x8000, -0.0), (0x0001, 0x1p-24), (0x03ff, 0x3ffp-24), (0x0400, 0x1p-14),
            (0x3c00, 1),
            (0xc000, -2), (0x7bff, 65504), (0x7c00, .infinity), (0xfc00, -.infinity),
        ] as [(UInt16, Float)])
    func halvesAreExact(bits: UInt16, value: Float) {
        let tensor = Safetensors.Tensor(
            type: .float16, shape: [1], bytes: [UInt8(bits & 0xff), UInt8(bits >> 8)])
        #expect(tensor.floats()?.map(\.bitPattern) == [value.bitPattern])
    }

    @Test func brainFloatsAreTheUpperHalfOfAFloat() {
        let tensor = Safetensors.Tensor(type: .bfloat16, shape: [2], bytes: [0xc0, 0x3f, 0x80, 0xff])
        #expect(tensor.floats() == [1.5, -.infinity])
    }

    @Test(.timeLimit(.minutes(1)))
    func aPipeIsNotWaitedFor() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID().uuidString)").path
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: SafetensorsError.cannotOpen(path: path, reason: "not a file")) {
            try Safetensors(contentsOf: path)
        }
    }
}
