import Datasets
import Tensors
import Testing

/// Signals to be judged and long traces: how files hold them, and what is said of bad ones.
struct SignalTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws -> String {
        try folder.write(Array(text.utf8), to: name)
    }

    private func signals(_ text: String, points: Int = 3, channels: Int = 1, resamples: Bool = false) throws
        -> [SignalTable.Signal]
    {
        let path = try write(text, to: "s.csv")
        return try SignalTable(
            contentsOf: path, channels: channels, points: points, resamples: resamples
        ).signals
    }

    @Test func rowsHaveALabelWhenTheyAreOneLonger() throws {
        let plain = try signals("1,2,3\n4,5,6\n")
        #expect(plain.map(\.values) == [[1, 2, 3], [4, 5, 6]])
        #expect(plain.map(\.label) == [nil, nil] && plain.map(\.row) == [1, 2])
        let labelled = try signals("label,a,b,c\n2.0,1,2,3\n-1,4,5,6\n")
        #expect(labelled.map(\.label) == ["2", "-1"] && labelled.map(\.row) == [2, 3])
        #expect(labelled.map(\.values) == [[1, 2, 3], [4, 5, 6]])
        #expect(try signals("peak\t1\t2\t3\n").first?.label == "peak")
    }

    @Test func aColumnIsOneSignal() throws {
        #expect(try signals("time,value\n0,7\n1,8\n2,9\n").map(\.values) == [[7, 8, 9]])
        #expect(try signals("7\n8\n9\n").map(\.row) == [nil])
    }

    @Test func otherLengthsAreNamedOrResampled() throws {
        let path = try write("1,2,3\n4,5,6,7,8\n", to: "s.csv")
        let error = #expect(throws: TableError.self) {
            try SignalTable(contentsOf: path, channels: 1, points: 3)
        }
        #expect(
            error?.description
                == "\(path): row 2 has 5 points, the model takes 3; "
                + "give such signals, or --resample (and --label-first where one stands before them)"
        )
        let stretched = try #require(signals("0,1,2,3,4\n", resamples: true).first).values
        #expect(zip(stretched, [1 / 3, 2, 11 / 3] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func aNumberInFrontIsALabelWhereThatIsSaid() throws {
        let path = try write("2,0,1\n1,4,2\n", to: "s.csv")
        let table = try SignalTable(
            contentsOf: path, channels: 1, points: 3, isLabelled: true, resamples: true)
        #expect(table.signals.map(\.label) == ["2", "1"])
        #expect(table.signals.map(\.values) == [[0, 0.5, 1], [4, 3, 2]])
    }

    @Test func whatIsNoNumberIsNamedWithItsPlace() throws {
        let path = try write("1,2,3\n4,x,6\n", to: "s.csv")
        #expect(throws: TableError.notANumber(path: path, row: 2, column: 2, found: "x")) {
            try SignalTable(contentsOf: path, channels: 1, points: 3)
        }
        _ = try write("1,nan,3\n4,5,6\n", to: "s.csv")
        #expect(throws: TableError.notFinite(path: path, row: 1, column: 2, found: "nan")) {
            try SignalTable(contentsOf: path, channels: 1, points: 3)
        }
    }

    @Test func channelsFollowOneAnother() throws {
        #expect(try signals("1,2,3,4\n", points: 2, channels: 2).map(\.values) == [[1, 2, 3, 4]])
        let stretched = try signals("a,0,1,10,20\n", points: 3, channels: 2, resamples: true)
        #expect(stretched.map(\.values) == [[0, 0.5, 1, 10, 15, 20]])
    }

    // MARK: Traces

    @Test func tracesLieAlongTheLongerSide() throws {
        let rows = try TraceTable(contentsOf: try write("1,2,3\n4,5,6\n", to: "t.csv"))
        #expect(rows.layout == .rows && rows.traces.map(\.values) == [[1, 2, 3], [4, 5, 6]])
        let columns = try TraceTable(contentsOf: try write("a,b\n1,2\n3,4\n9,6\n", to: "t.csv"))
        #expect(columns.layout == .columns && columns.traces.map(\.name) == ["a", "b"])
        #expect(columns.traces.map(\.values) == [[1, 3, 9], [2, 4, 6]])
        let told = try TraceTable(contentsOf: try write("1,2,3\n4,5,6\n", to: "t.csv"), layout: .columns)
        #expect(told.traces.map(\.values) == [[1, 4], [2, 5], [3, 6]])
    }

    @Test func aFirstColumnOfTimesIsNoTrace() throws {
        let named = try TraceTable(contentsOf: try write("time,a\n1,2\n3,4\n9,6\n", to: "t.csv"))
        #expect(named.traces.map(\.name) == ["a"] && named.traces.map(\.number) == [2])
        let even = try TraceTable(contentsOf: try write("0.1 5\n0.2 7\n0.3 6\n", to: "t.txt"))
        #expect(even.traces.map(\.values) == [[5, 7, 6]])
        #expect(named.times == [1, 3, 9] && even.times == [0.1, 0.2, 0.3])
    }

    @Test func aFirstRowOfTimesIsNoTraceIfItSaysSo() throws {
        let named = try TraceTable(contentsOf: try write("rt,1,2,3,4\na,5,7,6,5\n", to: "t.csv"))
        #expect(named.times == [1, 2, 3, 4] && named.traces.map(\.name) == ["a"])
        let rising = try TraceTable(contentsOf: try write("1,2,3,4\n5,7,6,5\n", to: "t.csv"))
        #expect(rising.times == nil && rising.traces.count == 2)
    }

    @Test func aTraceGoesOnAsItEnded() {
        let trace: [Float] = [1, 2, 3, 4]
        #expect(trace.window(around: 2, length: 2) == [2, 3])
        #expect(trace.window(around: 0, length: 4) == [1, 1, 1, 2])
        #expect(trace.window(around: 3, length: 5) == [2, 3, 4, 4, 4])
    }

    @Test func whatACellHoldsStaysInTheMessagesLine() throws {
        let error = #expect(throws: TableError.self) { try signals("1,2,\u{1b}[31m\u{0e}x\n1,2,3\n") }
        #expect(
            error?.description
                == "\(folder.path)/s.csv: row 1, column 3: “\\u{1B}[31m\\u{E}x”, expected a number")
    }
}

