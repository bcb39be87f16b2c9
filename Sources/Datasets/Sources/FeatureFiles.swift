import Tensors

/// Feature vectors in files: NPY with labels beside it, ARFF, LIBSVM's sparse text, or a table with the label first.
///
/// A folder holds one file for each part, told by `train`, `validation` and `test` in their names. Samples have the
/// shape `[features, 1, 1]`, so that whatever is measured per channel is measured per feature.
struct FeatureFiles {
    let path: String
    /// Which of several labels of an ARFF file.
    let label: String?

    static let endings = ["npy", "arff", "csv", "tsv", "libsvm", "svm"]

    func read() throws -> GivenSets {
        let parts = try DataParts(path: path, endings: Self.endings)
        let training = try rows(of: parts.training, width: nil)
        let shape = Shape(training.width, 1, 1)
        let samples = try training.dataset(name: path, shape: shape)
        let part = { (file: String?, name: String) throws -> Dataset? in
            guard let file else { return nil }
            let rows = try rows(of: file, width: training.width)
            guard rows.width == training.width else {
                throw TableError.wrongShape(
                    path: file, found: [rows.count, rows.width],
                    expected: "\(training.width) features a row, as in \(parts.training)")
            }
            return try rows.dataset(name: "\(path) (\(name))", shape: shape, classNames: samples.classNames)
        }
        return GivenSets(
            samples: samples, validation: try part(parts.validation, "validation"),
            test: try part(parts.test, "test"))
    }

    private func rows(of file: String, width: Int?) throws(TableError) -> LabelledRows {
        switch file.split(separator: ".").last?.lowercased() {
        case "npy": try NPY(contentsOf: file).labelledRows(path: file)
        case "arff": try ARFF(contentsOf: file).labelledRows(label: label)
        case "libsvm", "svm": try SparseText.read(file, width: width)
        default: try DelimitedText(contentsOf: file).labelledRows()
        }
    }
}

/// The files of a data set's parts.
struct DataParts {
    var training: String
    var validation: String?
    var test: String?

    /// A file alone, a file with `train` in its name and its partners, the beginning of such names
    /// (`ucr/Beef` for `ucr/Beef_TRAIN.tsv`), or a folder with one such set.
    init(path: String, endings: [String]) throws(TableError) {
        let (folder, name) = isFolder(path) ? ("\(path)/", "") : splitPath(path)
        let isWhole = !isFile(path)
        guard isWhole || name.lowercased().contains("train") else {
            training = path
            return
        }
        let stem = isWhole ? name : String(name.prefix { !"_-.".contains($0) })
        let names = (namesInFolder(folder.isEmpty ? "." : folder) ?? []).filter { file in
            let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
            return endings.contains(ending) && !file.lowercased().contains("labels")
                && (stem.isEmpty || stem.lowercased().hasPrefix("train") || file.hasPrefix(stem))
        }
        let file = { (words: [String]) -> String? in
            names.first { Self.words(of: $0).contains(where: words.contains) }.map { folder + $0 }
        }
        guard let found = isWhole ? file(["train", "training"]) : path else {
            throw .nothingThere(
                path: path,
                expected:
                    "a file, or a folder with files named …train….\(endings[0]) and …test….\(endings[0])")
        }
        training = found
        validation = file(["validation", "valid", "val"])
        test = file(["test"])
    }

    private static func words(of name: String) -> [String] {
        name.lowercased().split { "_-. ".contains($0) }.map(String.init)
    }
}

extension NPY {
    /// A matrix `[samples, features]`, its labels from the table beside it.
    func labelledRows(path: String) throws(TableError) -> LabelledRows {
        guard shape.count >= 2, shape[0] > 0, !values.isEmpty else {
            throw .wrongShape(path: path, found: shape, expected: "a row for each sample")
        }
        let width = values.count / shape[0]
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(
                path: path, row: place / width + 1, column: place % width + 1, found: "\(values[place])")
        }
        let (labels, files, file) = try LabelFile.read(beside: path)
        guard labels.count == shape[0] else {
            throw .countMismatch(path: path, rows: shape[0], labels: file, labelCount: labels.count)
        }
        return LabelledRows(path: path, width: width, values: values, labels: labels, files: files)
    }
}

extension DelimitedText {
    /// The label first, then numbers, as many in each row; a first row of words alone names the columns.
    func labelledRows() throws(TableError) -> LabelledRows {
        let isHeader = rows[0].fields.dropFirst().first.map { Float($0) == nil } ?? false
        let data = isHeader && rows.count > 1 ? rows.dropFirst() : rows[...]
        var result = LabelledRows(path: path, width: max(0, (data.first?.fields.count ?? 0) - 1))
        for row in data {
            guard row.fields.count == result.width + 1, result.width > 0 else {
                throw .wrongWidth(
                    path: path, row: row.number, found: row.fields.count - 1, expected: max(1, result.width))
            }
            result.labels.append(LabelledRows.label(row.fields[0]))
            result.values += try numbers(row, from: 1)
        }
        return result
    }
}

/// LIBSVM's text: `label index:value index:value …`, indices from 1 and ascending, what is left out is 0.
enum SparseText {
    /// - Parameter width: the number of features; the largest index where nil.
    static func read(_ path: String, width: Int?) throws(TableError) -> LabelledRows {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        var labels: [String] = []
        var entries: [[(index: Int, value: Float)]] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let label = fields.first else { continue }
            var row: [(Int, Float)] = []
            for (column, field) in fields.dropFirst().enumerated() {
                let halves = field.split(separator: ":", omittingEmptySubsequences: false)
                guard halves.count == 2, let index = Int(halves[0]), index > row.last?.0 ?? 0,
                    index <= 1 << 24
                else {
                    throw .malformed(
                        path: path, row: number + 1,
                        reason: "“\(field.prefix(40))”, expected index:value with indices from 1 upwards")
                }
                guard let value = Float(halves[1]), value.isFinite else {
                    throw .notANumber(
                        path: path, row: number + 1, column: column + 2, found: String(halves[1].prefix(40)))
                }
                row.append((index, value))
            }
            labels.append(LabelledRows.label(label))
            entries.append(row)
        }
        let largest = entries.compactMap { $0.last?.index }.max() ?? 0
        guard !labels.isEmpty, largest > 0 else { throw .empty(path: path) }
        var rows = LabelledRows(path: path, width: max(largest, width ?? 0), labels: labels)
        let (count, overflows) = rows.width.multipliedReportingOverflow(by: labels.count)
        guard !overflows, count <= PhysicalMemory.bytes / 16 else {
            throw .malformed(
                path: path, row: 1,
                reason: "\(rows.width) features × \(labels.count) rows do not fit in memory")
        }
        rows.values = Array(repeating: 0, count: count)
        for (row, entries) in entries.enumerated() {
            for (index, value) in entries { rows.values[row * rows.width + index - 1] = value }
        }
        return rows
    }
}
