import Runs
import Screen
import Statistics

/// How figures of a comparison are worded.
public enum ComparedWords {
    /// `.884–.921`.
    public static func interval(_ accuracy: Proportion) -> String {
        let interval = accuracy.wilsonInterval()
        return "\(Numbers.share(interval.lowerBound))–\(Numbers.share(interval.upperBound))"
    }

    /// `0.31 s`, `19 s`, `3:05`, `1:02:07`.
    public static func seconds(_ seconds: Double?) -> String {
        // Nothing was trained where it took no time at all.
        guard let seconds, seconds.isFinite, seconds > 0 else { return "-" }
        if seconds >= 60 { return Numbers.duration(seconds) }
        return "\(Numbers.fixed(seconds, decimals: seconds < 10 ? 2 : 0)) s"
    }

    /// `35 µs`, `1.2 ms`.
    public static func microseconds(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "-" }
        return seconds < 1e-3
            ? "\(Numbers.fixed(seconds * 1e6, decimals: seconds < 1e-5 ? 1 : 0)) µs"
            : "\(Numbers.fixed(seconds * 1e3, decimals: 1)) ms"
    }

    /// `4,640`, `1.25M`, `187 vectors`.
    public static func size(_ about: Judgements.About) -> String {
        if let vectors = about.supportVectors { return "\(Numbers.grouped(vectors)) vectors" }
        guard let learnables = about.learnables else { return "-" }
        return learnables < 100_000 ? Numbers.grouped(learnables) : Numbers.compact(Double(learnables))
    }

    public static func probability(_ test: McNemarTest) -> String {
        test.probability < 0.0001 ? "< .0001" : Numbers.unpadded(test.probability, decimals: 4)
    }

    public static func verdict(_ test: McNemarTest, _ names: [String]) -> String {
        guard test.discordant > 0 else { return "both right and wrong together" }
        guard test.probability < 0.05 else { return "may be chance" }
        return "\(names[test.onlyFirst > test.onlySecond ? 0 : 1]) is better"
    }
}
