import Runs

/// A validation as a plot shows it.
public struct ValidationMark: Sendable, Equatable {
    public var iteration: Int
    public var epoch: Int
    /// Nil for what is not trained by a loss.
    public var loss: Float?
    public var accuracy: Float
    /// Whether the trainer called it the best so far.
    public var isBest: Bool
}

/// Where an epoch ended.
public struct EpochMark: Sendable, Equatable {
    public var epoch: Int
    public var iteration: Int
}

/// A file from which the run can go on.
public struct CheckpointMark: Sendable, Equatable {
    public var iteration: Int
    public var epoch: Int
    public var file: String
}

/// How often samples of one class were taken for another.
public struct MixUp: Sendable, Equatable {
    public var truth: Int
    public var prediction: Int
    public var count: Int

    /// The largest first.
    static func largest(of matrix: ConfusionMatrix, limit: Int) -> [MixUp] {
        let classes = matrix.classes
        let wrong = matrix.counts.enumerated().compactMap { index, count -> MixUp? in
            let (truth, prediction) = (index / classes, index % classes)
            return count > 0 && truth != prediction
                ? MixUp(truth: truth, prediction: prediction, count: count) : nil
        }
        return Array(
            wrong.sorted { ($0.count, $1.truth, $1.prediction) > ($1.count, $0.truth, $0.prediction) }.prefix(
                limit))
    }
}

/// A line of the log pane.
public struct LogLine: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case progress, validation, edit, warning, error, best }
    public var iteration: Int
    public var kind: Kind
    public var text: String
}

/// Marks in ascending order of iteration; thinned to every other one when there are too many.
public struct Thinned<Mark: Sendable & Equatable>: Sendable, Equatable {
    public static var capacity: Int { 2048 }
    public private(set) var marks: [Mark] = []

    public init() {}

    mutating func append(_ mark: Mark) {
        marks.append(mark)
        guard marks.count > Self.capacity else { return }
        // The first and the newest stay.
        let last = marks.count - 1
        marks = marks.enumerated().filter { $0.offset.isMultiple(of: 2) || $0.offset == last }.map(\.element)
    }

    mutating func removeAll(where condition: (Mark) -> Bool) { marks.removeAll(where: condition) }
}
