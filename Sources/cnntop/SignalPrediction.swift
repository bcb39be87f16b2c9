import Dashboard
import Datasets
import Interchange
import Networks
import Runs
import Screen
import Tensors
import Terminal
import Training

/// What a model says of the signals in files: a line or a drawing each.
struct SignalPrediction {
    private let judge: any SignalJudge
    private let isLabelled: Bool?
    private let resamples, draws: Bool
    private let output: PlainOutput

    init(_ judge: any SignalJudge, isLabelled: Bool?, resamples: Bool, draws: Bool?) {
        self.judge = judge
        output = PlainOutput()
        self.isLabelled = isLabelled
        self.resamples = resamples
        self.draws = draws ?? output.isTerminal
    }

    func run(_ files: [String], json: Bool) throws {
        var results: [FilePrediction] = []
        for file in files {
            let table = try SignalTable(
                contentsOf: file, channels: judge.shape.channels, points: judge.shape.width,
                isLabelled: isLabelled, resamples: resamples)
            let verdicts = try judge.verdicts(of: table.signals.map(\.values))
            for (signal, verdict) in zip(table.signals, verdicts) {
                let result = FilePrediction(
                    file: file, row: signal.row, label: signal.label, predictions: verdict.predictions,
                    call: verdict.call)
                if json {
                    results.append(result)
                } else if draws {
                    print(try drawing(of: result, signal, class: verdict.index))
                } else {
                    print(line(result))
                }
            }
        }
        if json { print(try jsonText(results)) }
    }

    private func place(_ result: FilePrediction) -> String {
        result.file + (result.row.map { ", row \($0)" } ?? "") + (result.label.map { ", label \($0)" } ?? "")
    }

    private func line(_ result: FilePrediction) -> String {
        var parts = result.predictions.map { "\($0.label) \($0.probability.rounded(digits: 4))" }
        if let call = result.call {
            // What gives no probabilities says how sure it is.
            let score = parts.isEmpty ? ", score \(Float(call.score).rounded(digits: 4))" : ""
            parts.append("called \(call.label)\(score)")
        }
        return place(result) + ": " + parts.joined(separator: ", ")
    }

    private func drawing(of result: FilePrediction, _ signal: SignalTable.Signal, class index: Int) throws
        -> String
    {
        let importance = try judge.importance(of: signal.values, class: index)
        let first = Array(signal.values.prefix(judge.shape.width))
        let plot = SignalPlot(first, importance: importance, output: output)
        return [place(result), plot.text, result.bars, ""].joined(separator: "\n")
    }
}

/// A signal with its scale for output that scrolls.
struct SignalPlot {
    let text: String

    private static let rows = 9
    private static let mostColumns = 100

    init(_ values: [Float], importance: ImportanceMap, output: PlainOutput) {
        let scale = PlotScale(values)
        let width = max(10, min(Self.mostColumns, output.width - 1) - scale.margin)
        var grid = Grid(Size(width: scale.margin + width, height: Self.rows + 1))
        let drawing = SignalDrawing(values, range: scale.low...scale.high, importance: importance)
        grid.draw(
            drawing.grid(
                Size(width: width, height: Self.rows), theme: .dark, capabilities: output.capabilities),
            column: scale.margin, row: 0)
        scale.label(&grid, top: 0, bottom: Self.rows - 2, points: values.count)
        text = grid.text(theme: .dark, colors: output.capabilities.colors)
    }
}

extension Model {
    /// Whether its input is a signal: one row of several points.
    var takesSignals: Bool { network.input.height == 1 && network.input.width > 1 }
}
