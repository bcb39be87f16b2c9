import Tensors

/// Long traces with a table of their peaks beside them, as windows: `NAME.csv` and `NAME_peaks.csv`.
///
/// The table has a column with the trace (`trace`, `row`, `column` or `sample`: from 0 or 1) and one with the apex
/// (`apex`, `rt_index`, `index`, `point` or `position`).
struct TraceFiles {
    let path: String
    let length: Int

    static let defaultLength = 64

    /// The last traces are for testing and, before them, for validation: as many as the fractions say, but one at least
    /// where a fraction is above 0.
    func read(_ split: SplitFractions, seed: UInt64) throws(TableError) -> GivenSets {
        try TraceSplit(try traces(), split).sets(path, windows: TraceWindows(length: length), seed: seed)
    }

    private func traces() throws(TableError) -> [AnnotatedTrace] {
        let traces = try TraceTable(contentsOf: path).traces
        let candidates = Self.candidates(beside: path)
        guard let file = candidates.first(where: isFile) else {
            throw .nothingThere(path: path, expected: "a table of its peaks beside it, \(candidates[0])")
        }
        let peaks = try Self.peaks(file)
        // Numbers from 0 where a 0 occurs.
        let first = peaks.contains { $0.trace == 0 } ? 0 : 1
        if let wrong = peaks.first(where: { !traces.indices.contains($0.trace - first) }) {
            throw .malformed(
                path: file, row: wrong.row,
                reason: "there is no trace \(wrong.trace); \(path) has \(traces.count), from \(first)")
        }
        if let wrong = peaks.first(where: { !(0...traces[$0.trace - first].values.count).contains($0.apex) })
        {
            throw .malformed(
                path: file, row: wrong.row,
                reason: "there is no point \(wrong.apex); the trace has "
                    + "\(traces[wrong.trace - first].values.count)")
        }
        return traces.enumerated().map { index, trace in
            AnnotatedTrace(
                values: trace.values, told: peaks.filter { $0.trace - first == index }.map(\.apex).sorted())
        }
    }

    /// From the most to the least particular: `gas_16.csv` has `gas_16_peaks.csv`, `gas_peaks.csv` or `peaks.csv`.
    private static func candidates(beside path: String) -> [String] {
        LabelFile.candidates(beside: path).map { $0.replacingLastWord("labels", with: "peaks") }
    }

    private static func peaks(_ path: String) throws(TableError) -> [(row: Int, trace: Int, apex: Int)] {
        let table = try DelimitedText(contentsOf: path)
        let header = table.rows[0].fields.map { $0.lowercased() }
        let trace = header.firstIndex { ["trace", "row", "column", "sample"].contains($0) }
        let apex = header.firstIndex { ["apex", "rt_index", "index", "point", "position"].contains($0) }
        guard let trace, let apex else {
            throw .malformed(
                path: path, row: table.rows[0].number,
                reason: "expected columns named trace and apex, found \(header.joined(separator: ", "))")
        }
        var peaks: [(row: Int, trace: Int, apex: Int)] = []
        for row in table.rows.dropFirst() {
            guard row.fields.count == header.count else {
                throw .wrongWidth(
                    path: path, row: row.number, found: row.fields.count, expected: header.count)
            }
            var whole: [Int] = []
            for column in [trace, apex] {
                let number = try table.number(row.fields[column], row: row.number, column: column + 1)
                guard let value = Int(exactly: number) else {
                    throw .notANumber(
                        path: path, row: row.number, column: column + 1, found: String(row.fields[column]))
                }
                whole.append(value)
            }
            peaks.append((row.number, whole[0], whole[1]))
        }
        return peaks
    }
}

/// Traces by what they are for: windows of one trace resemble each other too much to be on both sides.
struct TraceSplit {
    private let training, validation, test: [AnnotatedTrace]

    init(_ traces: [AnnotatedTrace], _ split: SplitFractions) {
        let count = { (fraction: Double) in
            fraction > 0 ? max(1, Int((fraction * Double(traces.count)).rounded())) : 0
        }
        let tests = min(traces.count - 1, count(split.test ?? 0.1))
        let validations = min(traces.count - 1 - tests, count(split.validation))
        test = Array(traces.suffix(tests))
        validation = Array(traces.dropLast(tests).suffix(validations))
        training = Array(traces.dropLast(tests + validations))
    }

    /// - Throws: `TableError` where the windows do not fit in memory.
    func sets(_ name: String, windows: TraceWindows, seed: UInt64) throws(TableError) -> GivenSets {
        let count = (training + validation + test).reduce(0) { $0 + TraceWindows.count(of: $1) }
        try TableError.checkMemory(name, signals: count, points: windows.length)
        let random = RandomSource(seed: seed)
        let part = { (traces: [AnnotatedTrace], name: String, stream: UInt64) in
            traces.isEmpty ? nil : windows.dataset(name, traces, random: random.stream(stream))
        }
        return GivenSets(
            samples: windows.dataset(name, training, random: random.stream(0)),
            validation: part(validation, "\(name) (validation)", 1), test: part(test, "\(name) (test)", 2))
    }
}

extension String {
    fileprivate func replacingLastWord(_ word: String, with other: String) -> String {
        let ending = word + ".csv"
        return hasSuffix(ending) ? dropLast(ending.count) + other + ".csv" : self
    }
}
