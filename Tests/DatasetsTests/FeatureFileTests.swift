import Datasets
import Foundation
import Tensors
import Testing

struct FeatureFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws -> String {
        try folder.write(Array(text.utf8), to: name)
    }

    /// An NPY file of version 1.
    private func npy(_ type: String, _ shape: String, fortran: Bool = false, _ data: [UInt8]) -> [UInt8] {
        let header =
            "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + data
    }

    private func bytes(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
    }

    private func data(_ source: DataSource) throws -> [[Float]] {
        let data = try source.load(seed: 1)
        return (0..<data.training.count).map { data.training.values(at: $0) }
    }

    @Test func arraysOfEveryKindAreRead() throws {
        let cases: [(String, [UInt8])] = [
            ("<f4", bytes([1, -2])), ("|u1", [1, 254]), ("<i2", [1, 0, 0xfe, 0xff]),
            (">i2", [0, 1, 0xff, 0xfe]),
            ("<f2", [0x00, 0x3c, 0x00, 0xc0]),
            ("<f8", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]),
        ]
        for (type, data) in cases {
            let path = try folder.write(npy(type, "(2,)", data), to: "a.npy")
            let expected: [Float] = type == "|u1" ? [1, 254] : [1, -2]
            #expect(try NPY(contentsOf: path) == NPY(shape: [2], values: expected), "\(type)")
        }
        let columns = try folder.write(
            npy("<f4", "(2, 3)", fortran: true, bytes([1, 4, 2, 5, 3, 6])), to: "b.npy")
        #expect(try NPY(contentsOf: columns).values == [1, 2, 3, 4, 5, 6])
    }

    @Test func damagedArraysAreErrors() throws {
        let whole = npy("<f4", "(2, 2)", bytes([1, 2, 3, 4]))
        for length in whole.indices {
            let path = try folder.write(Array(whole[..<length]), to: "c.npy")
            #expect(throws: TableError.self) { try NPY(contentsOf: path) }
        }
        let huge = try folder.write(npy("<f4", "(9223372036854775807, 9)", []), to: "d.npy")
        #expect(throws: TableError.self) { try NPY(contentsOf: huge) }
        let objects = try folder.write(npy("|O", "(1,)", [0]), to: "e.npy")
        #expect(
            throws: TableError.notNPY(path: objects, reason: "holds “|O”, expected numbers")
        ) { try NPY(contentsOf: objects) }
    }

    @Test func aFolderOfPartsFindsTheLabelsBesideThem() throws {
        for (part, count) in [("train", 4), ("validation", 2), ("test", 2)] {
            let values = (0..<count).flatMap { [Float($0), Float(10 * $0)] }
            try folder.write(npy("<f4", "(\(count), 2)", bytes(values)), to: "\(part)_x2.npy")
            let labels = (0..<count).map { $0 % 2 == 0 ? "sunset,\($0).jpg" : "other,\($0).jpg" }
            _ = try write((["label,file"] + labels).joined(separator: "\n"), to: "\(part)_labels.csv")
        }
        let source = DataSource(.features, path: folder.path, normalization: .range(kinds: nil))
        let loaded = try source.load(seed: 1)
        #expect(loaded.shape == Shape(2, 1, 1) && loaded.classNames == ["other", "sunset"])
        #expect(loaded.training.count == 4 && loaded.validation.count == 2 && loaded.test.count == 2)
        #expect(loaded.training.values(at: 3) == [1, 1] && loaded.training.values(at: 0) == [0, 0])
        let alone = DataSource(
            .features, path: "\(folder.path)/test_x2.npy", normalization: .none,
            split: SplitFractions(validation: 0, test: 0))
        #expect(try data(alone) == [[0, 0], [1, 10]])
    }

    @Test func tablesSayRowAndColumnOfWhatIsNoNumber() throws {
        let split = SplitFractions(validation: 0, test: 0)
        let load = { (text: String) throws -> [[Float]] in
            try data(
                DataSource(.features, path: try write(text, to: "t.csv"), normalization: .none, split: split))
        }
        #expect(try load("class,a,b\n1,2,3\n\n2,4,5\n") == [[2, 3], [4, 5]])
        let path = "\(folder.path)/t.csv"
        #expect(throws: TableError.notANumber(path: path, row: 2, column: 3, found: "x")) {
            try load("1,2,3\n2,4,x\n")
        }
        #expect(throws: TableError.notFinite(path: path, row: 1, column: 2, found: "NaN")) {
            try load("1,NaN,3\n2,4,5\n")
        }
        #expect(throws: TableError.wrongWidth(path: path, row: 3, found: 1, expected: 2)) {
            try load("1,2,3\n2,4,5\n2,4\n")
        }
        #expect(throws: TableError.oneClass(path: path, label: "1")) { try load("1,2\n1,3\n") }
        #expect(throws: TableError.empty(path: path)) { try load("\n") }
        #expect(
            "\(TableError.notANumber(path: "t.csv", row: 2, column: 3, found: "x"))"
                == "t.csv: row 2, column 3: “x”, expected a number")
    }

    @Test func sparseTextFillsWithZeros() throws {
        let path = try write("+1 1:0.5 3:2 # note\n-1 2:1\n", to: "s.libsvm")
        let source = DataSource(
            .features, path: path, normalization: .none, split: SplitFractions(validation: 0, test: 0))
        let loaded = try source.load(seed: 1)
        #expect(loaded.classNames == ["-1", "1"])
        #expect(try data(source) == [[0.5, 0, 2], [0, 1, 0]])
        let wrong = try write("1 3:1 2:1\n2 1:1\n", to: "w.libsvm")
        #expect(throws: TableError.self) { try DataSource(.features, path: wrong).load(seed: 1) }
    }

    @Test func aLabelIsPickedAmongSeveral() throws {
        let text = """
            % scenes
            @relation 'x: -C -2'
            @attribute Att1 numeric
            @attribute 'Att 2' real
            @attribute Beach {0,1}
            @attribute Sunset {0,1}
            @data
            0.5,1,1,0
            {0 2, 3 1}
            """
        let path = try write(text, to: "x.arff")
        let split = SplitFractions(validation: 0, test: 0)
        let source = DataSource(.features, path: path, label: "Sunset", normalization: .none, split: split)
        let loaded = try source.load(seed: 1)
        #expect(loaded.classNames == ["other", "Sunset"])
        #expect((0..<2).map { loaded.training.label(at: $0) } == [0, 1])
        #expect(try data(source) == [[0.5, 1], [2, 0]])
        #expect(throws: TableError.chooseLabel(path: path, labels: ["Beach", "Sunset"], chosen: nil)) {
            try DataSource(.features, path: path).load(seed: 1)
        }
    }

    @Test func otherWidthsAndMissingLabelsAreNamed() throws {
        let training = try write("1,2,3\n2,4,5\n", to: "train.csv")
        let test = try write("1,2\n2,3\n", to: "test.csv")
        #expect(
            throws: TableError.wrongShape(
                path: test, found: [2, 1], expected: "2 features a row, as in \(training)")
        ) { try DataSource(.features, path: folder.path).load(seed: 1) }
        let lonely = try folder.write(npy("<f4", "(1, 1)", bytes([1])), to: "y_z.npy")
        let looked = ["y_z_labels.csv", "y_labels.csv", "labels.csv"].map { "\(folder.path)/\($0)" }
        #expect(throws: TableError.noLabels(path: lonely, looked: looked)) {
            try DataSource(.features, path: lonely).load(seed: 1)
        }
        #expect(throws: TableError.self) { try DataSource(.features, path: "/no/such").load(seed: 1) }
    }
}

