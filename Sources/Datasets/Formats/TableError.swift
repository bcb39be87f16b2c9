import Spelling
import Tensors

/// Why a file of numbers (a table, a signal, features, labels) could not be read. Rows and columns count from 1.
public enum TableError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case empty(path: String)
    case notNPY(path: String, reason: String)
    case notANumber(path: String, row: Int, column: Int, found: String)
    case notFinite(path: String, row: Int, column: Int, found: String)
    case wrongWidth(path: String, row: Int, found: Int, expected: Int)
    case malformed(path: String, row: Int, reason: String)
    case wrongShape(path: String, found: [Int], expected: String)
    case noLabels(path: String, looked: [String])
    case countMismatch(path: String, rows: Int, labels: String, labelCount: Int)
    case unknownLabel(path: String, row: Int, found: String, classes: [String])
    case oneClass(path: String, label: String)
    case chooseLabel(path: String, labels: [String], chosen: String?)
    case lengthsDiffer(path: String, row: Int, found: Int, expected: Int)
    /// More numbers than fit, such as signals stretched to many points.
    case tooLarge(path: String, signals: Int, points: Int, memory: Int)
    case nothingThere(path: String, expected: String)
    /// A signal that a model cannot take.
    case otherLength(path: String, row: Int, found: Int, expected: Int, channels: Int)

    public var description: String { explanation.inOneLine }

    private var explanation: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path): cannot be read (\(reason)); check its path and permissions"
        case .empty(let path):
            "\(path): holds no rows; fetch or write the file again"
        case .notNPY(let path, let reason):
            "\(path): no readable NPY file (\(reason)); save it again with numpy.save"
        case .notANumber(let path, let row, let column, let found):
            "\(path): row \(row), column \(column): “\(found)”, expected a number"
        case .notFinite(let path, let row, let column, let found):
            "\(path): row \(row), column \(column): \(found), expected a finite number; fill or remove the row"
        case .wrongWidth(let path, let row, let found, let expected):
            "\(path): row \(row) has \(found) values, expected \(expected) as in the first"
        case .malformed(let path, let row, let reason):
            "\(path): row \(row): \(reason)"
        case .wrongShape(let path, let found, let expected):
            "\(path): an array of \(found.map(String.init).joined(separator: "×")), expected \(expected)"
        case .noLabels(let path, let looked):
            "\(path): its labels are missing; expected \(looked.joined(separator: " or ")) beside it"
        case .countMismatch(let path, let rows, let labels, let count):
            "\(path) has \(rows) rows but \(labels) has \(count) labels; they must belong together"
        case .unknownLabel(let path, let row, let found, let classes):
            "\(path): row \(row): label “\(found)”, expected one of \(Self.list(classes))"
        case .oneClass(let path, let label):
            "\(path): all rows have the label “\(label)”; expected at least two classes"
        case .chooseLabel(let path, let labels, nil):
            "\(path): has several labels (\(Self.list(labels))); choose one with “label”"
        case .chooseLabel(let path, let labels, let chosen?):
            "\(path): has no label “\(chosen)”; there are \(Self.list(labels))"
        case .lengthsDiffer(let path, let row, let found, let expected):
            "\(path): row \(row) has \(found) points, others \(expected); give the data a “length” to resample to"
        case .tooLarge(let path, let signals, let points, let memory):
            "\(path): \(signals) signals of \(points) points need \(signals * points >> 18) MiB, this machine has "
                + "\(memory >> 20) MiB; give the data a smaller “length”"
        case .otherLength(let path, let row, let found, let expected, let channels):
            "\(path): row \(row) has \(found) points, the model takes \(channels > 1 ? "\(channels)×" : "")\(expected); "
                + "give such signals, or --resample (and --label-first where one stands before them)"
        case .nothingThere(let path, let expected):
            "\(path): no such data; expected \(expected)"
        }
    }

    /// - Throws: `tooLarge` where they do not fit as `Float`s.
    static func checkMemory(_ path: String, signals: Int, points: Int) throws(TableError) {
        guard signals * points > PhysicalMemory.bytes / 4 else { return }
        throw .tooLarge(path: path, signals: signals, points: points, memory: PhysicalMemory.bytes)
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", … (\(names.count))" : "")
    }
}
