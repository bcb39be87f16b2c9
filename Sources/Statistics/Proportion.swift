/// How many of so many: a share, and how sure it is.
public struct Proportion: Sendable, Equatable {
    public let successes: Int
    public let trials: Int

    public init(_ successes: Int, of trials: Int) {
        precondition((0...max(0, trials)).contains(successes), "\(successes) successes of \(trials)")
        self.successes = successes
        self.trials = trials
    }

    /// 0 where there were no trials.
    public var share: Double { trials == 0 ? 0 : Double(successes) / Double(trials) }

    /// Wilson's score interval, `(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)`: unlike the textbook's
    /// `p ± z·√(p(1 − p)/n)` it holds its promise for few trials and for shares near 0 and 1.
    ///
    /// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    ///
    /// - Parameter z: 1.96 for 95 % confidence.
    public func wilsonInterval(z: Double = 1.959_963_984_540_054) -> ClosedRange<Double> {
        guard trials > 0 else { return 0...1 }
        let n = Double(trials)
        let p = share
        let middle = p + z * z / (2 * n)
        let reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return max(0, (middle - reach) / scale)...min(1, (middle + reach) / scale)
    }
}
