/// Signals in a file that are to be judged: a row each, with its label before it or without, one signal down a column,
/// or an NPY array.
public struct SignalTable: Sendable {
    /// One signal of the file.
    public struct Signal: Sendable, Equatable {
        /// `[channels, points]`.
        public let values: [Float]
        /// What the file calls it.
        public let label: String?
        /// Its row in the file or array, from 1; nil where the file is one signal.
        public let row: Int?
    }

    public let signals: [Signal]

    /// - Parameters:
    ///   - channels: of each signal; text files hold signals of one channel, or one channel after the other.
    ///   - points: of each channel.
    ///   - isLabelled: whether every row begins with a label; nil: where a row has one number too many, or begins with a
    ///     word.
    ///   - resamples: whether signals of other lengths are brought to `points`.
    /// - Throws: `TableError` that names the row and column of what is no number, or the row of another width.
    public init(
        contentsOf path: String, channels: Int, points: Int, isLabelled: Bool? = nil, resamples: Bool = false
    ) throws(TableError) {
        precondition(channels > 0 && points > 0, "signals of \(channels)×\(points)")
        let reader = Reader(
            path: path, channels: channels, points: points, isLabelled: isLabelled, resamples: resamples)
        signals = try path.lowercased().hasSuffix(".npy") ? reader.array() : reader.text()
    }
}

private struct Reader {
    let path: String
    let channels, points: Int
    let isLabelled: Bool?
    let resamples: Bool

    private var width: Int { channels * points }

    func array() throws(TableError) -> [SignalTable.Signal] {
        let array = try NPY(contentsOf: path)
        let shape = array.shape
        let isOne = shape.count == 1 || (channels > 1 && shape.count == 2 && shape[0] == channels)
        let length = shape.last ?? 0
        let count = isOne ? 1 : shape.first ?? 0
        let isExpected = isOne || shape.count == (channels > 1 ? 3 : 2) || shape == [count, 1, length]
        guard isExpected, count > 0, length > 0, array.values.count == count * channels * length else {
            throw .wrongShape(
                path: path, found: shape,
                expected: channels == 1
                    ? "[points] or [signals, points]" : "[signals, \(channels), points]")
        }
        var signals: [SignalTable.Signal] = []
        for row in 0..<count {
            let values = Array(array.values[row * channels * length..<(row + 1) * channels * length])
            if let place = values.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(path: path, row: row + 1, column: place + 1, found: "\(values[place])")
            }
            signals.append(try signal(values, label: nil, row: isOne ? nil : row + 1, reported: row + 1))
        }
        return signals
    }

    func text() throws(TableError) -> [SignalTable.Signal] {
        let table = try DelimitedText(contentsOf: path)
        let isHeader = table.rows[0].fields.allSatisfy { Float($0) == nil }
        let rows = isHeader ? Array(table.rows.dropFirst()) : table.rows
        guard !rows.isEmpty else { throw .empty(path: path) }
        let isColumn =
            isLabelled != true && rows.count > 1 && width > 2 && rows.allSatisfy { $0.fields.count <= 2 }
        if isColumn { return [try signal(Signal.read(path), label: nil, row: nil, reported: 1)] }
        let heading = table.rows[0].fields.first?.lowercased()
        let isNamed = isHeader && (heading == "label" || heading == "class")
        var signals: [SignalTable.Signal] = []
        for row in rows {
            var fields = row.fields
            while let last = fields.last, fields.count > 2, Signal.isMissing(last) { fields.removeLast() }
            let isLabelled =
                isLabelled ?? (fields.count == width + 1 || isNamed || Float(fields[0]) == nil)
            let values = try table.numbers((row.number, fields), from: isLabelled ? 1 : 0)
            signals.append(
                try signal(
                    values, label: isLabelled ? LabelledRows.label(fields[0]) : nil,
                    row: rows.count > 1 ? row.number : nil, reported: row.number))
        }
        return signals
    }

    /// Brings values to the width, or says that they have another.
    private func signal(
        _ values: [Float], label: String?, row: Int?, reported: Int
    ) throws(TableError) -> SignalTable.Signal {
        guard values.count != width else { return SignalTable.Signal(values: values, label: label, row: row) }
        guard resamples, !values.isEmpty, values.count.isMultiple(of: channels) else {
            throw .otherLength(
                path: path, row: reported, found: values.count, expected: points, channels: channels)
        }
        let length = values.count / channels
        let resampled = (0..<channels).flatMap { channel in
            Signal.resampled(Array(values[channel * length..<(channel + 1) * length]), to: points)
        }
        return SignalTable.Signal(values: resampled, label: label, row: row)
    }
}
