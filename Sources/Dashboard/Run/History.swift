import Runs

/// The iterations of a run in bounded memory, at several resolutions.
///
/// Level k keeps the newest buckets of 4ᵏ iterations each, at most `capacity` of them. The coarsest level always
/// reaches back to the beginning: when it is full, a coarser one is made of it. So a million iterations cost what a few
/// thousand cost, the newest ones stay exact, and a plot reads O(width) buckets from whichever level suits its window.
public struct History: Sendable, Equatable {
    /// Buckets a level holds before it forgets its older half.
    public static let capacity = 4096
    static let factor = 4

    private var levels: [[Bucket]] = [[]]

    public init() {}

    public var isEmpty: Bool { last == nil }
    public var first: Bucket? { levels[levels.count - 1].first }
    /// The newest; the finest level can be empty after `truncate`, a coarser one still knows it then.
    public var last: Bucket? { levels.first { !$0.isEmpty }?.last }
    /// How many buckets are kept in all; bounded.
    public var storedBuckets: Int { levels.reduce(0) { $0 + $1.count } }

    /// Records in ascending order; one that is not newer than the last is ignored.
    public mutating func append(_ record: IterationRecord) {
        if let last, record.iteration <= last.last { return }
        let bucket = Bucket(record)
        for level in levels.indices { append(bucket, level: level) }
        let top = levels.count - 1
        if levels[top].count > Self.capacity { levels.append(coarsened(levels[top], level: top + 1)) }
        for level in levels.indices.dropLast() where levels[level].count > Self.capacity {
            levels[level].removeFirst(Self.capacity / 2)
        }
    }

    /// Forgets what came after an iteration: a resumed session trains it anew.
    public mutating func truncate(after iteration: Int) {
        for level in levels.indices {
            while let last = levels[level].last, last.last > iteration { levels[level].removeLast() }
            guard level > 0 else { continue }
            let kept = levels[level].last?.last ?? 0
            for bucket in levels[level - 1] where bucket.first > kept { append(bucket, level: level) }
        }
    }

    /// The buckets that touch a range of iterations: exact ones where there are few, otherwise at least about `wanted`.
    ///
    /// At most `8 × wanted` where the run is long enough to choose.
    public func buckets(in range: ClosedRange<Int>, wanted: Int) -> ArraySlice<Bucket> {
        for level in levels {
            guard let oldest = level.first else { continue }
            let isWhole = oldest.first <= range.lowerBound || oldest.first == first?.first
            let slice = Self.slice(of: level, range)
            if isWhole && slice.count <= 8 * max(1, wanted) { return slice }
        }
        return Self.slice(of: levels[levels.count - 1], range)
    }

    /// Seconds of training at an iteration, interpolated; beyond the last one at the pace of late.
    public func elapsed(at iteration: Double) -> Double {
        guard let newest = last else { return 0 }
        guard iteration < Double(newest.last) else {
            return newest.elapsed + (iteration - Double(newest.last)) * secondsPerIteration
        }
        let level = levels.first { Double($0.first?.first ?? .max) <= iteration } ?? levels[levels.count - 1]
        let index = level.prefixCount { Double($0.last) < iteration }
        guard index < level.count else { return newest.elapsed }
        let (x0, y0) = index > 0 ? (Double(level[index - 1].last), level[index - 1].elapsed) : (0, 0)
        let (x1, y1) = (Double(level[index].last), level[index].elapsed)
        return x1 > x0 ? y0 + (y1 - y0) * min(1, max(0, (iteration - x0) / (x1 - x0))) : y1
    }

    /// The inverse of `elapsed(at:)`.
    public func iteration(atElapsed seconds: Double) -> Double {
        guard let newest = last else { return 0 }
        guard seconds < newest.elapsed else {
            let pace = secondsPerIteration
            return Double(newest.last) + (pace > 0 ? (seconds - newest.elapsed) / pace : 0)
        }
        let level = levels.first { ($0.first?.elapsed ?? .infinity) <= seconds } ?? levels[levels.count - 1]
        let index = level.prefixCount { $0.elapsed < seconds }
        guard index < level.count else { return Double(newest.last) }
        let (x0, y0) = index > 0 ? (Double(level[index - 1].last), level[index - 1].elapsed) : (0, 0)
        let (x1, y1) = (Double(level[index].last), level[index].elapsed)
        return y1 > y0 ? x0 + (x1 - x0) * min(1, max(0, (seconds - y0) / (y1 - y0))) : x1
    }

    /// The pace over the last few hundred iterations; 0 before the second one.
    public var secondsPerIteration: Double {
        guard let newest = last else { return 0 }
        let window = levels[0].suffix(300)
        guard let oldest = window.first, newest.last > oldest.last else {
            return newest.last > 0 ? newest.elapsed / Double(newest.last) : 0
        }
        return max(0, newest.elapsed - oldest.elapsed) / Double(newest.last - oldest.last)
    }

    private mutating func append(_ bucket: Bucket, level: Int) {
        let size = Self.size(of: level)
        if let last = levels[level].last, size > 1, (last.first - 1) / size == (bucket.first - 1) / size {
            levels[level][levels[level].count - 1].merge(bucket)
        } else {
            levels[level].append(bucket)
        }
    }

    private func coarsened(_ buckets: [Bucket], level: Int) -> [Bucket] {
        let size = Self.size(of: level)
        var coarse: [Bucket] = []
        for bucket in buckets {
            if let last = coarse.last, (last.first - 1) / size == (bucket.first - 1) / size {
                coarse[coarse.count - 1].merge(bucket)
            } else {
                coarse.append(bucket)
            }
        }
        return coarse
    }

    private static func size(of level: Int) -> Int { (0..<level).reduce(1) { size, _ in size * factor } }

    private static func slice(of level: [Bucket], _ range: ClosedRange<Int>) -> ArraySlice<Bucket> {
        let start = level.prefixCount { $0.last < range.lowerBound }
        let end = level.prefixCount { $0.first <= range.upperBound }
        return level[start..<max(start, end)]
    }
}
