/// Weka's attribute-relation files, dense or sparse.
///
/// Source: https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable
struct ARFF {
    let path: String
    private var attributes: [Attribute] = []
    /// A text for each attribute.
    private var rows: [(number: Int, fields: [Substring])] = []

    private struct Attribute {
        var name: String
        /// `nil` for numbers.
        var values: [String]?

        var isBinary: Bool { values == ["0", "1"] || values == ["1", "0"] }
    }

    init(contentsOf path: String) throws(TableError) {
        self.path = path
        let text = String(decoding: try readFile(path), as: UTF8.self)
        var isData = false
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmed
            if line.isEmpty || line.first == "%" { continue }
            if isData {
                rows.append((index + 1, try fields(of: line, row: index + 1)))
            } else if line.lowercased().hasPrefix("@attribute") {
                attributes.append(try attribute(line.dropFirst("@attribute".count).trimmed, row: index + 1))
            } else {
                isData = line.lowercased().hasPrefix("@data")
            }
        }
        guard !rows.isEmpty, !attributes.isEmpty else { throw .empty(path: path) }
    }

    /// `name numeric`, `'a name' {yes, no}`.
    private func attribute(_ text: Substring, row: Int) throws(TableError) -> Attribute {
        let quote = text.first.flatMap { $0 == "'" || $0 == "\"" ? $0 : nil }
        let end = quote.flatMap { mark in text.dropFirst().firstIndex(of: mark) }
        let name =
            end.map { text[text.index(after: text.startIndex)..<$0] } ?? text.prefix { !$0.isWhitespace }
        let type = (end.map { text[text.index(after: $0)...] } ?? text.dropFirst(name.count)).trimmed
        if type.hasPrefix("{"), type.hasSuffix("}") {
            let values = type.dropFirst().dropLast().split(separator: ",").map { String($0.trimmed.unquoted) }
            return Attribute(name: String(name), values: values)
        }
        guard ["numeric", "real", "integer"].contains(type.lowercased()) else {
            throw .malformed(
                path: path, row: row,
                reason: "attribute \(name) is “\(type.prefix(30))”, expected numeric, real, integer or {…}")
        }
        return Attribute(name: String(name), values: nil)
    }

    private func fields(of line: Substring, row: Int) throws(TableError) -> [Substring] {
        guard line.hasPrefix("{") else {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmed.unquoted
            }
            guard fields.count == attributes.count else {
                throw .wrongWidth(path: path, row: row, found: fields.count, expected: attributes.count)
            }
            return fields
        }
        // What a sparse row leaves out is 0 or the first of the nominal values.
        var fields = attributes.map { Substring($0.values?.first ?? "0") }
        for entry in line.dropFirst().prefix(while: { $0 != "}" }).split(separator: ",") {
            let parts = entry.trimmed.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard parts.count == 2, let index = Int(parts[0]), fields.indices.contains(index) else {
                throw .malformed(
                    path: path, row: row, reason: "“\(entry.trimmed.prefix(30))”, expected index value")
            }
            fields[index] = parts[1].trimmed.unquoted
        }
        return fields
    }

    /// The numeric attributes as features; as the label the one of a name, or the only nominal attribute.
    ///
    /// A label of 0 and 1 is a detector: its classes are `other` and the label's name.
    func labelledRows(label: String?) throws(TableError) -> LabelledRows {
        let nominal = attributes.filter { $0.values != nil }.map(\.name)
        let wanted = label ?? (nominal.count == 1 ? nominal[0] : nil)
        guard let wanted, let place = attributes.firstIndex(where: { $0.name == wanted }),
            let values = attributes[place].values
        else { throw .chooseLabel(path: path, labels: nominal, chosen: label) }
        let isDetector = attributes[place].isBinary
        let features = attributes.indices.filter { attributes[$0].values == nil }
        guard !features.isEmpty else { throw .empty(path: path) }
        var result = LabelledRows(path: path, width: features.count)
        result.classNames = isDetector ? ["other", wanted] : values
        for row in rows {
            let found = String(row.fields[place])
            guard values.contains(found) else {
                throw .unknownLabel(path: path, row: row.number, found: found, classes: values)
            }
            result.labels.append(!isDetector ? found : found == "1" ? wanted : "other")
            for feature in features {
                guard let value = Float(row.fields[feature]) else {
                    throw .notANumber(
                        path: path, row: row.number, column: feature + 1,
                        found: String(row.fields[feature].prefix(40)))
                }
                guard value.isFinite else {
                    throw .notFinite(
                        path: path, row: row.number, column: feature + 1, found: String(row.fields[feature]))
                }
                result.values.append(value)
            }
        }
        return result
    }
}
