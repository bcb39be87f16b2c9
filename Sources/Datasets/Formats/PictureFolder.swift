import Pictures
import Tensors

/// Pictures sorted into folders: each sub-folder is a class by its name, each PNG or JPEG in it a sample.
public struct PictureFolder: Sendable {
    public let path: String
    /// What all pictures are resized to; `nil`: they must all have the same size already.
    public let size: PixelSize?
    /// 1 for grey, 3 for colour; `nil`: grey where all are grey.
    public let channels: Int?
    /// The classes; `nil`: the sub-folders in the order of their names.
    public let classNames: [String]?

    public init(path: String, size: PixelSize? = nil, channels: Int? = nil, classNames: [String]? = nil) {
        self.path = path
        self.size = size
        self.channels = channels
        self.classNames = classNames
    }

    /// Reads all pictures. They are grey where all are grey, else RGB; transparency is laid over black. Files that
    /// cannot be read are left out and told in the dataset's remarks.
    ///
    /// - Throws: `PictureFolderError`.
    public func read(name: String) throws -> Dataset {
        let classes = try classNames ?? subfolders()
        var collection = PictureCollection(
            of: path, size: size, expected: try classes.reduce(0) { $0 + (try files(ofClass: $1)).count })
        var remarks: [String] = []
        for (label, className) in classes.enumerated() {
            let files = try files(ofClass: className)
            let before = (read: collection.pictures.count, skipped: collection.skipped.count)
            for file in files { try collection.add(file, label: Int32(label)) }
            let count = collection.pictures.count - before.read
            guard count > 0 else {
                throw PictureFolderError.noneReadable(
                    path: "\(path)/\(className)", files: files.count,
                    first: collection.skipped[before.skipped])
            }
            if count == 1 {
                remarks.append("\(path)/\(className): only one picture; more would make the class learnable")
            }
        }
        remarks += collection.remarks(of: path)
        let channels = channels ?? (collection.pictures.allSatisfy { $0.channels == 1 } ? 1 : 3)
        let (width, height) = collection.pictures.first.map { ($0.width, $0.height) } ?? (1, 1)
        let shape = Shape(channels, height, width)
        try collection.checkMemory(count: collection.pictures.count, bytes: shape.count)
        return Dataset(
            name: name, shape: shape, classNames: classes, labels: collection.labels,
            samples: .bytes(Self.planes(of: &collection.pictures, shape: shape)), remarks: remarks,
            files: collection.files.map { String($0.dropFirst(path.count + 1)) })
    }

    private func subfolders() throws(PictureFolderError) -> [String] {
        guard let names = namesInFolder(path) else { throw .notAFolder(path: path) }
        let classes = names.filter { isFolder("\(path)/\($0)") }
        guard classes.count > 1 else { throw .tooFewClasses(path: path, found: classes) }
        return classes
    }

    private func files(ofClass className: String) throws(PictureFolderError) -> [String] {
        let folder = "\(path)/\(className)"
        guard let names = namesInFolder(folder) else { throw .notAFolder(path: folder) }
        let files = names.filter(Picture.isPictureFile)
        guard !files.isEmpty else { throw .noPictures(path: folder) }
        return files.map { "\(folder)/\($0)" }
    }

    /// The pixels as `[N, C, H, W]`. Gives each picture back as soon as it is copied, so that not all are in memory
    /// twice.
    private static func planes(of pictures: inout [Picture], shape: Shape) -> [UInt8] {
        var planes: [UInt8] = []
        planes.reserveCapacity(pictures.count * shape.count)
        let blank = Picture(width: 1, height: 1, channels: 1, pixels: [0])
        for index in pictures.indices {
            let picture = pictures[index].converted(toChannels: shape.channels)
            pictures[index] = blank
            for channel in 0..<shape.channels {
                for i in 0..<shape.area { planes.append(picture.pixels[i * shape.channels + channel]) }
            }
        }
        return planes
    }
}

/// The pictures read so far and what was wrong with others.
private struct PictureCollection {
    /// The folder.
    let path: String
    let size: PixelSize?
    /// How many pictures there will be at most.
    let expected: Int
    var pictures: [Picture] = []
    var labels: [Int32] = []
    var files: [String] = []
    /// One line for each file that could not be read.
    var skipped: [String] = []
    private var first = ""

