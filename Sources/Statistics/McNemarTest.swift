import Glibc

/// Whether of two classifiers, judged on the same samples, one errs more often than the other.
///
/// Only the samples that exactly one of them gets right can tell; were both equally good, each would win half of them.
///
/// Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
/// Psychometrika 12 (1947).
public struct McNemarTest: Sendable, Equatable {
    /// Samples that only the first, and only the second, gets right.
    public let onlyFirst: Int
    public let onlySecond: Int

    /// Discordant samples up to which the binomial distribution itself is summed; beyond, χ² is as good.
    public static let exactLimit = 1000

    public init(onlyFirst: Int, onlySecond: Int) {
        precondition(onlyFirst >= 0 && onlySecond >= 0, "\(onlyFirst) and \(onlySecond) samples")
        self.onlyFirst = onlyFirst
        self.onlySecond = onlySecond
    }

    /// - Parameter isRight: for each sample, whether the first and the second is right.
    public init(_ isRight: some Sequence<(Bool, Bool)>) {
        var (first, second) = (0, 0)
        for (one, other) in isRight where one != other {
            if one { first += 1 } else { second += 1 }
        }
        self.init(onlyFirst: first, onlySecond: second)
    }

    public var discordant: Int { onlyFirst + onlySecond }
    public var isExact: Bool { discordant <= Self.exactLimit }

    /// The probability, were both equally good, of a difference at least this large in either direction.
    ///
    /// Exact: `min(1, 2·P(X ≤ min))` with `X ~ Binomial(n, ½)`. For many discordant samples χ² with one degree of
    /// freedom and Edwards' continuity correction, `(|b − c| − 1)² / (b + c)`.
    public var probability: Double {
        guard discordant > 0 else { return 1 }
        guard isExact else {
            let difference = max(0, Double(abs(onlyFirst - onlySecond)) - 1)
            return erfc((difference * difference / Double(discordant) / 2).squareRoot())
        }
        // In logarithms: 2⁻ⁿ alone is no number from n = 1075 on.
        let n = Double(discordant)
        let tail = (0...min(onlyFirst, onlySecond)).reduce(0.0) { sum, k in
            let logarithm = lgamma(n + 1) - lgamma(Double(k) + 1) - lgamma(n - Double(k) + 1) - n * log(2)
            return sum + exp(logarithm)
        }
        return min(1, 2 * tail)
    }
}
