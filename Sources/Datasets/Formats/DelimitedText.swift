import Files
import Tensors

/// Rows of fields, separated by tabs, semicolons, commas or blanks: whichever of these, in this order, the first row
/// has. Empty rows do not count, nor do rows that begin with `#`.
struct DelimitedText {
    let path: String
    /// The number in the file, from 1, and the fields of each row, without quotes and blanks around them.
    let rows: [(number: Int, fields: [Substring])]

    init(contentsOf path: String) throws(TableError) {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        self.path = path
        var rows: [(Int, [Substring])] = []
        var separator: Character?
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, line.first != "#" else { continue }
            let sign = separator ?? ["\t", ";", ","].first { line.contains($0) } ?? " "
            separator = sign
            rows.append((index + 1, Self.fields(of: line, separator: sign)))
        }
        guard !rows.isEmpty else { throw .empty(path: path) }
        self.rows = rows
    }

    /// Separators inside quotes separate nothing; several blanks are one.
    private static func fields(of line: Substring, separator: Character) -> [Substring] {
        guard line.contains("\"") else {
            return line.split(separator: separator, omittingEmptySubsequences: separator == " ")
                .map(\.trimmed)
        }
        var isQuoted = false
        return line.split(omittingEmptySubsequences: separator == " ") { character in
            if character == "\"" { isQuoted.toggle() }
            return character == separator && !isQuoted
        }.map { $0.trimmed.unquoted }
    }

    /// A field as a number.
    ///
    /// - Parameter column: counted from 1, for messages.
    func number(_ field: Substring, row: Int, column: Int) throws(TableError) -> Float {
        guard let value = Float(field) else {
            throw .notANumber(path: path, row: row, column: column, found: String(field.prefix(40)))
        }
        guard value.isFinite else {
            throw .notFinite(path: path, row: row, column: column, found: String(field))
        }
        return value
    }

    /// The fields from one on as numbers.
    func numbers(_ row: (number: Int, fields: [Substring]), from first: Int = 0) throws(TableError) -> [Float]
    {
        var values: [Float] = []
        values.reserveCapacity(row.fields.count)
        for column in first..<row.fields.count {
            values.append(try number(row.fields[column], row: row.number, column: column + 1))
        }
        return values
    }
}

extension Substring {
    /// Without blanks around it.
    var trimmed: Substring {
        guard first?.isWhitespace == true || last?.isWhitespace == true else { return self }
        var part = drop { $0.isWhitespace }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }

    var unquoted: Substring {
        guard count > 1, let mark = first, mark == "\"" || mark == "'", last == mark else { return self }
        return dropFirst().dropLast()
    }
}

/// A whole file.
func readFile(_ path: String) throws(TableError) -> [UInt8] {
    do throws(InputFileError) {
        return try InputFile.contents(of: path, atMost: PhysicalMemory.bytes / 4)
    } catch {
        throw .cannotOpen(path: path, reason: error.reason)
    }
}
