/// Counts of (true class, predicted class) pairs; square, row-major, rows are the true classes.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
    public let classes: Int
    public private(set) var counts: [Int]

    /// All zeros.
    public init(classes: Int) {
        self.classes = classes
        counts = Array(repeating: 0, count: classes * classes)
    }

    public init(classes: Int, counts: [Int]) {
        precondition(counts.count == classes * classes, "\(counts.count) counts for \(classes) classes")
        self.classes = classes
        self.counts = counts
    }

    public subscript(truth: Int, prediction: Int) -> Int {
        get { counts[truth * classes + prediction] }
        set { counts[truth * classes + prediction] = newValue }
    }

    public var total: Int { counts.reduce(0, +) }
    public var correct: Int { (0..<classes).reduce(0) { $0 + self[$1, $1] } }
    /// Share of all samples on the diagonal; 0 when empty.
    public var accuracy: Float { total == 0 ? 0 : Float(correct) / Float(total) }

    /// How many samples truly are of the class.
    public func support(of truth: Int) -> Int { (0..<classes).reduce(0) { $0 + self[truth, $1] } }

    /// Of the samples that are of the class, the share that was found; `nil` without any.
    public func recall(of truth: Int) -> Float? {
        let support = support(of: truth)
        return support == 0 ? nil : Float(self[truth, truth]) / Float(support)
    }

    /// Of the samples called the class, the share that is; `nil` without any.
    public func precision(of prediction: Int) -> Float? {
        let called = (0..<classes).reduce(0) { $0 + self[$1, prediction] }
        return called == 0 ? nil : Float(self[prediction, prediction]) / Float(called)
    }

    /// Harmonic mean of precision and recall; `nil` where either is undefined.
    public func f1(of label: Int) -> Float? {
        guard let precision = precision(of: label), let recall = recall(of: label) else { return nil }
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }
}

extension ConfusionMatrix {
    private enum CodingKeys: String, CodingKey { case classes, counts }

    /// Refuses counts that do not make a square: they come from files and sockets.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        classes = try values.decode(Int.self, forKey: .classes)
        counts = try values.decode([Int].self, forKey: .counts)
        let (square, overflow) = classes.multipliedReportingOverflow(by: classes)
        guard classes >= 0, !overflow, counts.count == square else {
            throw DecodingError.dataCorruptedError(
                forKey: .counts, in: values, debugDescription: "\(counts.count) counts for \(classes) classes"
            )
        }
    }
}
