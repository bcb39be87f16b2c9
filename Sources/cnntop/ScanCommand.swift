import ArgumentParser
import Datasets
import Interchange
import Networks
import Runs
import Screen
import Tensors
import Terminal
import Training

/// `cnntop scan MODEL trace.csv`
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find the peaks of long traces: slide a model of signals over them.",
        discussion: """
            MODEL is a run (its output network), a checkpoint, the folder of a model, or another program's file; it
            takes signals of one channel. FILE holds a trace in each row or in each column (.csv, .tsv, .txt), or is
            an array (.npy). A first column of times is no trace; peaks have times then, too, as with --step or
            --sampling-rate.
            The model's window slides over each trace. A peak is a local maximum of the trace around which the model
            is sure enough of a peak: its probabilities of all peak classes together reach the threshold. Points
            count from 1.

            EXAMPLES
              cnntop scan trace-peaks-01 chromatogram.csv
              cnntop scan trace-peaks-01 runs.csv --row 3 --threshold 0.8 --sampling-rate 5
              cnntop scan chromatograms-01 slow.csv --window 250 --json
            """.flowing)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "Files of traces.", completion: .file()) var files: [String]
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions
    @Option(help: "How sure the model must be of a peak, from 0 to 1.") var threshold: Float = 0.5
    @Option(help: "Points between two windows (default: a sixteenth of the window).") var stride: Int?
    @Option(
        help: ArgumentHelp(
            """
            Points of the trace in one window, where peaks are wider or narrower than in training; they are \
            stretched to the model's (default: as many as the model takes).
            """, valueName: "points"))
    var window: Int?
    @Option(
        help: ArgumentHelp(
            "Of maxima nearer than this only the highest counts (default: an eighth of the window).",
            valueName: "points"))
    var separation: Int?
    @Option(help: ArgumentHelp("Only peaks whose apex is at least so high.", valueName: "value"))
    var height: Float?
    @Option(help: "Classes that are peaks, with commas (default: those not called “no …”).") var peaks:
        String?
    @Option(help: ArgumentHelp("Time from point to point; the first is at 0.", valueName: "time"))
    var step: Double?
    @Option(help: ArgumentHelp("Points in a unit of time; the first is at 0.", valueName: "rate"))
    var samplingRate: Double?
    @Option(help: "Only this row; traces lie in rows.") var row: Int?
    @Option(help: "Only this column, by number or heading; traces lie in columns.") var column: String?
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Flag(inversion: .prefixedNo, help: "Draw traces with their peaks (default: on a terminal).")
    var draw: Bool?
    @Flag(help: "One JSON document instead of text.") var json = false

    func validate() throws {
        guard (0...1).contains(threshold) else {
            throw ValidationError("--threshold \(threshold): expected 0 to 1")
        }
        for (name, value, least) in [
            ("stride", stride, 1), ("window", window, 2), ("separation", separation, 1),
        ] {
            guard let value, !(least...1 << 24).contains(value) else { continue }
            throw ValidationError("--\(name) \(value): expected \(least) to \(1 << 24) points")
        }
        if let height, height.isNaN { throw ValidationError("--height \(height): expected a number") }
        if let peaks, peaks.allSatisfy({ $0 == "," || $0.isWhitespace }) {
            throw ValidationError("--peaks '\(peaks)': expected names of classes, with commas")
        }
        for (name, value) in [("step", step), ("sampling-rate", samplingRate)] {
            guard let value, !(value.isFinite && value > 0) else { continue }
            throw ValidationError("--\(name) \(value): expected a number above 0")
        }
        if step != nil, samplingRate != nil {
            throw ValidationError("give --step or --sampling-rate, not both: one is 1 over the other")
        }
        if row != nil, column != nil { throw ValidationError("give --row or --column, not both") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    func run() throws {
        var model = try Model.open(self.model, runs: runs.directory)
        guard model.takesSignals else {
            throw ScanError.noSignal(model: self.model, input: model.network.input)
        }
        for note in try preprocessing.applyToSignals(&model, of: self.model) { StandardError.say(note) }
        let wanted = peaks.map { $0.split(separator: ",").map(String.init) }
        let workers = Workers(threads: threads ?? Options().threads)
        let scanner = try TraceScanner(model, peaks: wanted, workers: workers)
        let output = PlainOutput()
        var results: [ScannedTrace] = []
        for file in files {
            let table = try TraceTable(contentsOf: file, layout: layout)
            let clock = TraceClock(step: step ?? samplingRate.map { 1 / $0 }, times: table.times)
            for trace in try chosen(table.traces, of: file) {
                let result = scan(trace, of: file, with: scanner, clock)
                if json {
                    results.append(result)
                } else {
                    print(result.text(trace.values, draws: draw ?? output.isTerminal, output))
                }
            }
        }
        if json { print(try jsonText(results)) }
    }

    private var layout: TraceTable.Layout? { row != nil ? .rows : column != nil ? .columns : nil }

    private func chosen(_ traces: [TraceTable.Trace], of file: String) throws -> [TraceTable.Trace] {
        guard let wanted = row.map(String.init) ?? column else { return traces }
        let found = traces.first { $0.name == wanted } ?? traces.first { $0.number == Int(wanted) }
        guard let found else {
            throw ScanError.noTrace(path: file, wanted: wanted, names: traces.map(\.name))
        }
        return [found]
    }

    private func scan(
        _ trace: TraceTable.Trace, of file: String, with scanner: TraceScanner, _ clock: TraceClock?
    ) -> ScannedTrace {
        let window = window ?? scanner.windowLength
        let stride = stride ?? max(1, window / 16)
        let scores = scanner.scores(of: trace.values, window: window, stride: stride)
        let picking = PeakPicking(
            threshold: threshold, separation: separation ?? max(2, window / 8), height: height ?? -.infinity)
        let peaks = picking.peaks(in: trace.values, scores: scores, stride: stride)
        return ScannedTrace(
            file: file, trace: trace.number, name: trace.name, points: trace.values.count, window: window,
            stride: stride, threshold: threshold, peaks: peaks.map { ScannedTrace.Peak($0, clock) })
    }
}
