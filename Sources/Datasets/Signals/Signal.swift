/// One-dimensional samples.
public enum Signal {
    /// Reads a file with one signal: a number a row, a row of numbers, columns of which the last is taken (as time and
    /// value), or an NPY array. A first row of words names the columns.
    ///
    /// - Throws: `TableError` that names the row and column of what is no number.
    public static func read(_ path: String) throws(TableError) -> [Float] {
        if path.lowercased().hasSuffix(".npy") {
            let array = try NPY(contentsOf: path)
            guard !array.values.isEmpty, array.values.count == array.shape.max() else {
                throw .wrongShape(path: path, found: array.shape, expected: "one signal")
            }
            if let place = array.values.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(path: path, row: 1, column: place + 1, found: "\(array.values[place])")
            }
            return array.values
        }
        let table = try DelimitedText(contentsOf: path)
        let isHeader = table.rows[0].fields.allSatisfy { Float($0) == nil }
        let rows = isHeader ? table.rows.dropFirst() : table.rows[...]
        guard let first = rows.first else { throw .empty(path: path) }
        if rows.count == 1 { return try table.numbers(first) }
        var signal: [Float] = []
        signal.reserveCapacity(rows.count)
        for row in rows {
            guard let last = row.fields.last, row.fields.count == first.fields.count else {
                throw .wrongWidth(
                    path: path, row: row.number, found: row.fields.count, expected: first.fields.count)
            }
            signal.append(try table.number(last, row: row.number, column: row.fields.count))
        }
        return signal
    }

    /// The signal at another number of points, the ends kept: straight lines between points where it becomes longer,
    /// means over what a point stands for where it becomes shorter.
    public static func resampled(_ signal: [Float], to length: Int) -> [Float] {
        precondition(length > 0 && !signal.isEmpty, "\(signal.count) points resampled to \(length)")
        guard length != signal.count else { return signal }
        guard length > 1, signal.count > 1 else {
            let mean = signal.reduce(0, +) / Float(signal.count)
            return Array(repeating: mean, count: length)
        }
        let step = Double(signal.count - 1) / Double(length - 1)
        // A triangle as wide as the step on both sides; never narrower than the signal's own spacing.
        let radius = max(1, step)
        return (0..<length).map { position in
            let center = Double(position) * step
            let first = max(0, Int((center - radius).rounded(.up)))
            let last = min(signal.count - 1, Int((center + radius).rounded(.down)))
            var (sum, total) = (0.0, 0.0)
            for index in first...last {
                let weight = max(0, 1 - abs(Double(index) - center) / radius)
                sum += weight * Double(signal[index])
                total += weight
            }
            return Float(sum / total)
        }
    }

    /// How tables say that a signal has ended before others.
    static func isMissing(_ field: Substring) -> Bool {
        field.isEmpty || field == "?" || field.lowercased() == "nan"
    }
}