    init(of path: String, size: PixelSize?, expected: Int) {
        self.path = path
        self.size = size
        self.expected = expected
    }

    mutating func add(_ file: String, label: Int32) throws(PictureFolderError) {
        var picture: Picture
        do throws(PictureError) {
            picture = try Picture(contentsOf: file)
        } catch {
            skipped.append(error.description)
            return
        }
        // All will be like the first, so what they take is known before more memory is taken.
        if pictures.isEmpty {
            let size = size ?? PixelSize(of: picture)
            guard max(size.width, size.height) <= Picture.mostExtent || self.size == nil else {
                throw .tooWide(path: path, size: size, most: Picture.mostExtent)
            }
            try checkMemory(count: expected, bytes: size.width * size.height * picture.channels)
        }
        if let size { picture = picture.resized(width: size.width, height: size.height) }
        if let expected = pictures.first,
            (expected.width, expected.height) != (picture.width, picture.height)
        {
            throw .sizesDiffer(
                path: file, found: PixelSize(of: picture), first: first, expected: PixelSize(of: expected))
        }
        if pictures.isEmpty { first = file }
        pictures.append(picture)
        labels.append(label)
        files.append(file)
    }

    /// - Throws: where pictures of so many bytes each do not fit.
    func checkMemory(count: Int, bytes: Int) throws(PictureFolderError) {
        // And four times one: resizing sums up in floats.
        guard Double(count + 4) * Double(bytes) > Double(PhysicalMemory.bytes) else { return }
        throw .tooLarge(path: path, pictures: count, bytes: bytes, memory: PhysicalMemory.bytes)
    }

    /// How many files were left out, and each of the first of them.
    func remarks(of path: String) -> [String] {
        guard !skipped.isEmpty else { return [] }
        let all = pictures.count + skipped.count
        let rest = skipped.count - Self.mostNamed
        return ["\(path): \(skipped.count) of \(all) pictures cannot be read and are left out"]
            + skipped.prefix(Self.mostNamed).map { "left out: \($0)" }
            + (rest > 0 ? ["left out: \(rest) more"] : [])
    }

    private static let mostNamed = 20
}

/// A size in pixels.
public struct PixelSize: Sendable, Hashable, Codable, CustomStringConvertible {
    public var width: Int
    public var height: Int

    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a size of \(width)×\(height) pixels")
        self.width = width
        self.height = height
    }

    init(of picture: Picture) {
        self.init(width: picture.width, height: picture.height)
    }

    public var description: String { "\(width)×\(height)" }
}

/// Why a folder of pictures could not be read.
public enum PictureFolderError: Error, Equatable, CustomStringConvertible {
    case notAFolder(path: String)
    case tooFewClasses(path: String, found: [String])
    case noPictures(path: String)
    /// `first` is what is wrong with the first of them.
    case noneReadable(path: String, files: Int, first: String)
    case sizesDiffer(path: String, found: PixelSize, first: String, expected: PixelSize)
    /// Pictures cannot be resized to this.
    case tooWide(path: String, size: PixelSize, most: Int)
    /// `bytes` of each picture.
    case tooLarge(path: String, pictures: Int, bytes: Int, memory: Int)

    public var description: String {
        switch self {
        case .notAFolder(let path):
            "\(path): no folder that can be read; expected one with a sub-folder of PNG or JPEG files for each class"
        case .tooFewClasses(let path, let found):
            "\(path): has \(found.isEmpty ? "no sub-folders" : "only the sub-folder \(found.joined(separator: ", "))"), "
                + "expected one for each class and at least two"
        case .noPictures(let path):
            "\(path): holds no PNG or JPEG files; put the pictures of this class there or remove the folder"
        case .noneReadable(let path, let files, let first):
            "\(path): none of its \(files) pictures can be read; the first is \(first)"
        case .sizesDiffer(let path, let found, let first, let expected):
            "\(path): \(found) pixels, but \(first) has \(expected); make all the same, or give the data a “size”"
        case .tooWide(let path, let size, let most):
            "\(path): pictures cannot become \(size) pixels; expected at most \(most) along each side"
        case .tooLarge(let path, let pictures, let bytes, let memory):
            "\(path): \(pictures) pictures need \(Int(Double(pictures) * Double(bytes) / 1_048_576)) MiB, this machine "
                + "has \(memory >> 20) MiB; give the data a smaller “size”"
        }
    }
}
