import Glibc
import Runs
import Screen

/// Which of a run's two measures a plot shows.
struct Measure: Sendable {
    let pane: Pane

    func summary(_ bucket: Bucket) -> Summary { pane == .loss ? bucket.loss : bucket.accuracy }
    func has(_ mark: ValidationMark) -> Bool { pane != .loss || mark.loss != nil }
    func value(_ mark: ValidationMark) -> Double {
        Double(pane == .loss ? mark.loss ?? .nan : mark.accuracy)
    }
}

/// One measure over a window, ready to draw: O(plot width) points whatever the run's length.
struct Curve: Sendable {
    struct Sample: Sendable {
        /// Middle of the bucket, in iterations.
        var iteration: Double
        var low: Double
        var high: Double
        var mean: Double
        var smooth: Double
    }

    /// `nil` where the bucket had no finite value: the curve is broken there.
    let samples: [Sample?]
    /// Middles of the buckets with NaN or infinite values.
    let notFinite: [Double]

    /// `smoothing` is the weight of the past per iteration; the average starts unbiased, a few of its lengths early.
    init(_ history: History, _ measure: Measure, window: ClosedRange<Double>, dots: Int, smoothing: Double) {
        let run = smoothing > 0 ? (3 / (1 - smoothing)).rounded(.up) : 0
        let lower = max(1, Int(max(0, window.lowerBound - run).rounded(.down)))
        let upper = max(lower, Int(min(window.upperBound, 1e15).rounded(.up)))
        var average = 0.0
        var weight = 0.0
        var samples: [Sample?] = []
        var bad: [Double] = []
        for bucket in history.buckets(in: lower...upper, wanted: dots) {
            let summary = measure.summary(bucket)
            let middle = Double(bucket.first + bucket.last) / 2
            let isVisible = Double(bucket.last) >= window.lowerBound
            if summary.notFinite > 0, isVisible { bad.append(middle) }
            guard let mean = summary.mean else {
                if isVisible { samples.append(nil) }
                continue
            }
            let keep = pow(smoothing, Double(summary.count))
            average = keep * average + (1 - keep) * mean
            weight = keep * weight + (1 - keep)
            guard isVisible else { continue }
            samples.append(
                Sample(
                    iteration: middle, low: Double(summary.minimum), high: Double(summary.maximum),
                    mean: mean,
                    smooth: weight > 0 ? average / weight : mean))
        }
        self.samples = samples
        notFinite = bad
    }

    /// Range of the values. `isClipped` leaves out a few high ones, the first steps of a run above all, so that the
    /// rest of it is not pressed against the axis.
    func range(isLogarithmic: Bool, isClipped: Bool) -> ClosedRange<Double>? {
        let finite = samples.compactMap { $0 }.filter { !isLogarithmic || $0.low > 0 }
        guard let low = finite.map(\.low).min(), let high = finite.map(\.high).max() else { return nil }
        guard isClipped, !isLogarithmic, finite.count >= 40 else { return low...max(low, high) }
        let highs = finite.map(\.high).sorted()
        let usual = highs[finite.count * 96 / 100]
        // The strong curve has to stay inside for all but the first of its samples.
        let smooth = finite.dropFirst(finite.count / 25).map(\.smooth).sorted()
        let ceiling = max(usual, smooth[smooth.count * 98 / 100]) * 1.1
        return low...max(low, min(high, ceiling))
    }

    /// The sample nearest to an iteration.
    func sample(near iteration: Double) -> Sample? {
        samples.compactMap { $0 }.min { abs($0.iteration - iteration) < abs($1.iteration - iteration) }
    }
}
