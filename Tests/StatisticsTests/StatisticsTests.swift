import Statistics
import Testing

struct StatisticsTests {
    /// Against scipy 1.17, `binomtest(k, n).proportion_ci(method="wilson")`.
    @Test(
        arguments: [
            (0, 10, 0.0, 0.277_532_8), (10, 10, 0.722_467_2, 1.0), (902, 998, 0.883_935_6, 0.920_582_9),
            (9, 10, 0.595_850_0, 0.982_124_7),
        ])
    func wilsonsInterval(successes: Int, trials: Int, low: Double, high: Double) {
        let interval = Proportion(successes, of: trials).wilsonInterval()
        #expect(abs(interval.lowerBound - low) < 1e-6, "\(interval)")
        #expect(abs(interval.upperBound - high) < 1e-6, "\(interval)")
    }

    @Test func withoutTrialsAnythingMayBe() {
        #expect(Proportion(0, of: 0).wilsonInterval() == 0...1)
        #expect(Proportion(0, of: 0).share == 0)
    }

    /// Against scipy 1.17, `binomtest(min, n).pvalue`; the last by its formula, `erfc(√(χ² ∕ 2))`.
    @Test(
        arguments: [
            (0, 0, 1.0), (5, 5, 1.0), (1, 9, 0.021_484_375), (12, 25, 0.047_031_0), (0, 4, 0.125),
            (400, 500, 0.000_956_4), (700, 800, 0.010_583_2),
        ])
    func mcNemarsProbability(first: Int, second: Int, expected: Double) {
        let found = McNemarTest(onlyFirst: first, onlySecond: second).probability
        #expect(abs(found - expected) < 2e-6, "\(found)")
        #expect(McNemarTest(onlyFirst: second, onlySecond: first).probability == found)
    }

    @Test func onlySamplesThatOneGetsRightCount() {
        let test = McNemarTest([(true, true), (true, false), (false, false), (false, true), (true, false)])
        #expect(test.onlyFirst == 2 && test.onlySecond == 1 && test.isExact)
    }
}
