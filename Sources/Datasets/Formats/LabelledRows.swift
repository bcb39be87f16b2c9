import Tensors

/// Rows of numbers of one width with a label each, before the labels are classes: what all table formats give.
struct LabelledRows {
    let path: String
    var width: Int
    var values: [Float] = []
    var labels: [String] = []
    /// The file that each row was made of; empty where nobody says.
    var files: [String] = []
    /// The order of the classes where the file itself tells it.
    var classNames: [String]?

    var count: Int { labels.count }

    /// As a dataset of a shape, whose classes are the given ones, the file's or those that occur.
    func dataset(name: String, shape: Shape, classNames given: [String]? = nil) throws(TableError) -> Dataset
    {
        guard count > 0 else { throw .empty(path: path) }
        let names = given ?? classNames ?? Self.order(of: labels)
        guard names.count > 1 else { throw .oneClass(path: path, label: names.first ?? "") }
        let indices = Dictionary(names.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
        var classes: [Int32] = []
        classes.reserveCapacity(count)
        for (row, label) in labels.enumerated() {
            guard let index = indices[label] else {
                throw .unknownLabel(path: path, row: row + 1, found: label, classes: names)
            }
            classes.append(index)
        }
        return Dataset(
            name: name, shape: shape, classNames: names, labels: classes, samples: .floats(values),
            files: files)
    }

    /// The labels that occur: numbers by size, else by their letters.
    private static func order(of labels: [String]) -> [String] {
        let names = Set(labels)
        let numbers = names.compactMap { name in Double(name).map { (number: $0, name: name) } }
        guard numbers.count == names.count else { return names.sorted() }
        return numbers.sorted { $0.number < $1.number }.map(\.name)
    }

    /// Labels as files spell numbers, made equal: `1`, `1.0` and `1.0000000e+00` are one class.
    static func label(_ field: Substring) -> String {
        guard let number = Double(field), let whole = Int(exactly: number) else { return String(field) }
        return String(whole)
    }
}

/// The labels of an NPY file, which lie beside it in a table.
enum LabelFile {
    /// `train_lst294.npy` has its labels in `train_lst294_labels.csv`, `train_labels.csv` or `labels.csv`.
    static func candidates(beside path: String) -> [String] {
        let (folder, file) = splitPath(path)
        let stem = file.split(separator: ".").dropLast().joined(separator: ".")
        let parts = stem.split(separator: "_")
        // From the most to the least particular: the stem, then without its last parts.
        let stems = (1...max(1, parts.count)).reversed().map { parts.prefix($0).joined(separator: "_") }
        return stems.map { "\(folder)\($0)_labels.csv" } + ["\(folder)labels.csv"]
    }

    /// The column named `label` or `class`, else the first; a first row with such a name is no label. A column named
    /// `file` tells where each row comes from.
    static func read(_ path: String) throws(TableError) -> (labels: [String], files: [String]) {
        let table = try DelimitedText(contentsOf: path)
        let header = table.rows[0].fields.map { $0.lowercased() }
        let column = header.firstIndex { $0 == "label" || $0 == "class" }
        let fileColumn = column.flatMap { _ in header.firstIndex(of: "file") }
        var (labels, files): ([String], [String]) = ([], [])
        for row in column == nil ? table.rows[...] : table.rows.dropFirst() {
            guard row.fields.indices.contains(column ?? 0) else {
                throw .wrongWidth(
                    path: path, row: row.number, found: row.fields.count, expected: (column ?? 0) + 1)
            }
            labels.append(LabelledRows.label(row.fields[column ?? 0]))
            guard let fileColumn, row.fields.indices.contains(fileColumn) else { continue }
            files.append(String(row.fields[fileColumn]))
        }
        return (labels, files.count == labels.count ? files : [])
    }

    static func read(beside path: String) throws(TableError) -> (
        labels: [String], files: [String], path: String
    ) {
        let candidates = candidates(beside: path)
        guard let found = candidates.first(where: isFile) else {
            throw .noLabels(path: path, looked: candidates)
        }
        let (labels, files) = try read(found)
        return (labels, files, found)
    }
}

/// The folder with its slash, and the name in it.
func splitPath(_ path: String) -> (folder: String, file: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
}
