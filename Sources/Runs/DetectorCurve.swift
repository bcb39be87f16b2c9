import Statistics

/// A detector's ROC curve on the validation samples, at a few hundred thresholds at most.
public struct DetectorCurve: Sendable, Equatable, Codable {
    public static let mostPoints = 200

    public private(set) var positives: Int
    public private(set) var negatives: Int
    /// Under the whole curve; nil where one class is missing.
    public private(set) var area: Double?
    /// In force when the samples were judged.
    public private(set) var threshold: Double
    /// From the highest down; scores at or above one are called.
    public private(set) var thresholds: [Double]
    /// What is called at each threshold: rightly, and falsely.
    public private(set) var truePositives: [Int]
    public private(set) var falsePositives: [Int]

    public init(_ curve: ROCCurve, threshold: Double) {
        self.threshold = threshold
        area = curve.area
        (positives, negatives) = (curve.points[0].positives, curve.points[0].negatives)
        // The first point, above all scores, has no threshold that could be written down.
        let points = curve.points.dropFirst()
        let step = max(1, (Double(points.count) - 1) / Double(Self.mostPoints - 1))
        let count = min(points.count, Self.mostPoints)
        var places = Set((0..<count).map { Int((Double($0) * step).rounded()) })
        // Exact where it matters: at its own threshold and at the best.
        for exact in [threshold, curve.mostSeparating.threshold] {
            if let place = points.lastIndex(where: { $0.threshold >= exact }) {
                places.insert(place - points.startIndex)
            }
        }
        let kept = places.sorted().map { points[points.startIndex + $0] }
        thresholds = kept.map(\.threshold)
        truePositives = kept.map(\.truePositives)
        falsePositives = kept.map(\.falsePositives)
    }

    /// What came through a log or a socket may be anything.
    public var isSound: Bool {
        let count = thresholds.count
        return count > 0 && count <= Self.mostPoints + 2 && truePositives.count == count
            && falsePositives.count == count && positives >= 0 && negatives >= 0
            && truePositives.allSatisfy { (0...positives).contains($0) }
            && falsePositives.allSatisfy { (0...negatives).contains($0) }
            && zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 > $1 }
    }

    /// What the detector does at the n-th threshold.
    public func point(_ index: Int) -> ROCCurve.Point {
        ROCCurve.Point(
            threshold: thresholds[index], truePositives: truePositives[index],
            falsePositives: falsePositives[index], positives: positives, negatives: negatives)
    }

    /// The place of a threshold among the points: the last one that is not below it; nil above all of them.
    public func index(of threshold: Double) -> Int? { thresholds.lastIndex { $0 >= threshold } }

    /// The point with the largest difference between the rates (Youden's J), the highest threshold among equals.
    public var mostSeparating: Int {
        func difference(_ index: Int) -> Double {
            point(index).truePositiveRate - point(index).falsePositiveRate
        }
        return thresholds.indices.reduce(0) { difference($1) > difference($0) ? $1 : $0 }
    }
}
