import Statistics

/// Runs side by side, and for each two of them whether the difference may be chance.
public struct RunComparison: Sendable, Equatable {
    public var runs: [ComparedRun]
    /// Each run with every later one.
    public var pairs: [Pair]

    /// Two runs by their places in `runs`.
    public struct Pair: Sendable, Equatable {
        public var first: Int
        public var second: Int
        public var outcome: Outcome

        public init(first: Int, second: Int, outcome: Outcome) {
            self.first = first
            self.second = second
            self.outcome = outcome
        }
    }

    public enum Outcome: Sendable, Equatable {
        case tested(McNemarTest)
        /// They were not judged on the same samples; the reason in words.
        case refused(String)
    }

    public init(_ judged: [(name: String, preset: String, judgements: Judgements)]) {
        runs = judged.map { ComparedRun(name: $0.name, preset: $0.preset, $0.judgements) }
        pairs = []
        for first in judged.indices {
            for second in judged.indices.dropFirst(first + 1) {
                let outcome = Self.outcome(judged[first].judgements, judged[second].judgements)
                pairs.append(Pair(first: first, second: second, outcome: outcome))
            }
        }
    }

    /// The runs that were judged on the same samples as one of them.
    public func sharing(samplesOf index: Int) -> RunComparison {
        let kept = runs.indices.filter { other in
            other == index
                || pairs.contains { pair in
                    guard case .tested = pair.outcome else { return false }
                    return [pair.first, pair.second] == [min(index, other), max(index, other)]
                }
        }
        var smaller = RunComparison([])
        smaller.runs = kept.map { runs[$0] }
        smaller.pairs = pairs.compactMap { pair in
            guard let first = kept.firstIndex(of: pair.first), let second = kept.firstIndex(of: pair.second)
            else { return nil }
            return Pair(first: first, second: second, outcome: pair.outcome)
        }
        return smaller
    }

    private static func outcome(_ one: Judgements, _ other: Judgements) -> Outcome {
        guard one.hasSameSamples(as: other) else { return .refused(difference(one, other)) }
        return .tested(McNemarTest(zip(one.verdicts, other.verdicts).map { ($0.isRight, $1.isRight) }))
    }

    private static func difference(_ one: Judgements, _ other: Judgements) -> String {
        let (first, second) = (one.about, other.about)
        if first.part != second.part || first.data != second.data
            || one.verdicts.count != other.verdicts.count
        {
            return "judged on \(one.place), the other on \(other.place)"
        }
        if first.classNames != second.classNames { return "other classes" }
        return "judged on other samples of \(one.place): split by another seed or other shares"
    }
}

extension Judgements {
    /// `998 test samples of sunset-lab`.
    var place: String { "\(verdicts.count) \(about.part.rawValue) samples of \(about.data)" }
}

/// One run in a comparison.
public struct ComparedRun: Sendable, Equatable {
    public var name: String
    public var preset: String
    public var about: Judgements.About
    public var accuracy: Proportion
    /// Under the ROC curve; of detectors.
    public var area: Double?

    public init(name: String, preset: String, about: Judgements.About, accuracy: Proportion, area: Double?) {
        self.name = name
        self.preset = preset
        self.about = about
        self.accuracy = accuracy
        self.area = area
    }

    public init(name: String, preset: String, _ judgements: Judgements) {
        self.init(
            name: name, preset: preset, about: judgements.about, accuracy: judgements.accuracy,
            area: judgements.curve?.area)
    }
}
