import Foundation
import Pictures
import Testing

/// A PNG made with another program, and its pixels.
struct PNGCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var base64: String
    var channels: Int
    var width: Int
    var pixels: [UInt8]

    var bytes: [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }

    static let all = [
        PNGCase(
            testDescription: "palette of 2 bits",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAgMAAAAP2OW3AAAADFBMVEX/AAAA/wAAAP/////7AGD2AAAADElEQVR42mMQYNgAA"
                + "ADkAMEZVTv7AAAAAElFTkSuQmCC",
            channels: 3, width: 2, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]),
        PNGCase(
            testDescription: "palette with transparency",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAgMAAAAP2OW3AAAADFBMVEX/AAAA/wAAAP/////7AGD2AAAAAXRSTlOArV5bRgAA"
                + "AAxJREFUeNpjEGDYAAAA5ADBGVU7+wAAAABJRU5ErkJggg==",
            channels: 4, width: 2,
            pixels: [255, 0, 0, 128, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]),
        PNGCase(
            testDescription: "grey of 16 bits",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABEAAAAACB2fwVAAAADUlEQVR42mNoYPj/HwAFAgJ/yQDWdQAAAABJRU5ErkJggg==",
            channels: 1, width: 2, pixels: [128, 255]),
        PNGCase(
            testDescription: "grey with alpha",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR42mPgEpH7DwABpAE8TNUcpwAAAABJRU5ErkJggg==",
            channels: 4, width: 2, pixels: [10, 10, 10, 20, 30, 30, 30, 255]),
        PNGCase(
            testDescription: "grey of 1 bit",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAQAAAAAzmykZAAAACklEQVR42mNYAAAAogChcQXLQQAAAABJRU5ErkJggg==",
            channels: 1, width: 3, pixels: [255, 0, 255]),
        PNGCase(
            testDescription: "colour with alpha",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgZGJmAQAAGQALOARUtAAAAABJRU5ErkJggg==",
            channels: 4, width: 1, pixels: [1, 2, 3, 4]),
        PNGCase(
            testDescription: "interlaced grey",
            base64:
                "iVBORw0KGgoAAAANSUhEUgAAAAMAAAADCAAAAAEERNr1AAAAF0lEQVR42mNgYBBhsAlg4GJwY5DTMAIACKcBaYVg7iUAAAAA"
                + "SUVORK5CYII=",
            channels: 1, width: 3, pixels: [0, 10, 20, 30, 40, 50, 60, 70, 80]),
    ]
}

struct PNGTests {
    @Test(arguments: PNGCase.all)
    func readsEveryKindOfPNG(_ example: PNGCase) throws {
        let picture = try Picture(png: example.bytes)
        #expect(picture.channels == example.channels)
        #expect(picture.width == example.width)
        #expect(picture.pixels == example.pixels)
    }

    @Test(arguments: PNGCase.all)
    func everyTruncationIsAnError(_ example: PNGCase) {
        let bytes = example.bytes
        #expect(bytes.count > 40)
        for length in bytes.indices {
            #expect(throws: PictureError.self) { try Picture(png: Array(bytes[..<length])) }
        }
    }

    /// Not for transparency in a chunk of its own: libpng drops such a chunk when it is damaged and goes on.
    @Test(arguments: PNGCase.all.filter { $0.testDescription != "palette with transparency" })
    func aFlippedBitIsAnErrorOrHarmless(_ example: PNGCase) throws {
        let bytes = example.bytes
        let original = try Picture(png: bytes)
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                let picture = try? Picture(png: damaged)
                #expect(picture == nil || picture == original, "byte \(position), bit \(bit)")
            }
        }
    }

    @Test(arguments: [1, 3, 4])
    func whatIsWrittenIsReadAgain(channels: Int) throws {
        let pixels = (0..<7 * 5 * channels).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        let picture = Picture(width: 7, height: 5, channels: channels, pixels: pixels)
        #expect(try Picture(png: picture.pngData()) == picture)
    }

    @Test func aFileIsReplacedAndNoTemporaryStays() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "a.png").path
        try Picture(width: 1, height: 1, filledWith: [1]).write(to: path)
        try Picture(width: 2, height: 1, filledWith: [9, 8, 7]).write(to: path)
        #expect(try Picture(pngAt: path).pixels == [9, 8, 7, 9, 8, 7])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.png"])
    }

    @Test func aBombIsRefusedBeforeMemoryIsTaken() {
        let bomb =
            "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAIAAAAnMJyfAAAAEUlEQVR4nGNgGAWjYBQMdwAAA+gAAbOm00YAAAAASUVORK5CYII="
        let bytes = Data(base64Encoded: bomb).map(Array.init) ?? []
        let expected = PictureError.tooLarge(
            path: "b.png", width: 100_000, height: 100_000, mostPixels: 67_108_864)
        #expect(throws: expected) { try Picture(png: bytes, path: "b.png") }
        #expect(
            expected.description
                == "b.png: 100000×100000 pixels, at most 67108864 pixels are read; scale it down")
    }

    @Test func whatIsNoPNGIsCalledSo() {
        #expect(throws: PictureError.notPNG(path: "x")) { try Picture(png: Array("GIF89a".utf8), path: "x") }
        #expect(throws: PictureError.empty(path: "x")) { try Picture(png: [], path: "x") }
        #expect(throws: PictureError.cannotOpen(path: "/no/such.png", reason: "No such file or directory")) {
            try Picture(pngAt: "/no/such.png")
        }
        #expect(throws: PictureError.cannotOpen(path: "/", reason: "not a file")) { try Picture(pngAt: "/") }
    }

    @Test func writingWhereOneCannotIsAnError() {
        let picture = Picture(width: 1, height: 1, filledWith: [0])
        let expected = PictureError.cannotWrite(path: "/no/such/a.png", reason: "No such file or directory")
        #expect(throws: expected) { try picture.write(to: "/no/such/a.png") }
    }
}
