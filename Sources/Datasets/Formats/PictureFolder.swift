import Pictures
import Tensors

/// Pictures sorted into folders: each sub-folder is a class by its name, each PNG in it a sample.
public struct PictureFolder: Sendable {
    public let path: String
    /// What all pictures are resized to; `nil`: they must all have the same size already.
    public let size: PixelSize?
    /// The classes; `nil`: the sub-folders in the order of their names.
    public let classNames: [String]?

    public init(path: String, size: PixelSize? = nil, classNames: [String]? = nil) {
        self.path = path
        self.size = size
        self.classNames = classNames
    }

    /// Reads all pictures. They are grey where all are grey, else RGB; transparency is laid over black.
    ///
    /// - Throws: `PictureFolderError`, or `PictureError` for a file that is no readable PNG.
    public func read(name: String) throws -> Dataset {
        let classes = try classNames ?? subfolders()
        var pictures: [Picture] = []
        var labels: [Int32] = []
        var first: String?
        for (label, className) in classes.enumerated() {
            for file in try files(ofClass: className) {
                var picture = try Picture(pngAt: file)
                if let size { picture = picture.resized(width: size.width, height: size.height) }
                if let expected = pictures.first,
                    (expected.width, expected.height) != (picture.width, picture.height)
                {
                    throw PictureFolderError.sizesDiffer(
                        path: file, found: PixelSize(of: picture), first: first ?? path,
                        expected: PixelSize(of: expected))
                }
                first = first ?? file
                pictures.append(picture)
                labels.append(Int32(label))
            }
        }
        guard let example = pictures.first else { throw PictureFolderError.noPictures(path: path) }
        let channels = pictures.allSatisfy { $0.channels == 1 } ? 1 : 3
        let shape = Shape(channels, example.height, example.width)
        return Dataset(
            name: name, shape: shape, classNames: classes, labels: labels,
            samples: .bytes(Self.planes(of: &pictures, shape: shape)))
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
        let files = names.filter { $0.lowercased().hasSuffix(".png") }
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
    case sizesDiffer(path: String, found: PixelSize, first: String, expected: PixelSize)

    public var description: String {
        switch self {
        case .notAFolder(let path):
            "\(path): no folder that can be read; expected one with a sub-folder of PNG files for each class"
        case .tooFewClasses(let path, let found):
            "\(path): has \(found.isEmpty ? "no sub-folders" : "only the sub-folder \(found.joined(separator: ", "))"), "
                + "expected one for each class and at least two"
        case .noPictures(let path):
            "\(path): holds no PNG files"
        case .sizesDiffer(let path, let found, let first, let expected):
            "\(path): \(found) pixels, but \(first) has \(expected); make all the same, or give the data a “size”"
        }
    }
}
