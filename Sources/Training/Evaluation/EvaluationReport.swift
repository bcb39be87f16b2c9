import Runs
import Statistics

/// An evaluation in the names that machines read: `cnntop evaluate --json`.
public struct EvaluationReport: Sendable, Equatable, Encodable {
    /// Which samples: train, validation, test, or all of data that are not split.
    public var part: String
    public var samples: Int
    public var accuracy: Float
    public var top5Accuracy: Float
    /// Nil for what has none, such as support vector machines.
    public var loss: Float?
    public var classes: [String]
    /// Rows are the true classes, columns the predicted ones.
    public var confusion: [[Int]]
    public var perClass: [ClassReport]
    /// For two classes: the second against the first.
    public var detector: DetectorReport?
    /// Where it was asked for: what the model is wrong about and surest of it.
    public var mostWrong: [Mistakes]?

    /// Samples that are wrong in the same way, the worst first.
    public struct Mistakes: Sendable, Equatable, Encodable {
        public var title: String
        /// How many there are in all.
        public var count: Int
        public var samples: [Mistake]

        public init(_ group: WrongSamples.Group) {
            title = group.title
            count = group.count
            samples = group.samples.map(Mistake.init)
        }
    }

    public struct Mistake: Sendable, Equatable, Encodable {
        /// Position in the data, before they were split.
        public var sample: Int
        public var file: String?
        /// Class numbers.
        public var truth, prediction: Int
        public var score: Float

        init(_ sample: WrongSamples.Sample) {
            self.sample = sample.sample
            file = sample.file
            (truth, prediction, score) = (sample.truth, sample.prediction, sample.score)
        }
    }

    /// A detector's curve and what it does at the threshold in force.
    public struct DetectorReport: Sendable, Equatable, Encodable {
        public var positive: String
        /// Under the ROC curve; nil where one class is missing.
        public var area: Double?
        public var truePositiveRate: Double
        public var falsePositiveRate: Double
        public var precision: Double?
    }

    /// One class; figures that do not exist (no sample of it, none called so) are null.
    public struct ClassReport: Sendable, Equatable, Encodable {
        public var `class`: String
        public var precision: Float?
        public var recall: Float?
        public var f1: Float?
        public var support: Int

        private enum CodingKeys: String, CodingKey { case `class`, precision, recall, f1, support }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.class, forKey: .class)
            try container.encode(precision, forKey: .precision)
            try container.encode(recall, forKey: .recall)
            try container.encode(f1, forKey: .f1)
            try container.encode(support, forKey: .support)
        }
    }

    public init(_ evaluation: Evaluation, of part: String, classNames: [String]) {
        let matrix = evaluation.confusion
        self.part = part
        samples = evaluation.samples
        accuracy = evaluation.accuracy
        top5Accuracy = evaluation.top5Accuracy
        loss = evaluation.loss
        classes = classNames
        confusion = (0..<matrix.classes).map { row in (0..<matrix.classes).map { matrix[row, $0] } }
        detector = evaluation.curve.map { curve in
            let negatives = max(1, matrix.support(of: 0))
            return DetectorReport(
                positive: classNames.last ?? "", area: curve.area,
                truePositiveRate: Double(matrix.recall(of: 1) ?? 0),
                falsePositiveRate: Double(matrix[0, 1]) / Double(negatives),
                precision: matrix.precision(of: 1).map(Double.init))
        }
        perClass = classNames.enumerated().map { index, name in
            ClassReport(
                class: name, precision: matrix.precision(of: index), recall: matrix.recall(of: index),
                f1: matrix.f1(of: index), support: matrix.support(of: index))
        }
    }
}
