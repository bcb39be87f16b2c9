/// How a detector trades hits against false alarms: true against false positive rate over all thresholds.
public struct ROCCurve: Sendable, Equatable {
    /// What the detector does when it calls everything at or above a threshold.
    public struct Point: Sendable, Equatable {
        public let threshold: Double
        public let truePositives, falsePositives, positives, negatives: Int

        public init(
            threshold: Double, truePositives: Int, falsePositives: Int, positives: Int, negatives: Int
        ) {
            self.threshold = threshold
            self.truePositives = truePositives
            self.falsePositives = falsePositives
            self.positives = positives
            self.negatives = negatives
        }

        /// Also called recall and sensitivity; 0 where there is nothing to find.
        public var truePositiveRate: Double { positives == 0 ? 0 : Double(truePositives) / Double(positives) }
        public var falsePositiveRate: Double {
            negatives == 0 ? 0 : Double(falsePositives) / Double(negatives)
        }
        /// Of what is called, the share that is right; nil when nothing is.
        public var precision: Double? {
            let called = truePositives + falsePositives
            return called == 0 ? nil : Double(truePositives) / Double(called)
        }
        public var accuracy: Double {
            let right = truePositives + negatives - falsePositives
            return Double(right) / Double(max(1, positives + negatives))
        }
    }

    /// From the highest threshold, above all scores, down to the lowest score; one for each distinct score.
    public let points: [Point]

    /// - Parameters:
    ///   - scores: higher means more likely positive.
    ///   - isPositive: the truth.
    public init(scores: [Double], isPositive: [Bool]) {
        precondition(scores.count == isPositive.count, "\(scores.count) scores, \(isPositive.count) truths")
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        let point = { (threshold: Double, hits: Int, alarms: Int) in
            Point(
                threshold: threshold, truePositives: hits, falsePositives: alarms, positives: positives,
                negatives: negatives)
        }
        var points = [point(.infinity, 0, 0)]
        var (hits, alarms) = (0, 0)
        for (place, sample) in order.enumerated() {
            if isPositive[sample] { hits += 1 } else { alarms += 1 }
            let next = place + 1 < order.count ? scores[order[place + 1]] : nil
            // Equal scores cross the threshold together.
            if next != scores[sample] { points.append(point(scores[sample], hits, alarms)) }
        }
        self.points = points
    }

    /// Area under the curve: the probability that a positive has a higher score than a negative, ties counting half;
    /// nil where one kind is missing.
    public var area: Double? {
        guard let last = points.last, last.positives > 0, last.negatives > 0 else { return nil }
        var area = 0.0
        for (one, other) in zip(points, points.dropFirst()) {
            let width = other.falsePositiveRate - one.falsePositiveRate
            area += width * (one.truePositiveRate + other.truePositiveRate) / 2
        }
        return area
    }

    /// What the detector does at a threshold: scores at or above it are called.
    public func point(at threshold: Double) -> Point {
        points.last { $0.threshold >= threshold } ?? points[0]
    }

    /// The point with the largest difference between the rates (Youden's J), the highest threshold among equals.
    public var mostSeparating: Point {
        points.reduce(points[0]) { best, point in
            point.truePositiveRate - point.falsePositiveRate > best.truePositiveRate - best.falsePositiveRate
                ? point : best
        }
    }
}
