import Statistics
import Testing

struct ROCCurveTests {
    @Test func theAreaIsTheShareOfPairsInOrder() {
        // Positives .9 .6 .4, negatives .7 .4 .1: 9 pairs, in order 3 + 2 + 1½.
        let curve = ROCCurve(
            scores: [0.9, 0.6, 0.4, 0.7, 0.4, 0.1], isPositive: [true, true, true, false, false, false])
        #expect(abs((curve.area ?? 0) - 6.5 / 9) < 1e-12)
        #expect(curve.points.map(\.truePositives) == [0, 1, 1, 2, 3, 3])
        #expect(curve.points.map(\.falsePositives) == [0, 0, 1, 1, 2, 3])
    }

    @Test func aThresholdGivesRatesAndPrecision() {
        let curve = ROCCurve(scores: [3, 2, 1, 0], isPositive: [true, true, false, true])
        let point = curve.point(at: 1)
        #expect(point.truePositives == 2 && point.falsePositives == 1)
        #expect(point.precision == 2.0 / 3 && point.accuracy == 0.5)
        #expect(curve.point(at: 4).precision == nil)
        #expect(curve.mostSeparating.threshold == 2)
        #expect(ROCCurve(scores: [1], isPositive: [true]).area == nil)
    }
}
