import Datasets
import Interchange
import Networks
import Spelling
import Tensors

/// Slides a model's window over traces and says how sure it is of a peak at each place.
public final class TraceScanner {
    private let predictor: Predictor
    private let way: Preprocessing
    private let points: Int
    /// Classes that are peaks.
    public let peakClasses: [Int]
    private let classNames: [String]

    private static let batchSize = 64
    /// Words that say of a class that there is nothing.
    private static let nothing: Set<String> = [
        "no", "none", "not", "without", "background", "baseline", "noise", "flat", "other", "negative",
    ]

    /// - Parameter peaks: names of the classes that count as peaks; nil: all whose names do not say that there is none.
    /// - Throws: `ScanError` where the model takes no signal of one channel or which classes are peaks is unclear.
    public init(_ model: Model, peaks: [String]?, workers: Workers) throws {
        let input = model.network.input
        guard input.channels == 1, input.height == 1, input.width > 1 else {
            throw ScanError.noSignal(model: model.name, input: input)
        }
        points = input.width
        way = model.preprocessing ?? .raw(channels: 1)
        classNames = model.classNames
        peakClasses = try Self.classes(peaks, of: model)
        predictor = try Predictor(model, batchSize: Self.batchSize, workers: workers)
    }

    private static func classes(_ wanted: [String]?, of model: Model) throws(ScanError) -> [Int] {
        let names = model.classNames
        if let wanted {
            return try wanted.map { (name) throws(ScanError) in
                guard let index = names.firstIndex(of: name) else {
                    throw .unknownClass(name, model: model.name, classes: names)
                }
                return index
            }
        }
        let peaks = names.indices.filter { index in
            let words = names[index].lowercased().split { !$0.isLetter }.map(String.init)
            return !words.isEmpty && nothing.isDisjoint(with: words)
        }
        guard !peaks.isEmpty, peaks.count < names.count else {
            throw .whichArePeaks(model: model.name, classes: names)
        }
        return peaks
    }

    /// The points that the model's window has, unless told otherwise.
    public var windowLength: Int { points }

    /// How sure the model is of a peak around every `stride`-th point: the probabilities of all peak classes together.
    /// Windows that reach beyond the trace go on with its end's value.
    ///
    /// - Parameter window: points of the trace that one window takes, stretched to the model's.
    public func scores(of trace: [Float], window: Int, stride step: Int) -> [Float] {
        precondition(window > 1 && step > 0 && !trace.isEmpty, "windows of \(window) every \(step) points")
        let places = Array(stride(from: 0, to: trace.count, by: step))
        var scores: [Float] = []
        scores.reserveCapacity(places.count)
        for start in stride(from: 0, to: places.count, by: Self.batchSize) {
            let count = min(Self.batchSize, places.count - start)
            let results = predictor.scores(count: count) { [way, points] index, input in
                let values = trace.window(around: places[start + index], length: window)
                _ = input.update(from: way.input(ofSignal: Signal.resampled(values, to: points)))
            }
            scores += results.map { scores in peakClasses.reduce(0) { $0 + scores[$1] } }
        }
        return scores
    }
}

/// Why a model cannot scan a trace.
public enum ScanError: Error, Equatable, CustomStringConvertible {
    case noSignal(model: String, input: Shape)
    case unknownClass(String, model: String, classes: [String])
    case noTrace(path: String, wanted: String, names: [String])
    case whichArePeaks(model: String, classes: [String])

    public var description: String {
        switch self {
        case .noSignal(let model, let input):
            "\(model): takes \(input), which is no signal of one channel; scan with a model of signals"
        case .unknownClass(let name, let model, let classes):
            "\(model): has no class “\(name.inOneLine)”; its classes are \(classes.joined(separator: ", "))"
        case .noTrace(let path, let wanted, let names):
            "\(path): there is no trace \(wanted.inOneLine); expected one of "
                + names.prefix(8).map(\.inOneLine).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
        case .whichArePeaks(let model, let classes):
            "\(model): which of its classes are peaks? name them with --peaks; they are "
                + (classes.isEmpty
                    ? "not named, give a file with --labels too" : classes.joined(separator: ", "))
        }
    }
}
