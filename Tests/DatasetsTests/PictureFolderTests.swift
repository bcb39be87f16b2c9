import Datasets
import Glibc
import Pictures
import Tensors
import Testing

struct PictureFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ picture: Picture, to name: String) throws {
        try folder.write(picture.pngData(), to: name)
    }

    @Test func subfoldersAreClassesInTheOrderOfTheirNames() throws {
        try write(Picture(width: 2, height: 1, channels: 1, pixels: [1, 2]), to: "dog/b.png")
        try write(Picture(width: 2, height: 1, channels: 1, pixels: [3, 4]), to: "cat/z.png")
        try write(Picture(width: 2, height: 1, channels: 1, pixels: [5, 6]), to: "dog/a.PNG")
        try folder.write([1], to: "dog/notes.txt")
        let dataset = try PictureFolder(path: folder.path).read(name: "pets")
        #expect(dataset.classNames == ["cat", "dog"])
        #expect(dataset.labels == [0, 1, 1])
        #expect(dataset.shape == Shape(1, 1, 2))
        #expect(dataset.samples == .bytes([3, 4, 5, 6, 1, 2]))
    }

    @Test func colourIsStoredPlaneByPlane() throws {
        try write(Picture(width: 2, height: 1, channels: 3, pixels: [1, 2, 3, 4, 5, 6]), to: "a/1.png")
        try write(Picture(width: 2, height: 1, channels: 1, pixels: [7, 8]), to: "b/1.png")
        let dataset = try PictureFolder(path: folder.path).read(name: "mixed")
        #expect(dataset.shape == Shape(3, 1, 2))
        #expect(dataset.samples == .bytes([1, 4, 2, 5, 3, 6, 7, 8, 7, 8, 7, 8]))
    }

    @Test func mixedSizesAreAnErrorOrResized() throws {
        try write(Picture(width: 2, height: 1, filledWith: [9]), to: "a/1.png")
        try write(Picture(width: 4, height: 4, filledWith: [9]), to: "b/1.png")
        let expected = PictureFolderError.sizesDiffer(
            path: "\(folder.path)/b/1.png", found: PixelSize(width: 4, height: 4),
            first: "\(folder.path)/a/1.png", expected: PixelSize(width: 2, height: 1))
        #expect(throws: expected) { try PictureFolder(path: folder.path).read(name: "x") }
        let resized = try PictureFolder(path: folder.path, size: PixelSize(width: 3, height: 3)).read(
            name: "x")
        #expect(resized.samples == .bytes(Array(repeating: 9, count: 18)))
    }

    @Test func foldersWithoutClassesOrPicturesAreErrors() throws {
        #expect(throws: PictureFolderError.notAFolder(path: "/no/such")) {
            try PictureFolder(path: "/no/such").read(name: "x")
        }
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "only/1.png")
        #expect(throws: PictureFolderError.tooFewClasses(path: folder.path, found: ["only"])) {
            try PictureFolder(path: folder.path).read(name: "x")
        }
        try folder.write([1], to: "second/readme.txt")
        #expect(throws: PictureFolderError.noPictures(path: "\(folder.path)/second")) {
            try PictureFolder(path: folder.path).read(name: "x")
        }
    }

    @Test func whatCannotBeReadIsLeftOutAndTold() throws {
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "a/1.png")
        let damaged = try folder.write([1, 2, 3], to: "a/2.png")
        try write(Picture(width: 1, height: 1, filledWith: [7]), to: "b/1.png")
        let empty = try folder.write([], to: "b/2.jpg")
        try write(Picture(width: 1, height: 1, filledWith: [8]), to: "b/3.png")
        let dataset = try PictureFolder(path: folder.path).read(name: "x")
        #expect(dataset.samples == .bytes([9, 7, 8]) && dataset.labels == [0, 1, 1])
        #expect(
            dataset.remarks == [
                "\(folder.path)/a: only one picture; more would make the class learnable",
                "\(folder.path): 2 of 5 pictures cannot be read and are left out",
                "left out: \(PictureError.unknownFormat(path: damaged))",
                "left out: \(PictureError.empty(path: empty))",
            ])
    }

    @Test func aClassWithoutReadablePicturesIsAnError() throws {
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "a/1.png")
        let path = try folder.write([1, 2, 3], to: "b/1.png")
        let expected = PictureFolderError.noneReadable(
            path: "\(folder.path)/b", files: 1, first: "\(PictureError.unknownFormat(path: path))")
        #expect(throws: expected) { try PictureFolder(path: folder.path).read(name: "x") }
    }

    @Test func foldersForEachPartKeepTheSetsApart() throws {
        for (part, count) in [("train", 3), ("validation", 2), ("test", 1)] {
            for (label, name) in ["cat", "dog"].enumerated() {
                for picture in 0..<count {
                    try write(
                        Picture(width: 1, height: 1, filledWith: [UInt8(10 * label + picture)]),
                        to: "\(part)/\(name)/\(picture).png")
                }
            }
        }
        let data = try DataSource(.folder, path: folder.path, normalization: .none).load(seed: 1)
        #expect(data.training.count == 6 && data.validation.count == 4 && data.test.count == 2)
        #expect((0..<4).map { data.validation.values(at: $0) } == [[0], [1], [10], [11]])
        #expect(data.remarks.count == 2)
    }

    @Test func aSizeThatNoPictureHasIsRefused() throws {
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "a/1.png")
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "b/1.png")
        let size = PixelSize(width: 1 << 20, height: 2)
        #expect(throws: PictureFolderError.tooWide(path: folder.path, size: size, most: 1 << 14)) {
            try PictureFolder(path: folder.path, size: size).read(name: "x")
        }
    }

    /// Known after the first picture, before the others are read.
    @Test func morePicturesThanFitInMemoryAreRefused() throws {
        let most = Picture.mostExtent
        let count = PhysicalMemory.bytes / (most * most) + 1
        let first = try folder.write(Picture(width: 1, height: 1, filledWith: [9]).pngData(), to: "a/0.png")
        for number in 1..<count { link(first, "\(folder.path)/a/\(number).png") }
        try write(Picture(width: 1, height: 1, filledWith: [9]), to: "b/1.png")
        let expected = PictureFolderError.tooLarge(
            path: folder.path, pictures: count + 1, bytes: most * most, memory: PhysicalMemory.bytes)
        #expect(throws: expected) {
            try PictureFolder(path: folder.path, size: PixelSize(width: most, height: most)).read(name: "x")
        }
    }
}