/// Peaks where scores say that there are some.
struct PeakPickingTests {
    /// Triangles of height 1 and half-width 10 around some places.
    private func trace(_ count: Int, _ apexes: [Int: Float]) -> [Float] {
        (0..<count).map { point in
            apexes.reduce(Float(0)) { max($0, $1.value * (1 - Float(abs(point - $1.key)) / 10)) }
        }
    }

    @Test func aPeakIsAMaximumWithAScore() {
        let trace = trace(100, [30: 1, 70: 2])
        let picking = PeakPicking(threshold: 0.5, separation: 8)
        let scores = (0..<100).map { Float(abs($0 - 70) < 5 ? 0.9 : 0.1) }
        #expect(
            picking.peaks(in: trace, scores: scores, stride: 1)
                == [TracePeak(start: 60, apex: 70, end: 80, height: 2, score: 0.9)])
        let high = PeakPicking(threshold: 0, separation: 8, height: 1.5)
        #expect(high.peaks(in: trace, scores: scores, stride: 1).map(\.apex) == [70])
        let all = picking.peaks(in: trace, scores: Array(repeating: 0.5, count: 100), stride: 1)
        #expect(all.map(\.apex) == [30, 70])
        #expect(
            PeakPicking(threshold: 0.6, separation: 8).peaks(
                in: trace, scores: Array(repeating: 0.5, count: 100), stride: 1
            ).isEmpty)
    }

    @Test func scoresBetweenWindowsAreInterpolated() {
        let trace = trace(100, [35: 1])
        // Windows at 0, 10, …, 90; the apex lies half-way between two.
        let scores: [Float] = [0, 0, 0, 1, 0.5, 0, 0, 0, 0, 0]
        let peaks = PeakPicking(threshold: 0.7, separation: 4).peaks(in: trace, scores: scores, stride: 10)
        #expect(peaks.map(\.score) == [0.75])
    }

    @Test func ofMaximaTooNearTheHighestIsKept() {
        var trace = trace(60, [30: 1])
        trace[24] = 0.9
        trace[36] = 0.95
        let scores = [Float](repeating: 1, count: 60)
        #expect(
            PeakPicking(threshold: 0.5, separation: 8).peaks(in: trace, scores: scores, stride: 1).map(\.apex)
                == [30])
        #expect(
            PeakPicking(threshold: 0.5, separation: 4).peaks(in: trace, scores: scores, stride: 1).map(\.apex)
                == [24, 30, 36])
    }

    @Test func neighboursEndInTheValleyBetweenThem() {
        let trace = trace(100, [40: 1, 52: 1])
        let peaks = PeakPicking(threshold: 0, separation: 6).peaks(
            in: trace, scores: [Float](repeating: 1, count: 100), stride: 1)
        #expect(peaks.map(\.apex) == [40, 52])
        #expect(peaks.map(\.end) == [46, 62])
        #expect(peaks.map(\.start) == [30, 46])
    }

    @Test func flatTracesHaveNoPeaks() {
        let scores = [Float](repeating: 1, count: 50)
        let picking = PeakPicking(threshold: 0, separation: 4)
        #expect(picking.peaks(in: [Float](repeating: 3, count: 50), scores: scores, stride: 1).isEmpty)
        #expect(picking.peaks(in: (0..<50).map(Float.init), scores: scores, stride: 1).isEmpty)
        #expect(picking.peaks(in: [1], scores: [1], stride: 1).isEmpty)
    }
}

