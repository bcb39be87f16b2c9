import Foundation
import Pictures
import Testing

/// A JPEG of 16×8 pixels made with another program: one colour on the left half, another on the right.
struct JPEGCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var base64: String
    var channels: Int
    var left: [UInt8]
    var right: [UInt8]

    var bytes: [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }

    static let all = [
        JPEGCase(
            testDescription: "grey",
            base64:
                "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsI"
                + "CQoKCgoKBggLDAsKDAkKCgr/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACQr/xAAUEAEAAAAAAAAAAAAAAAAA"
                + "AAAA/9oACAEBAAA/AEgS/v/Z",
            channels: 1, left: [200], right: [40]),
        JPEGCase(
            testDescription: "colour",
            base64:
                "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsI"
                + "CQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK"
                + "CgoKCgoKCgoKCgoKCgr/wAARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAUEAEAAAAAAAAAAAAA"
                + "AAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAACQj/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCc05lsC5uA"
                + "Vv/Z",
            channels: 3, left: [220, 40, 30], right: [30, 60, 200]),
        JPEGCase(
            testDescription: "progressive",
            base64:
                "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsI"
                + "CQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK"
                + "CgoKCgoKCgoKCgoKCgr/wgARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgf/xAAVAQEBAAAAAAAAAAAA"
                + "AAAAAAAIB//aAAwDAQACEAMQAAABnM5WwtuBX//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEAAQUCP//EABQRAQAAAAAA"
                + "AAAAAAAAAAAAABD/2gAIAQMBAT8BP//EABQRAQAAAAAAAAAAAAAAAAAAABD/2gAIAQIBAT8BP//EABQQAQAAAAAAAAAAAAAA"
                + "AAAAABD/2gAIAQEABj8CP//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEAAT8hP//aAAwDAQACAAMAAAAQA//EABQRAQAA"
                + "AAAAAAAAAAAAAAAAABD/2gAIAQMBAT8QP//EABQRAQAAAAAAAAAAAAAAAAAAABD/2gAIAQIBAT8QP//EABQQAQAAAAAAAAAA"
                + "AAAAAAAAABD/2gAIAQEAAT8QP//Z",
            channels: 3, left: [220, 40, 30], right: [30, 60, 200]),
        JPEGCase(
            testDescription: "inks of a printer, inverted as Adobe stores them",
            base64:
                "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkK"
                + "CgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkHCv/EABQQAQAAAAAA"
                + "AAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8AfwWYizCMM68NuCXv/9k=",
            channels: 3, left: [225, 40, 31], right: [20, 60, 205]),
    ]

    /// Grey, with the EXIF orientation 6: to be turned right by a quarter.
    static let sideways = JPEGCase(
        testDescription: "sideways",
        base64:
            "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAIBAQEBAQIBAQEC"
            + "AgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAALCAAIABABAREA/8QAFQAB"
            + "AQAAAAAAAAAAAAAAAAAACQr/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AEgS/v/Z",
        channels: 1, left: [200], right: [40])
}

struct JPEGTests {
    /// Within the rounding of the compression.
    private func isNear(_ found: ArraySlice<UInt8>, _ expected: [UInt8]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs(Int($0) - Int($1)) <= 4 }
    }

    @Test(arguments: JPEGCase.all)
    func readsEveryKindOfJPEG(_ example: JPEGCase) throws {
        let picture = try Picture(encoded: example.bytes)
        #expect(picture.width == 16 && picture.height == 8)
        #expect(picture.channels == example.channels)
        #expect(isNear(picture[1, 4], example.left), "\(picture[1, 4])")
        #expect(isNear(picture[14, 4], example.right), "\(picture[14, 4])")
    }

    @Test(arguments: JPEGCase.all)
    func everyTruncationIsAnError(_ example: JPEGCase) {
        let bytes = example.bytes
        #expect(bytes.count > 100)
        for length in bytes.indices {
            #expect(throws: PictureError.self) { try Picture(jpeg: Array(bytes[..<length])) }
        }
    }

    @Test(arguments: JPEGCase.all)
    func aFlippedBitNeverTraps(_ example: JPEGCase) {
        let bytes = example.bytes
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                do throws(PictureError) {
                    _ = try Picture(encoded: damaged, path: "x")
                } catch {
                    #expect(!error.description.contains("\n"))
                }
            }
        }
    }

    /// The bytes of the grey example with another orientation in its EXIF part.
    private func turned(_ orientation: UInt8) -> [UInt8] {
        var bytes = JPEGCase.sideways.bytes
        // The tag 274, a short, one of it, and its value.
        let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]
        for start in 0..<bytes.count - entry.count where Array(bytes[start..<start + entry.count]) == entry {
            bytes[start + entry.count - 1] = orientation
        }
        return bytes
    }

    /// Where the bright half is to be seen.
    @Test(arguments: [
        (1, 1, 4), (2, 14, 4), (3, 14, 4), (4, 1, 4), (5, 4, 1), (6, 4, 1), (7, 4, 14), (8, 4, 14), (9, 1, 4),
    ])
    func theOrientationIsHonoured(orientation: Int, x: Int, y: Int) throws {
        let picture = try Picture(jpeg: turned(UInt8(orientation)))
        let isUpright = orientation < 5 || orientation > 8
        #expect(picture.width == (isUpright ? 16 : 8) && picture.height == (isUpright ? 8 : 16))
        #expect(isNear(picture[x, y], [200]), "\(picture[x, y])")
        #expect(isNear(picture[picture.width - 1 - x, picture.height - 1 - y], [40]))
    }

    @Test func aBombIsRefusedBeforeMemoryIsTaken() {
        var bytes = JPEGCase.all[0].bytes
        // The frame's header: marker, length, bits, height, width.
        let frame = bytes.indices.dropLast().first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 }
        guard let frame else {
            Issue.record("no frame in the example")
            return
        }
        for offset in 5...8 { bytes[frame + offset] = 0xfd }
        let expected = PictureError.tooLarge(
            path: "b.jpg", width: 65021, height: 65021, mostPixels: 67_108_864)
        #expect(throws: expected) { try Picture(jpeg: bytes, path: "b.jpg") }
    }

    @Test func whatIsNoPictureIsNamed() {
        #expect(throws: PictureError.empty(path: "x")) { try Picture(encoded: [], path: "x") }
        #expect(throws: PictureError.unknownFormat(path: "x")) {
            try Picture(encoded: Array("GIF89a".utf8), path: "x")
        }
        #expect(throws: PictureError.notJPEG(path: "x")) { try Picture(jpeg: [0x89, 0x50], path: "x") }
        #expect(throws: PictureError.truncated(path: "x")) {
            try Picture(jpeg: Array(JPEGCase.all[1].bytes.dropLast(2)), path: "x")
        }
        #expect(throws: PictureError.cannotOpen(path: "/no/such", reason: "No such file or directory")) {
            try Picture(contentsOf: "/no/such")
        }
    }

    @Test func theMiddleFillsWithoutStretching() {
        let pixels = (0..<6 * 2).map { UInt8($0 % 6) }
        let wide = Picture(width: 6, height: 2, channels: 1, pixels: pixels)
        #expect(wide.filling(width: 2, height: 2).pixels == [2, 3, 2, 3])
        #expect(wide.cropped(x: 4, y: 1, width: 2, height: 1).pixels == [4, 5])
        let small = wide.resized(shorterSide: 1)
        #expect(small.width == 3 && small.height == 1)
        let tall = Picture(width: 1, height: 5, channels: 1, pixels: [0, 10, 20, 30, 40])
        #expect(tall.filling(width: 1, height: 1).pixels == [20])
    }
}
