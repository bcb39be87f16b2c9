import Glibc

/// Where values lie along an axis, and which of them deserve a label.
public struct AxisScale: Sendable, Equatable {
    public let lower: Double
    public let upper: Double
    public let isLogarithmic: Bool

    /// A range that holds both bounds; empty, reversed, infinite and (for a logarithmic axis) non-positive ones are mended.
    public init(lower: Double, upper: Double, isLogarithmic: Bool = false) {
        var (low, high) = (lower.isFinite ? lower : 0, upper.isFinite ? upper : 1)
        if low > high { swap(&low, &high) }
        if isLogarithmic {
            high = high > 0 ? high : 1
            low = low > 0 ? low : high / 1000
        }
        if high - low <= abs(high) * 1e-9 {
            let margin = high == 0 ? 1 : abs(high) * 0.1
            (low, high) = (low - margin, high + margin)
        }
        self.lower = low
        self.upper = high
        self.isLogarithmic = isLogarithmic
    }

    /// 0 at the lower bound, 1 at the upper; `nil` for values that have no place (NaN, ±∞, ≤ 0 on a logarithmic axis).
    public func fraction(of value: Double) -> Double? {
        guard value.isFinite else { return nil }
        guard isLogarithmic else { return (value - lower) / (upper - lower) }
        return value > 0 ? log(value / lower) / log(upper / lower) : nil
    }

    /// The value at a fraction of the axis.
    public func value(at fraction: Double) -> Double {
        isLogarithmic ? lower * pow(upper / lower, fraction) : lower + (upper - lower) * fraction
    }

    /// At most `count` round values within the bounds, ascending.
    public func ticks(atMost count: Int) -> [Double] {
        guard count > 0 else { return [] }
        return isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
    }

    /// A wider range that begins and ends at round values.
    public func rounded(toTicks count: Int) -> AxisScale {
        guard !isLogarithmic, count > 0 else { return self }
        let step = Self.step(over: upper - lower, parts: count)
        return AxisScale(
            lower: (lower / step).rounded(.down) * step, upper: (upper / step).rounded(.up) * step)
    }

    private func linearTicks(_ count: Int) -> [Double] {
        var step = Self.step(over: upper - lower, parts: max(1, count))
        let slack = (upper - lower) * 1e-9
        while true {
            let first = ((lower - slack) / step).rounded(.up)
            let last = ((upper + slack) / step).rounded(.down)
            guard first <= last else { return [] }
            if Int(last - first) < count {
                return (0...Int(last - first)).map { (first + Double($0)) * step }
            }
            step = Self.roundUp(step * 1.01)
        }
    }

    private func logarithmicTicks(_ count: Int) -> [Double] {
        let (first, last) = (Int(log10(lower).rounded(.down)), Int(log10(upper).rounded(.up)))
        let bounds = lower * (1 - 1e-9)...upper * (1 + 1e-9)
        func within(_ multiples: [Double], every decades: Int) -> [Double] {
            var ticks: [Double] = []
            for decade in stride(from: first, through: last, by: decades) {
                for multiple in multiples {
                    let tick: Double = multiple * pow(10, Double(decade))
                    if bounds.contains(tick) { ticks.append(tick) }
                }
            }
            return ticks
        }
        for multiples in [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3]] as [[Double]] {
            let ticks = within(multiples, every: 1)
            if ticks.count <= count { return ticks }
        }
        for decades in 1...max(1, last - first) {
            let ticks = within([1], every: decades)
            if ticks.count <= count { return ticks }
        }
        return Array(within([1], every: 1).prefix(count))
    }

    /// The smallest of 1, 2, 5 × 10ᵏ that cuts a length into at most so many parts.
    static func step(over length: Double, parts: Int) -> Double {
        roundUp(max(length, .leastNormalMagnitude) / Double(max(1, parts)))
    }

    private static func roundUp(_ value: Double) -> Double {
        let power = pow(10, log10(value).rounded(.down))
        let multiple = [1.0, 2, 5, 10].first { $0 * power >= value * (1 - 1e-9) } ?? 10
        return multiple * power
    }
}
