import Tensors

/// Where a named data set may lie, and how it is read from there.
struct DataPlaces {
    let name: DataSource.Name
    let path: String?
    let dataFolder: String?

    /// In the order in which they are searched.
    var folders: [String] {
        if let path { return [path] }
        let given = dataFolder.map { ["\($0)/\(name.rawValue)", $0] } ?? []
        return given + ["/usr/share/datasets/\(name.rawValue)"]
    }

    func readIDX(classNames: [String]?) throws -> GivenSets {
        for folder in folders {
            let training = try IDXPair(folder: folder, prefix: "train") ?? IDXPair(imagesAt: folder)
            guard let training else { continue }
            let samples = try training.read(name: name.rawValue, classNames: classNames)
            guard
                let pair = try IDXPair(folder: folder, prefix: "t10k")
                    ?? IDXPair(folder: folder, prefix: "test")
            else {
                return GivenSets(samples: samples)
            }
            let test = try pair.read(name: "\(name.rawValue) (test)", classNames: samples.classNames)
            return GivenSets(samples: samples, test: try checked(test, against: samples))
        }
        throw DataSourceError.absent(
            name, looked: folders, expected: "train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz")
    }

    func readCIFAR(_ format: CIFAR, classNames: [String]) throws -> GivenSets {
        let archive = format == .ten ? "cifar-10-batches-bin" : "cifar-100-binary"
        for folder in folders.flatMap({ [$0, "\($0)/\(archive)"] }) {
            let names = isFile(folder) ? [""] : (namesInFolder(folder) ?? []).filter { $0.hasSuffix(".bin") }
            let files = names.map { $0.isEmpty ? folder : "\(folder)/\($0)" }
            let isTest = { (file: String) in file.hasSuffix("/test_batch.bin") || file.hasSuffix("/test.bin")
            }
            guard files.contains(where: { !isTest($0) }) else { continue }
            let samples = try format.read(
                name: name.rawValue, files: files.filter { !isTest($0) }, classNames: classNames)
            let testFiles = files.filter(isTest)
            guard !testFiles.isEmpty else { return GivenSets(samples: samples) }
            let test = try format.read(
                name: "\(name.rawValue) (test)", files: testFiles, classNames: classNames)
            return GivenSets(samples: samples, test: test)
        }
        throw DataSourceError.absent(
            name, looked: folders, expected: format == .ten ? "data_batch_1.bin …" : "train.bin and test.bin")
    }

    /// Sub-folders `train`, `validation` and `test` that hold the classes keep the sets apart; without `train` all is
    /// one set, to be split.
    func readFolder(size: PixelSize?, channels: Int? = nil) throws -> GivenSets {
        guard let path else { throw DataSourceError.noPath }
        guard let training = subfolder(["train", "training"], of: path) else {
            return GivenSets(
                samples: try PictureFolder(path: path, size: size, channels: channels).read(name: path))
        }
        let samples = try PictureFolder(path: training, size: size, channels: channels).read(name: path)
        let read = { (names: [String]) throws -> Dataset? in
            guard let folder = subfolder(names, of: path) else { return nil }
            let pictures = PictureFolder(
                path: folder, size: size, channels: samples.shape.channels, classNames: samples.classNames)
            return try checked(try pictures.read(name: "\(path) (\(names[0]))"), against: samples)
        }
        return GivenSets(
            samples: samples, validation: try read(["validation", "valid", "val"]), test: try read(["test"]))
    }

    private func subfolder(_ names: [String], of path: String) -> String? {
        names.map { "\(path)/\($0)" }.first(where: isFolder)
    }

    private func checked(_ test: Dataset, against samples: Dataset) throws(DataFileError) -> Dataset {
        guard test.shape == samples.shape else {
            throw .sizesDiffer(training: samples.shape.description, test: test.shape.description)
        }
        return test
    }
}

