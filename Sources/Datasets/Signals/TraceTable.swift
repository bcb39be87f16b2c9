/// Long traces in a table, a row each or a column each, or in an NPY array.
public struct TraceTable: Sendable {
    public struct Trace: Sendable, Equatable {
        /// A column's heading, a row's first word, or its number.
        public let name: String
        /// Among the file's rows or columns of numbers, from 1.
        public let number: Int
        public let values: [Float]

        public init(name: String, number: Int, values: [Float]) {
            self.name = name
            self.number = number
            self.values = values
        }
    }

    public enum Layout: String, Sendable {
        case rows = "row"
        case columns = "column"
    }

    public let layout: Layout
    public let traces: [Trace]
    /// When each point of the traces was taken, if the file says so; in its own unit.
    public let times: [Float]?

    /// - Parameter layout: how traces lie; nil: along the longer side. Times (a first column or row named so, or an
    ///   evenly rising first column) are no trace.
    /// - Throws: `TableError` that names the row and column of what is no number.
    public init(contentsOf path: String, layout: Layout? = nil) throws(TableError) {
        let isArray = path.lowercased().hasSuffix(".npy")
        let (layout, series) = try isArray ? Self.array(path, layout) : Self.text(path, layout)
        self.layout = layout
        let isTimed = !isArray && Self.startsWithTimes(series, layout)
        times = isTimed ? series[0].values : nil
        traces = isTimed ? Array(series.dropFirst()) : series
    }

    private static func array(_ path: String, _ layout: Layout?) throws(TableError) -> (Layout, [Trace]) {
        let array = try NPY(contentsOf: path)
        guard (1...2).contains(array.shape.count), !array.values.isEmpty else {
            throw .wrongShape(path: path, found: array.shape, expected: "[points] or [traces, points]")
        }
        let width = array.shape[array.shape.count - 1]
        if let place = array.values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(
                path: path, row: place / width + 1, column: place % width + 1, found: "\(array.values[place])"
            )
        }
        let rows = stride(from: 0, to: array.values.count, by: width).map {
            Array(array.values[$0..<$0 + width])
        }
        let layout = layout ?? (rows.count > width ? .columns : .rows)
        return (layout, layout == .rows ? Self.numbered(rows) : Self.numbered(Self.transposed(rows)))
    }

    private static func text(_ path: String, _ layout: Layout?) throws(TableError) -> (Layout, [Trace]) {
        let table = try DelimitedText(contentsOf: path)
        let isHeader = table.rows[0].fields.allSatisfy { Float($0) == nil }
        let rows = isHeader ? Array(table.rows.dropFirst()) : table.rows
        guard let first = rows.first else { throw .empty(path: path) }
        let layout = layout ?? (rows.count > first.fields.count ? .columns : .rows)
        switch layout {
        case .rows:
            var traces: [Trace] = []
            for (index, row) in rows.enumerated() {
                var fields = row.fields
                while let last = fields.last, fields.count > 1, Signal.isMissing(last) { fields.removeLast() }
                let isNamed = fields.count > 1 && Float(fields[0]) == nil && !Signal.isMissing(fields[0])
                let values = try table.numbers((row.number, fields), from: isNamed ? 1 : 0)
                traces.append(
                    Trace(
                        name: isNamed ? String(fields[0]) : "\(index + 1)", number: index + 1, values: values)
                )
            }
            return (layout, traces)
        case .columns:
            var columns: [[Float]] = Array(repeating: [], count: first.fields.count)
            for row in rows {
                guard row.fields.count == columns.count else {
                    throw .wrongWidth(
                        path: path, row: row.number, found: row.fields.count, expected: columns.count)
                }
                for (column, value) in try table.numbers(row).enumerated() { columns[column].append(value) }
            }
            let names = isHeader ? table.rows[0].fields.map(String.init) : []
            return (layout, numbered(columns, names: names))
        }
    }

    private static func numbered(_ series: [[Float]], names: [String] = []) -> [Trace] {
        series.enumerated().map { index, values in
            Trace(
                name: names.indices.contains(index) ? names[index] : "\(index + 1)", number: index + 1,
                values: values)
        }
    }

    private static func transposed(_ rows: [[Float]]) -> [[Float]] {
        (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
    }

    private static let timeNames: Set = [
        "time", "times", "t", "rt", "minutes", "min", "seconds", "x", "index", "wavelength", "wavenumber",
    ]

    /// Whether the first of several says when. In rows only its name tells: a trace may well rise evenly for as long as
    /// a short row.
    private static func startsWithTimes(_ series: [Trace], _ layout: Layout) -> Bool {
        guard series.count > 1, let first = series.first, first.values.count > 2 else { return false }
        if timeNames.contains(first.name.lowercased()) { return true }
        let steps = zip(first.values, first.values.dropFirst()).map { $1 - $0 }
        let mean = steps.reduce(0, +) / Float(steps.count)
        return layout == .columns && mean > 0 && steps.allSatisfy { abs($0 - mean) <= 0.05 * mean }
    }
}
