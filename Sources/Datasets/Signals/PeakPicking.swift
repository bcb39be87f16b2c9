/// A peak of a trace. Points count from 0.
public struct TracePeak: Sendable, Equatable {
    public var start, apex, end: Int
    /// The trace's value at the apex.
    public var height: Float
    /// What the apex was judged with.
    public var score: Float

    public init(start: Int, apex: Int, end: Int, height: Float, score: Float) {
        self.start = start
        self.apex = apex
        self.end = end
        self.height = height
        self.score = score
    }
}

/// Finds peaks in a trace where a score says that there are some: the trace's local maxima whose score is high enough.
///
/// A window that slides over a trace gives a score for the neighbourhood of its middle, so neighbouring windows speak of
/// the same peak; the maxima of the trace itself tell them apart and say where each has its apex.
public struct PeakPicking: Sendable {
    /// Scores from here on count.
    public var threshold: Float
    /// Of maxima nearer than this only the highest is a peak. In points.
    public var separation: Int
    /// Values of the trace from here on count.
    public var height: Float
    /// Peaks end where the trace has fallen to this share of their height above the valley.
    private static let foot: Float = 0.05

    public init(threshold: Float, separation: Int, height: Float = -.infinity) {
        precondition(separation > 0, "a separation of \(separation) points")
        self.threshold = threshold
        self.separation = separation
        self.height = height
    }

    /// - Parameters:
    ///   - scores: one for every `stride`-th point of the trace, the first for its first point; between them they are
    ///     taken as straight lines.
    public func peaks(in trace: [Float], scores: [Float], stride: Int) -> [TracePeak] {
        precondition(
            stride > 0 && (scores.count - 1) * stride < max(1, trace.count),
            "\(scores.count) scores every \(stride) of \(trace.count) points")
        guard !scores.isEmpty else { return [] }
        let candidates = Self.maxima(of: trace, within: separation / 2).map { apex in
            (apex: apex, score: Self.score(at: apex, scores, stride))
        }
        let apexes = suppressed(
            candidates.filter { $0.score >= threshold && trace[$0.apex] >= height }, in: trace)
        return apexes.indices.map { index in
            let (apex, score) = apexes[index]
            let left = index > 0 ? apexes[index - 1].apex : max(0, apex - reach)
            let right = index + 1 < apexes.count ? apexes[index + 1].apex : min(trace.count - 1, apex + reach)
            return TracePeak(
                start: Self.foot(of: apex, towards: max(left, apex - reach), in: trace), apex: apex,
                end: Self.foot(of: apex, towards: min(right, apex + reach), in: trace), height: trace[apex],
                score: score)
        }
    }

    /// No peak's foot lies further off than so many points.
    private var reach: Int { 8 * separation }

    /// Points that are higher than all within a distance, and not on a flat: of equal ones the middle.
    static func maxima(of trace: [Float], within distance: Int) -> [Int] {
        let distance = max(1, distance)
        var found: [Int] = []
        var index = 0
        while index < trace.count {
            var end = index
            while end + 1 < trace.count, trace[end + 1] == trace[index] { end += 1 }
            let value = trace[index]
            let before = trace[max(0, index - distance)..<index]
            let after = trace[min(trace.count, end + 1)..<min(trace.count, end + 1 + distance)]
            let isHigher = before.allSatisfy { $0 < value } && after.allSatisfy { $0 < value }
            if isHigher, !before.isEmpty, !after.isEmpty { found.append((index + end) / 2) }
            index = end + 1
        }
        return found
    }

    private static func score(at point: Int, _ scores: [Float], _ stride: Int) -> Float {
        let index = min(point / stride, scores.count - 1)
        let next = min(index + 1, scores.count - 1)
        let share = Float(point - index * stride) / Float(stride)
        return scores[index] + min(1, share) * (scores[next] - scores[index])
    }

    /// The highest first; what is too near to one that is taken goes.
    private func suppressed(
        _ candidates: [(apex: Int, score: Float)], in trace: [Float]
    ) -> [(apex: Int, score: Float)] {
        var kept: [(apex: Int, score: Float)] = []
        for candidate in candidates.sorted(by: { trace[$0.apex] > trace[$1.apex] }) {
            if kept.allSatisfy({ abs($0.apex - candidate.apex) >= separation }) { kept.append(candidate) }
        }
        return kept.sorted { $0.apex < $1.apex }
    }

    /// Where a peak begins or ends on its way to a bound: the lowest point there, or where it is near that.
    private static func foot(of apex: Int, towards bound: Int, in trace: [Float]) -> Int {
        guard apex != bound else { return apex }
        let step = bound < apex ? -1 : 1
        var lowest = apex
        for point in stride(from: apex, through: bound, by: step) where trace[point] < trace[lowest] {
            lowest = point
        }
        let level = trace[lowest] + foot * (trace[apex] - trace[lowest])
        return stride(from: apex, through: lowest, by: step).first { trace[$0] <= level } ?? lowest
    }
}