struct SignalFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws -> String {
        try folder.write(Array(text.utf8), to: name)
    }

    @Test func aTableHasTheLabelFirst() throws {
        _ = try write("-1\t1\t2\t3\n1.0\t4\t5\t6\n", to: "Toy_TRAIN.tsv")
        _ = try write("1\t7\t8\t9\n", to: "Toy_TEST.tsv")
        for path in ["\(folder.path)/Toy", "\(folder.path)/Toy_TRAIN.tsv", folder.path] {
            let source = DataSource(
                .signals, path: path, normalization: .each, split: SplitFractions(validation: 0))
            let data = try source.load(seed: 1)
            #expect(data.shape == Shape(1, 1, 3) && data.classNames == ["-1", "1"])
            #expect(data.test.count == 1 && data.test.label(at: 0) == 1)
            // Each by itself: mean 0, deviation 1.
            let expected: [Float] = [-1.2247449, 0, 1.2247449]
            #expect(zip(data.test.values(at: 0), expected).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func lengthsThatDifferAreResampledOrNamed() throws {
        let path = try write("a,0,2,4,NaN,NaN\nb,0,1,2,3,4\n", to: "v.csv")
        #expect(throws: TableError.lengthsDiffer(path: path, row: 2, found: 5, expected: 3)) {
            try DataSource(.signals, path: path).load(seed: 1)
        }
        let source = DataSource(
            .signals, path: path, length: 5, normalization: .none,
            split: SplitFractions(validation: 0, test: 0))
        let data = try source.load(seed: 1)
        #expect((0..<2).map { data.training.values(at: $0) } == [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]])
    }

    @Test func foldersHoldASignalAFile() throws {
        _ = try write("time,value\n0,1\n1,2\n", to: "peak/one.csv")
        _ = try write("5\n6\n", to: "none/two.txt")
        _ = try write("7 8\n", to: "none/three.txt")
        let source = DataSource(
            .signals, path: folder.path, normalization: .none, split: SplitFractions(validation: 0, test: 0))
        let data = try source.load(seed: 1)
        #expect(data.classNames == ["none", "peak"])
        #expect((0..<3).map { data.training.values(at: $0) } == [[7, 8], [5, 6], [1, 2]])
    }

    @Test func resamplingKeepsEndsAndMeans() {
        #expect(Signal.resampled([1, 3], to: 3) == [1, 2, 3])
        #expect(Signal.resampled([4], to: 2) == [4, 4])
        let short = Signal.resampled((0..<101).map(Float.init), to: 11)
        #expect(
            zip(short.dropFirst().dropLast(), stride(from: Float(10), to: 100, by: 10)).allSatisfy {
                abs($0 - $1) < 1e-4
            })
    }
}
