import Datasets
import Foundation
import Tensors
import Testing

struct IDXTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Two images of 2×3 and their labels.
    private let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(10...21)
    /// The same through `gzip -n`.
    private let compressedImages =
        Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBmYGBggmJmLm4eXj5+AUEhYRFRAH8WdFUcAAAA").map(Array.init) ?? []
    private let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0]

    @Test func readsImagesAndLabels() throws {
        let dataset = try IDX.read(
            name: "two", images: folder.write(images, to: "i"), labels: folder.write(labels, to: "l"),
            classNames: ["a", "b"])
        #expect(dataset.shape == Shape(1, 2, 3))
        #expect(dataset.labels == [1, 0])
        #expect(dataset.samples == .bytes(Array(10...21)))
    }

    @Test func readsCompressedFiles() throws {
        let read = try IDX.readImages(folder.write(compressedImages, to: "i.gz"))
        #expect(read.pixels == Array(10...21))
    }

    @Test func everyTruncationIsAnError() throws {
        for bytes in [images, compressedImages] {
            for length in bytes.indices {
                let path = try folder.write(Array(bytes[..<length]), to: "cut")
                #expect(throws: DataFileError.self, "\(length) of \(bytes.count) bytes") {
                    try IDX.readImages(path)
                }
            }
        }
        for length in labels.indices {
            let path = try folder.write(Array(labels[..<length]), to: "cut")
            #expect(throws: DataFileError.self) { try IDX.readLabels(path) }
        }
    }

    @Test func aTruncatedFileSaysHowMuchIsMissing() throws {
        let path = try folder.write(Array(images.dropLast(5)), to: "cut")
        let expected = DataFileError.truncated(path: path, expected: 12, found: 7)
        #expect(throws: expected) { try IDX.readImages(path) }
        #expect(
            "\(expected)"
                == "\(path): header promises 12 bytes of data but 7 remain; fetch the file again")
    }

    @Test func trailingBytesAreAnError() throws {
        let path = try folder.write(images + [0], to: "long")
        #expect(throws: DataFileError.trailingBytes(path: path, expected: 12)) { try IDX.readImages(path) }
    }

    @Test func aWrongMagicIsNamed() throws {
        let path = try folder.write(labels, to: "l")
        let expected = DataFileError.wrongMagic(path: path, found: 0x801, expected: 0x803)
        #expect(throws: expected) { try IDX.readImages(path) }
        #expect(
            "\(expected)" == "\(path): not an IDX file of this kind (starts with 0x801, expected 0x803)")
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            [0x7f, 0xff, 0xff, 0xff, 0, 0, 0x80, 0, 0, 0, 0x80, 0],
            [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
        ] as [[UInt8]])
    func impossibleSizesAreErrors(sizes: [UInt8]) throws {
        let path = try folder.write([0, 0, 8, 3] + sizes + [1, 2, 3], to: "huge")
        #expect(throws: DataFileError.self) { try IDX.readImages(path) }
    }

    @Test func countsMustAgree() throws {
        let three: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1]
        let (i, l) = (try folder.write(images, to: "i"), try folder.write(three, to: "l"))
        #expect(throws: DataFileError.countMismatch(images: i, imageCount: 2, labels: l, labelCount: 3)) {
            try IDX.read(name: "x", images: i, labels: l, classNames: ["a", "b"])
        }
    }

    @Test func aLabelBeyondTheClassesIsNamed() throws {
        let (i, l) = (
            try folder.write(images, to: "i"), try folder.write([0, 0, 8, 1, 0, 0, 0, 2, 0, 7], to: "l")
        )
        let expected = DataFileError.labelBeyondClasses(path: l, sample: 1, label: 7, classes: 2)
        #expect(throws: expected) { try IDX.read(name: "x", images: i, labels: l, classNames: ["a", "b"]) }
        #expect("\(expected)" == "\(l): sample 1 has label 7, expected 0…1 for 2 classes")
    }

    @Test func aMissingFileIsNamed() {
        let expected = DataFileError.cannotOpen(path: "/no/such", reason: "No such file or directory")
        #expect(throws: expected) { try IDX.readLabels("/no/such") }
        #expect(
            "\(expected)" == "/no/such: cannot be read (No such file or directory); "
                + "check its path and permissions, or fetch it again")
    }

    /// Also one that is empty only once it is uncompressed: `gzip -n </dev/null`.
    @Test(arguments: [[], [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]])
    func anEmptyFileIsSaidToBeEmpty(bytes: [UInt8]) throws {
        let path = try folder.write(bytes, to: "nothing")
        #expect(throws: DataFileError.emptyFile(path: path)) { try IDX.readImages(path) }
        #expect("\(DataFileError.emptyFile(path: path))" == "\(path): is empty; fetch the file again")
    }
}
