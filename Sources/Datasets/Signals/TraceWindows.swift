import Tensors

/// Windows cut from long traces whose peaks are known: around a peak's apex, or around a place without one. What a
/// model learns from them finds peaks in other traces.
struct TraceWindows {
    /// Points of one window.
    let length: Int
    /// Windows whose middle is so near to an apex are windows of a peak.
    static let tolerance = 2
    /// Middles between this and `tolerance` points from an apex belong to no class.
    static let margin = 5
    static let classNames = ["no peak", "peak"]

    /// Cuts windows of some traces.
    ///
    /// Each peak gives one window for every place within the tolerance. Twice as many are without a peak: around the
    /// traces' other local maxima, where a scan will ask, and around places drawn at random.
    func dataset(_ name: String, _ traces: [AnnotatedTrace], random: RandomSource) -> Dataset {
        var (values, labels): ([Float], [Int32]) = ([], [])
        for (index, trace) in traces.enumerated() {
            var source = random.stream(UInt64(index))
            for apex in trace.apexes {
                for place in apex - Self.tolerance...apex + Self.tolerance {
                    values += trace.values.window(around: place, length: length)
                    labels.append(1)
                }
            }
            for place in empty(trace, count: 10 * max(1, trace.apexes.count), random: &source) {
                values += trace.values.window(around: place, length: length)
                labels.append(0)
            }
        }
        return Dataset(
            name: name, shape: Shape(1, 1, length), classNames: Self.classNames, labels: labels,
            samples: .floats(values))
    }

    /// How many windows a trace gives, at most.
    static func count(of trace: AnnotatedTrace) -> Int {
        (2 * tolerance + 1) * trace.apexes.count + 10 * max(1, trace.apexes.count)
    }

    /// Middles of windows without a peak.
    private func empty(_ trace: AnnotatedTrace, count: Int, random: inout RandomSource) -> [Int] {
        let isFree = { (place: Int) in trace.apexes.allSatisfy { abs($0 - place) > Self.margin } }
        var maxima = PeakPicking.maxima(of: trace.values, within: 2).filter(isFree)
        var places: [Int] = []
        while places.count < count / 2, !maxima.isEmpty {
            places.append(maxima.remove(at: random.integer(below: maxima.count)))
        }
        // A trace that is peaks all over has no free place; then there are fewer.
        var draws = 0
        while places.count < count, draws < 100 * count {
            let place = random.integer(below: trace.values.count)
            if isFree(place) { places.append(place) }
            draws += 1
        }
        return places
    }
}

/// A trace and where its peaks have their highest points, from 0.
struct AnnotatedTrace {
    let values: [Float]
    let apexes: [Int]
}

extension AnnotatedTrace {
    /// A trace with the apexes that a file tells, each moved to the highest point within two, since files disagree
    /// about where counting begins.
    init(values: [Float], told: [Int]) {
        self.values = values
        apexes = told.filter { values.indices.contains($0) }.map { apex in
            let near = max(0, apex - 2)...min(values.count - 1, apex + 2)
            return near.max { (values[$0], -abs($0 - apex)) < (values[$1], -abs($1 - apex)) } ?? apex
        }
    }
}
