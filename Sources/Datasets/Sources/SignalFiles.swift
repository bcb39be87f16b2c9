import Tensors

/// Signals in files: tables in the UCR archive's layout (a row for each signal, its label first), NPY with labels
/// beside it, or folders by class with a file for each signal. Samples have the shape `[channels, 1, points]`.
///
/// Source of the layout: Dau et al., "The UCR time series archive", IEEE/CAA Journal of Automatica Sinica 6 (2019) 1293.
struct SignalFiles {
    let path: String
    /// What every signal is resampled to; nil: they must all be equally long.
    let length: Int?

    static let endings = ["tsv", "csv", "txt", "npy"]

    func read() throws -> GivenSets {
        if isFolder(path), let sets = try readFolders() { return sets }
        let parts = try DataParts(path: path, endings: Self.endings)
        let training = try rows(of: parts.training, expecting: length)
        let samples = try training.rows.dataset(name: path, shape: training.shape)
        let part = { (file: String?, name: String) throws -> Dataset? in
            guard let file else { return nil }
            let given = try rows(of: file, expecting: training.shape.width)
            return try given.rows.dataset(
                name: "\(path) (\(name))", shape: training.shape, classNames: samples.classNames)
        }
        return GivenSets(
            samples: samples, validation: try part(parts.validation, "validation"),
            test: try part(parts.test, "test"))
    }

    private func rows(of file: String, expecting points: Int?) throws(TableError) -> (
        rows: LabelledRows, shape: Shape
    ) {
        guard file.lowercased().hasSuffix(".npy") else {
            let rows = try table(file, expecting: points)
            return (rows, Shape(1, 1, rows.width))
        }
        let array = try NPY(contentsOf: file)
        guard array.shape.count == 2 || array.shape.count == 3 else {
            throw .wrongShape(
                path: file, found: array.shape, expected: "[signals, points] or [signals, channels, points]")
        }
        var rows = try array.labelledRows(path: file)
        let channels = array.shape.count == 3 ? array.shape[1] : 1
        let found = array.shape[array.shape.count - 1]
        let wanted = points ?? found
        guard found == wanted || length != nil else {
            throw .lengthsDiffer(path: file, row: 1, found: found, expected: wanted)
        }
        if wanted != found {
            try TableError.checkMemory(file, signals: rows.count * channels, points: wanted)
            rows.values = (0..<rows.count * channels).flatMap { row in
                Signal.resampled(Array(rows.values[row * found..<(row + 1) * found]), to: wanted)
            }
            rows.width = channels * wanted
        }
        return (rows, Shape(channels, 1, wanted))
    }

    /// A row for each signal; values missing at its end (empty, NaN or ?) make it shorter.
    private func table(_ file: String, expecting points: Int?) throws(TableError) -> LabelledRows {
        let text = try DelimitedText(contentsOf: file)
        var result = LabelledRows(path: file, width: points ?? 0)
        for row in text.rows {
            var fields = row.fields
            while let last = fields.last, fields.count > 2, Signal.isMissing(last) { fields.removeLast() }
            let signal = try text.numbers((row.number, fields), from: 1)
            guard !signal.isEmpty else {
                throw .wrongWidth(path: file, row: row.number, found: 0, expected: max(1, result.width))
            }
            if result.width == 0 { result.width = signal.count }
            if result.count == 0 {
                try TableError.checkMemory(file, signals: text.rows.count, points: result.width)
            }
            guard signal.count == result.width || length != nil else {
                throw .lengthsDiffer(
                    path: file, row: row.number, found: signal.count, expected: result.width)
            }
            result.labels.append(LabelledRows.label(fields[0]))
            result.values += Signal.resampled(signal, to: result.width)
        }
        return result
    }

    /// Sub-folders by class with a file for each signal, perhaps inside `train`, `validation` and `test`.
    private func readFolders() throws -> GivenSets? {
        let folders = (namesInFolder(path) ?? []).filter { isFolder("\(path)/\($0)") }
        guard folders.count > 1 else { return nil }
        guard let train = folders.first(where: { $0 == "train" || $0 == "training" }) else {
            return GivenSets(samples: try classes(in: path, name: path, expecting: length, classNames: nil))
        }
        let samples = try classes(in: "\(path)/\(train)", name: path, expecting: length, classNames: nil)
        let part = { (names: [String]) throws -> Dataset? in
            guard let folder = folders.first(where: names.contains) else { return nil }
            return try classes(
                in: "\(path)/\(folder)", name: "\(path) (\(folder))", expecting: samples.shape.width,
                classNames: samples.classNames)
        }
        return GivenSets(
            samples: samples, validation: try part(["validation", "valid", "val"]), test: try part(["test"]))
    }

    private func classes(
        in folder: String, name: String, expecting points: Int?, classNames: [String]?
    ) throws(TableError) -> Dataset {
        let names = classNames ?? (namesInFolder(folder) ?? []).filter { isFolder("\(folder)/\($0)") }
        var rows = LabelledRows(path: folder, width: points ?? 0, classNames: names)
        for className in names {
            let files = (namesInFolder("\(folder)/\(className)") ?? []).filter { file in
                Self.endings.contains { file.lowercased().hasSuffix(".\($0)") }
            }
            guard !files.isEmpty else {
                throw .nothingThere(
                    path: "\(folder)/\(className)", expected: "signals, a CSV, TSV or NPY file each")
            }
            for file in files {
                let path = "\(folder)/\(className)/\(file)"
                let signal = try Signal.read(path)
                if rows.width == 0 { rows.width = signal.count }
                try TableError.checkMemory(folder, signals: rows.count + files.count, points: rows.width)
                guard signal.count == rows.width || length != nil else {
                    throw .lengthsDiffer(path: path, row: 1, found: signal.count, expected: rows.width)
                }
                rows.labels.append(className)
                rows.values += Signal.resampled(signal, to: rows.width)
            }
        }
        return try rows.dataset(name: name, shape: Shape(1, 1, rows.width), classNames: names)
    }
}