/// An images file and its labels file.
private struct IDXPair {
    let images: String
    let labels: String

    /// `train-images-idx3-ubyte`, as MNIST names its files, each compressed or not; nil where there is neither.
    ///
    /// - Throws: `partMissing` where there is one of the two.
    init?(folder: String, prefix: String) throws(DataFileError) {
        let images = Self.file(["-idx3", ".idx3"].map { "\(folder)/\(prefix)-images\($0)-ubyte" })
        let labels = Self.file(["-idx1", ".idx1"].map { "\(folder)/\(prefix)-labels\($0)-ubyte" })
        switch (images, labels) {
        case (nil, nil): return nil
        case (let images?, let labels?): (self.images, self.labels) = (images, labels)
        case (let images?, nil):
            throw .partMissing(path: "\(folder)/\(prefix)-labels-idx1-ubyte", beside: images)
        case (nil, let labels?):
            throw .partMissing(path: "\(folder)/\(prefix)-images-idx3-ubyte", beside: labels)
        }
    }

    /// A path to an images file, whose labels lie beside it under the corresponding name, compressed or not.
    init?(imagesAt path: String) throws(DataFileError) {
        guard isFile(path), let slash = path.lastIndex(of: "/") ?? path.indices.first else { return nil }
        let name = path[slash...].split(separator: "images", maxSplits: 1, omittingEmptySubsequences: false)
        guard name.count == 2 else { return nil }
        let ending = name[1].split(separator: "idx3", maxSplits: 1, omittingEmptySubsequences: false)
        let partner = path[..<slash] + name[0] + "labels" + ending.joined(separator: "idx1")
        let stem = partner.hasSuffix(".gz") ? String(partner.dropLast(3)) : String(partner)
        guard let labels = Self.file([stem]) else { throw .partMissing(path: stem, beside: path) }
        images = path
        self.labels = labels
    }

    /// The first of these that is there, plain or compressed.
    private static func file(_ stems: [String]) -> String? {
        stems.flatMap { [$0, "\($0).gz"] }.first(where: isFile)
    }

    /// Without class names, the classes are the numbers up to the largest label.
    func read(name: String, classNames: [String]?) throws(DataFileError) -> Dataset {
        if let classNames {
            return try IDX.read(name: name, images: images, labels: labels, classNames: classNames)
        }
        let largest = try IDX.readLabels(labels).max() ?? 0
        return try IDX.read(
            name: name, images: images, labels: labels, classNames: (0...largest).map(String.init))
    }
}

extension DataSource {
    /// Whether it can be anything, so that somebody has to say where it lies.
    public var needsPath: Bool { path == nil && [.folder, .signals, .features].contains(name) }
}

/// Why there is no data.
public enum DataSourceError: Error, Equatable, CustomStringConvertible {
    case absent(DataSource.Name, looked: [String], expected: String)
    case noPath
    case noPathFor(DataSource.Name)
    case noClass(data: String, named: String, classes: [String])

    public var description: String {
        switch self {
        case .absent(let name, let looked, let expected):
            "\(name.rawValue): no \(expected) in \(looked.joined(separator: " or ")); \(Self.advice(name)), "
                + "or train the preset “shapes”, which needs no data"
        case .noPathFor(let name):
            "\(name.rawValue): which ones? give the data a “path” or use --data"
        case .noClass(let data, let name, let classes):
            "\(data): has no class “\(name)” to detect; there are \(classes.prefix(8).joined(separator: ", "))"
                + (classes.count > 8 ? ", … (\(classes.count))" : "")
        case .noPath:
            "folder: which one? give the data a “path” or use --data, "
                + "or train the preset “shapes”, which needs no data"
        }
    }

    private static func advice(_ name: DataSource.Name) -> String {
        name == .fashionMNIST
            ? "install it (apt-get install dataset-fashion-mnist), name its folder with --data"
            : "name its folder with --data or in $CNNTOP_DATA"
    }
}
