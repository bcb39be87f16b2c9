import Datasets
import Interchange
import Networks
import Runs
import Tensors
import Training

/// What is trained to tell signals apart, however it does it.
protocol SignalJudge {
    /// Of a signal, `[channels, 1, points]`.
    var shape: Shape { get }
    /// - Parameter signals: `[channels, points]` each, as they come from a file.
    func verdicts(of signals: [[Float]]) throws -> [SignalVerdict]
    /// Which points spoke for a class.
    func importance(of signal: [Float], class index: Int) throws -> ImportanceMap
}

/// What a judge says of one signal.
struct SignalVerdict {
    /// The most probable first; empty for what gives no probabilities.
    var predictions: [Prediction]
    /// Of a detector, or of a support vector machine.
    var call: Call?

    /// The class that it is of.
    var index: Int { predictions.first?.index ?? call?.index ?? 0 }
}

/// A network that takes signals.
struct SignalNetwork: SignalJudge {
    let shape: Shape
    private let predictor: Predictor
    private let way: Preprocessing
    private let options: PredictionOptions

    init(_ model: Model, _ options: PredictionOptions, workers: Workers) throws {
        shape = model.network.input
        way = model.preprocessing ?? .raw(channels: shape.channels)
        predictor = try Predictor(model, batchSize: Predictor.importanceBatch, workers: workers)
        self.options = options
    }

    func verdicts(of signals: [[Float]]) -> [SignalVerdict] {
        options.verdicts(predictor, signals.map(way.input))
    }

    func importance(of signal: [Float], class index: Int) -> ImportanceMap {
        predictor.importance(of: way.input(ofSignal: signal), class: index)
    }
}

/// A network that takes random convolutions of signals.
struct ConvolutionsNetwork: SignalJudge {
    private let predictor: Predictor
    private let extractor: RandomConvolutionExtractor
    private let normalizer: Normalizer
    private let options: PredictionOptions

    init(
        _ model: Model, _ extractor: RandomConvolutionExtractor, _ normalizer: Normalizer,
        _ options: PredictionOptions, workers: Workers
    ) throws {
        predictor = try Predictor(model, workers: workers)
        self.extractor = extractor
        self.normalizer = normalizer
        self.options = options
    }

    var shape: Shape { extractor.input }

    func verdicts(of signals: [[Float]]) -> [SignalVerdict] {
        options.verdicts(predictor, signals.map(input))
    }

    func importance(of signal: [Float], class index: Int) -> ImportanceMap {
        ImportanceMap(ofSignal: signal, shape: shape, operations: extractor.operations) { signals in
            predictor.predict(signals.map(input), top: predictor.model.classNames.count).map { predictions in
                predictions.first { $0.index == index }?.probability ?? 0
            }
        }
    }

    private func input(ofSignal signal: [Float]) -> [Float] {
        normalizer.normalized(extractor.features(of: signal))
    }
}

/// A support vector machine on random convolutions of signals.
struct ConvolutionsMachine: SignalJudge {
    let machine: SVMCheckpoint
    let extractor: RandomConvolutionExtractor
    let workers: Workers

    var shape: Shape { extractor.input }

    func verdicts(of signals: [[Float]]) throws -> [SignalVerdict] {
        try machine.calls(of: signals, by: extractor, workers: workers).map {
            SignalVerdict(predictions: [], call: Call($0, machine))
        }
    }

    func importance(of signal: [Float], class index: Int) -> ImportanceMap {
        ImportanceMap(ofSignal: signal, shape: shape, operations: extractor.operations) {
            machine.certainties(of: index, $0, by: extractor, workers: workers)
        }
    }
}

/// What is told of each signal.
struct PredictionOptions {
    /// How many classes.
    var top: Int
    /// Of two classes: from which probability on the second is called; 0.5 when nil.
    var threshold: Double?

    func verdicts(_ predictor: Predictor, _ inputs: [[Float]]) -> [SignalVerdict] {
        predictor.predict(inputs, top: max(2, top)).map { predictions in
            SignalVerdict(
                predictions: Array(predictions.prefix(top)),
                call: Call(predictions, threshold: threshold, predictor.model))
        }
    }
}