/// Windows cut from traces whose peaks are known.
struct TraceWindowsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws -> String {
        try folder.write(Array(text.utf8), to: name)
    }

    /// Four traces of 200 points with a peak at 60, 80, 100, 120 (from 0).
    private func traces() throws -> String {
        let rows = (0..<4).map { trace in
            (0..<200).map { "\(max(0, 10 - abs($0 - 60 - 20 * trace)))" }.joined(separator: ",")
        }
        return try write(rows.joined(separator: "\n"), to: "gas_4x200.csv")
    }

    @Test func windowsOfTheLastTracesAreForTesting() throws {
        let path = try traces()
        // Points from 1, traces from 0, as R packages write them.
        _ = try write("trace,rt_index\n0,61\n1,81\n2,101\n3,121\n", to: "gas_peaks.csv")
        let data = try DataSource(
            .windows, path: path, length: 20, normalization: .none,
            split: SplitFractions(validation: 0.25, test: 0.25)
        ).load(seed: 1)
        #expect(data.shape == Shape(1, 1, 20) && data.classNames == ["no peak", "peak"])
        #expect([data.training.count, data.validation.count, data.test.count] == [30, 15, 15])
        #expect(data.training.classCounts == [20, 10])
        // Each apex in the middle, and two points to either side.
        let peaks = (0..<data.test.count).filter { data.test.label(at: $0) == 1 }.map {
            data.test.values(at: $0)
        }
        #expect(peaks.map { $0.firstIndex(of: 10) } == [12, 11, 10, 9, 8])
        let empty = (0..<data.test.count).filter { data.test.label(at: $0) == 0 }
        #expect(empty.allSatisfy { data.test.values(at: $0)[5...14].max() ?? 0 < 10 })
    }

    @Test func badTablesOfPeaksAreNamed() throws {
        let path = try traces()
        let source = DataSource(.windows, path: path)
        let absent = #expect(throws: TableError.self) { try source.load(seed: 1) }
        #expect(
            absent?.description
                == "\(path): no such data; expected a table of its peaks beside it, "
                + "\(folder.path)/gas_4x200_peaks.csv")
        let peaks = try write("trace,apex\n1,61\n5,81\n", to: "gas_peaks.csv")
        let wrong = #expect(throws: TableError.self) { try source.load(seed: 1) }
        #expect(wrong?.description == "\(peaks): row 3: there is no trace 5; \(path) has 4, from 1")
        _ = try write("trace,apex\n1,610\n", to: "gas_peaks.csv")
        let far = #expect(throws: TableError.self) { try source.load(seed: 1) }
        #expect(far?.description == "\(peaks): row 2: there is no point 610; the trace has 200")
        _ = try write("trace,apex\n1,left\n", to: "gas_peaks.csv")
        #expect(throws: TableError.notANumber(path: peaks, row: 2, column: 2, found: "left")) {
            try source.load(seed: 1)
        }
    }

    @Test func generatedTracesNeedNoFiles() throws {
        let source = DataSource(
            .windows, normalization: .each, split: SplitFractions(validation: 0.12, test: 0.25))
        let data = try source.load(seed: 1)
        #expect(data.shape == Shape(1, 1, 64) && data.training.count > 3000 && data.test.count > 1000)
        let again = try source.load(seed: 1)
        #expect(data.test.values(at: 7) == again.test.values(at: 7))
        let peaks = (0..<data.test.count).filter { data.test.label(at: $0) == 1 }
        // In the middle of a peak's window it is higher than on average.
        let higher = peaks.filter { index in
            data.test.values(at: index)[30...34].max() ?? 0 > 0
        }
        #expect(Double(higher.count) > 0.97 * Double(peaks.count))
    }
}
