import Datasets
import Foundation
import Tensors
import Testing

struct DataSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// `count` grey samples of 1×1 with labels 0, 1, 0, 1 …
    private func writeIDX(_ prefix: String, count: UInt8, in name: String) throws {
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 1, 0, 0, 0, 1]
        try folder.write(header + Array(0..<count), to: "\(name)/\(prefix)-images-idx3-ubyte")
        try folder.write(
            [0, 0, 8, 1, 0, 0, 0, count] + (0..<count).map { $0 % 2 },
            to: "\(name)/\(prefix)-labels-idx1-ubyte")
    }

    @Test func aGivenTestSetStaysUntouched() throws {
        try writeIDX("train", count: 40, in: "mnist")
        try writeIDX("t10k", count: 10, in: "mnist")
        let source = DataSource(.mnist, normalization: .none, split: SplitFractions(validation: 0.25))
        let data = try source.load(seed: 1, dataFolder: folder.path)
        #expect(data.training.count == 30 && data.validation.count == 10 && data.test.count == 10)
        #expect(data.test.indices == Array(0..<10))
        #expect((0..<10).map { data.test.values(at: $0) } == (0..<10).map { [Float($0)] })
        #expect(data.training.dataset === data.validation.dataset)
        #expect(data.classNames == (0...9).map(String.init))
    }

    @Test func aDetectorTellsOneClassFromTheRest() throws {
        let data = try DataSource(.shapes, detect: "corner").load(seed: 1)
        #expect(data.classNames == ["other", "corner"])
        let all = try DataSource(.shapes).load(seed: 1)
        let corner = try #require(all.classNames.firstIndex(of: "corner"))
        #expect(
            data.test.dataset.labels == all.test.dataset.labels.map { $0 == Int32(corner) ? 1 : 0 },
            "the same samples in the same order")
        #expect(data.test.dataset.samples == all.test.dataset.samples)
        let error = #expect(throws: DataSourceError.self) {
            try DataSource(.chromatograms, detect: "peek").load(seed: 1)
        }
        #expect(
            error?.description
                == "chromatograms: has no class “peek” to detect; there are peak, small peak, no peak, high no-peak"
        )
    }

    @Test func withoutATestSetATenthIsHeldOut() throws {
        try writeIDX("train", count: 40, in: ".")
        let data = try DataSource(.idx, path: folder.path).load(seed: 1)
        #expect(data.test.count == 4 && data.validation.count == 4 && data.training.count == 32)
        #expect(data.classNames == ["0", "1"])
    }

    @Test func askingForATestShareBesideAGivenTestSetIsAnError() throws {
        try writeIDX("train", count: 40, in: ".")
        try writeIDX("t10k", count: 10, in: ".")
        let source = DataSource(.mnist, path: folder.path, split: SplitFractions(test: 0.2))
        #expect(throws: SplitError.twoTestSets(name: "mnist")) { try source.load(seed: 1) }
    }

    @Test func aFileOfImagesFindsItsLabels() throws {
        try writeIDX("train", count: 20, in: ".")
        let data = try DataSource(.idx, path: "\(folder.path)/train-images-idx3-ubyte").load(seed: 1)
        #expect(data.training.count == 16)
    }

    /// The 20 labels that `writeIDX` makes, through `gzip -n`.
    private let compressedLabels = Array(
        Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBkYGAQYWDEhABcJsEmHAAAAA==") ?? Data())

    @Test func eachOfTheFilesMayBeCompressedByItself() throws {
        try writeIDX("train", count: 20, in: ".")
        try writeIDX("t10k", count: 20, in: ".")
        for prefix in ["train", "t10k"] {
            try FileManager.default.removeItem(atPath: "\(folder.path)/\(prefix)-labels-idx1-ubyte")
            try folder.write(compressedLabels, to: "\(prefix)-labels-idx1-ubyte.gz")
        }
        let inFolder = try DataSource(.idx, path: folder.path).load(seed: 1)
        #expect(inFolder.test.count == 20 && inFolder.classNames == ["0", "1"])
        let byFile = try DataSource(.idx, path: "\(folder.path)/train-images-idx3-ubyte").load(seed: 1)
        #expect(byFile.training.count == 16)
    }

    @Test(arguments: ["train", "t10k", "test"], ["images-idx3", "labels-idx1"])
    func halfASetNamesTheFileThatIsMissing(prefix: String, part: String) throws {
        try writeIDX("train", count: 20, in: ".")
        try writeIDX(prefix, count: 20, in: ".")
        let missing = "\(folder.path)/\(prefix)-\(part)-ubyte"
        try FileManager.default.removeItem(atPath: missing)
        let other = part == "images-idx3" ? "labels-idx1" : "images-idx3"
        let expected = DataFileError.partMissing(
            path: missing, beside: "\(folder.path)/\(prefix)-\(other)-ubyte")
        #expect(throws: expected) { try DataSource(.idx, path: folder.path).load(seed: 1) }
        #expect("\(expected)".hasPrefix("\(missing): missing"))
    }

    @Test func missingDataNamesThePackageAndOffersShapes() {
        let source = DataSource(.fashionMNIST, path: "/no/such")
        let expected =
            "fashion-mnist: no train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz in /no/such; install it "
            + "(apt-get install dataset-fashion-mnist), name its folder with --data, or train the preset “shapes”, "
            + "which needs no data"
        let error = #expect(throws: DataSourceError.self) { try source.load(seed: 1) }
        #expect(error?.description == expected)
        let everywhere = #expect(throws: DataSourceError.self) {
            try DataSource(.cifar100).load(seed: 1, dataFolder: "/no/such")
        }
        #expect(
            everywhere?.description
                == "cifar100: no train.bin and test.bin in /no/such/cifar100 or /no/such or "
                + "/usr/share/datasets/cifar100; name its folder with --data or in $CNNTOP_DATA, "
                + "or train the preset “shapes”, which needs no data")
        #expect(throws: DataSourceError.noPath) { try DataSource(.folder).load(seed: 1) }
    }

    @Test func cifarFilesAreFoundInTheFolderOfTheArchive() throws {
        let record = { (label: UInt8) in [label] + [UInt8](repeating: label, count: 3072) }
        for batch in 1...2 {
            try folder.write((0..<10).flatMap(record), to: "cifar-10-batches-bin/data_batch_\(batch).bin")
        }
        try folder.write(record(7), to: "cifar-10-batches-bin/test_batch.bin")
        let data = try DataSource(.cifar10, split: SplitFractions(validation: 0.5)).load(
            seed: 1, dataFolder: folder.path)
        #expect(data.training.count == 10 && data.validation.count == 10)
        #expect(data.validation.classCounts == Array(repeating: 1, count: 10))
        #expect(data.test.label(at: 0) == 7 && data.classNames[7] == "horse")
    }

    @Test func onlyTrainingSamplesAreAugmented() throws {
        let source = DataSource(.shapes, augmentation: Augmentation(mirrorHorizontally: true))
        let data = try source.load(seed: 1)
        #expect(data.training.augmentation != nil)
        #expect(data.validation.augmentation == nil && data.test.augmentation == nil)
    }

    @Test func aTrainedModelsNormalisationReplacesTheMeasuredOne() throws {
        try writeIDX("train", count: 20, in: ".")
        let trained = Normalizer(factors: [2], offsets: [1])
        let data = try DataSource(.mnist, path: folder.path, normalization: .training).load(
            seed: 1, normalizer: trained)
        #expect(data.normalizer == trained)
    }

    @Test func aSourceSurvivesBeingStored() throws {
        let source = DataSource(
            .folder, path: "/x", size: PixelSize(width: 3, height: 4), normalization: .imagenet,
            augmentation: Augmentation(rotation: 5), split: SplitFractions(validation: 0.2, test: 0.3))
        #expect(try JSONDecoder().decode(DataSource.self, from: JSONEncoder().encode(source)) == source)
    }
}
