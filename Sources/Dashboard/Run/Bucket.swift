import Runs

/// A few neighbouring iterations as one.
public struct Bucket: Sendable, Equatable {
    public private(set) var first: Int
    public private(set) var last: Int
    /// Seconds of training at the last iteration.
    public private(set) var elapsed: Double
    public private(set) var loss: Summary
    public private(set) var accuracy: Summary
    public private(set) var learningRate: Double?

    init(_ record: IterationRecord) {
        first = record.iteration
        last = record.iteration
        elapsed = record.elapsed
        loss = Summary(record.loss)
        accuracy = Summary(record.accuracy)
        learningRate = record.learningRate
    }

    mutating func merge(_ later: Bucket) {
        last = later.last
        elapsed = later.elapsed
        loss.merge(later.loss)
        accuracy.merge(later.accuracy)
        learningRate = later.learningRate
    }
}

/// Smallest, largest and mean of some values; those that are not finite are only counted.
public struct Summary: Sendable, Equatable {
    public private(set) var minimum: Float
    public private(set) var maximum: Float
    private var sum: Double
    /// Finite values.
    public private(set) var count: Int
    /// NaN and infinite ones.
    public private(set) var notFinite: Int

    /// - Parameter value: nil where there is nothing to sum up.
    init(_ value: Float?) {
        guard let value else {
            (minimum, maximum, sum, count, notFinite) = (.infinity, -.infinity, 0, 0, 0)
            return
        }
        let isFinite = value.isFinite
        minimum = isFinite ? value : .infinity
        maximum = isFinite ? value : -.infinity
        sum = isFinite ? Double(value) : 0
        count = isFinite ? 1 : 0
        notFinite = isFinite ? 0 : 1
    }

    var isEmpty: Bool { count == 0 && notFinite == 0 }

    public var mean: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func merge(_ other: Summary) {
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        sum += other.sum
        count += other.count
        notFinite += other.notFinite
    }
}
