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
    private let predictor: Predictor
    private let way: Preprocessing
    private let shape: Shape
    private let top: Int
    private let threshold: Double?
    private let isLabelled: Bool?
    private let resamples, draws: Bool
    private let output: PlainOutput

    init(
        _ model: Model, top: Int, threshold: Double?, isLabelled: Bool?, resamples: Bool, draws: Bool?,
        workers: Workers
    ) throws {
        shape = model.network.input
        way = model.preprocessing ?? .raw(channels: shape.channels)
        output = PlainOutput()
        self.top = top
        self.threshold = threshold
        self.isLabelled = isLabelled
        self.resamples = resamples
        self.draws = draws ?? output.isTerminal
        predictor = try Predictor(model, batchSize: Predictor.importanceBatch, workers: workers)
    }

    func run(_ files: [String], json: Bool) throws {
        var results: [FilePrediction] = []
        for file in files {
            let table = try SignalTable(
                contentsOf: file, channels: shape.channels, points: shape.width, isLabelled: isLabelled,
                resamples: resamples)
            let inputs = table.signals.map { way.input(ofSignal: $0.values) }
            for (index, predictions) in predictor.predict(inputs, top: max(2, top)).enumerated() {
                let signal = table.signals[index]
                let result = FilePrediction(
                    file: file, row: signal.row, label: signal.label,
                    predictions: Array(predictions.prefix(top)),
                    call: Call(predictions, threshold: threshold, predictor.model))
                if json {
                    results.append(result)
                } else if draws {
                    print(drawing(of: result, signal, input: inputs[index]))
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
        let called = result.call.map { ", called \($0.label)" } ?? ""
        return place(result) + ": "
            + result.predictions.map { "\($0.label) \($0.probability.rounded(digits: 4))" }.joined(
                separator: ", ") + called
    }

    private func drawing(of result: FilePrediction, _ signal: SignalTable.Signal, input: [Float]) -> String {
        let index = result.predictions.first?.index ?? 0
        let importance = predictor.importance(of: input, class: index)
        let first = Array(signal.values.prefix(shape.width))
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
