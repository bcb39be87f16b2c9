import Datasets
import Testing

struct CIFARTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func record(_ labels: [UInt8], _ value: UInt8) -> [UInt8] {
        labels + Array(repeating: value, count: 3072)
    }

    @Test func severalFilesAreOneDataset() throws {
        let first = try folder.write(record([1], 10) + record([0], 20), to: "a.bin")
        let second = try folder.write(record([1], 30), to: "b.bin")
        let dataset = try CIFAR.ten.read(name: "c", files: [first, second], classNames: ["x", "y"])
        #expect(dataset.labels == [1, 0, 1])
        #expect(dataset.samples == .bytes([10, 20, 30].flatMap { Array(repeating: $0, count: 3072) }))
    }

    @Test func theHundredHaveTheirFineLabelSecond() throws {
        let path = try folder.write(record([9, 1], 5), to: "a.bin")
        #expect(try CIFAR.hundred.read(name: "c", files: [path], classNames: ["x", "y"]).labels == [1])
    }

    @Test func aFileThatIsNoWholeNumberOfRecordsIsAnError() throws {
        let path = try folder.write(Array(record([1], 10).dropLast()), to: "a.bin")
        #expect(throws: DataFileError.notRecords(path: path, bytes: 3072, recordSize: 3073)) {
            try CIFAR.ten.read(name: "c", files: [path], classNames: ["x", "y"])
        }
        let empty = try folder.write([], to: "b.bin")
        #expect(throws: DataFileError.emptyFile(path: empty)) {
            try CIFAR.ten.read(name: "c", files: [empty], classNames: ["x", "y"])
        }
    }

    @Test func aLabelBeyondTheClassesIsNamed() throws {
        let path = try folder.write(record([0], 1) + record([2], 1), to: "a.bin")
        #expect(throws: DataFileError.labelBeyondClasses(path: path, sample: 1, label: 2, classes: 2)) {
            try CIFAR.ten.read(name: "c", files: [path], classNames: ["x", "y"])
        }
    }
}
