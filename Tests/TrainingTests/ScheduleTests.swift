import Testing
import Training

@Suite struct ScheduleTests {
    private func options(_ schedule: LearnRateSchedule, _ change: (inout Options) -> Void = { _ in })
        -> Options
    {
        var options = Options()
        options.initialLearnRate = 1
        options.maxEpochs = 20
        options.learnRateSchedule = schedule
        change(&options)
        return options
    }

    private func rate(_ options: Options, iteration: Int = 0, epoch: Double = 0) -> Double {
        options.learnRate(afterIteration: iteration, epoch: epoch)
    }

    @Test func noneStaysConstant() {
        #expect(rate(options(.none), iteration: 10_000, epoch: 19.9) == 1)
    }

    @Test func piecewiseDropsBetweenEpochsOnly() {
        let options = options(.piecewise)
        #expect(rate(options, epoch: 9.99) == 1)
        #expect(abs(rate(options, epoch: 10) - 0.1) < 1e-12)
        #expect(abs(rate(options, epoch: 19.5) - 0.1) < 1e-12)
    }

    @Test func piecewiseDropsAtEveryMultipleOfAPeriodThatIsNoExactFraction() {
        let options = options(.piecewise) { $0.learnRateDropPeriod = 3 }
        for drop in 0..<6 {
            #expect(abs(rate(options, epoch: Double(3 * drop)) / pow10(-drop) - 1) < 1e-9)
            #expect(abs(rate(options, epoch: Double(3 * drop) + 2) / pow10(-drop) - 1) < 1e-9)
        }
    }

    private func pow10(_ exponent: Int) -> Double { (0..<abs(exponent)).reduce(1) { value, _ in value / 10 } }

    @Test func warmupRisesLinearlyAndStays() {
        let options = options(.warmup)  // from 0.1 over 5 iterations
        #expect(rate(options, iteration: 0) == 0.1)
        #expect(abs(rate(options, iteration: 2) - (0.1 + 0.9 * 0.4)) < 1e-12)
        #expect(rate(options, iteration: 5) == 1)
        #expect(rate(options, iteration: 500) == 1)
    }

    @Test func polynomialFollowsItsPower() {
        let options = options(.polynomial) { $0.learnRatePower = 2 }
        #expect(rate(options, epoch: 0) == 1)
        #expect(abs(rate(options, epoch: 10) - (0.01 + 0.99 * 0.25)) < 1e-12)
        #expect(abs(rate(options, epoch: 20) - 0.01) < 1e-12)
    }

    @Test func cosineIsHalfwayInTheMiddle() {
        let options = options(.cosine)
        #expect(rate(options, epoch: 0) == 1)
        #expect(abs(rate(options, epoch: 10) - (0.01 + 0.99 / 2)) < 1e-12)
        #expect(abs(rate(options, epoch: 20) - 0.01) < 1e-12)
        #expect(abs(rate(options, epoch: 40) - 0.01) < 1e-12)  // beyond the end it stays
    }

    @Test func exponentialFallsByItsFactorInEachPeriod() {
        let options = options(.exponential)
        #expect(abs(rate(options, epoch: 10) - 0.1) < 1e-12)
        #expect(abs(rate(options, epoch: 5) - 0.1.squareRoot()) < 1e-12)
    }

    @Test func cyclicalIsATriangle() {
        let options = options(.cyclical)  // to 10 and back within 2 epochs
        #expect(rate(options, epoch: 0) == 1)
        #expect(rate(options, epoch: 1) == 10)
        #expect(abs(rate(options, epoch: 1.5) - 5.5) < 1e-12)
        #expect(rate(options, epoch: 4) == 1)
    }

    @Test func aWarmUpIsFollowedByTheOtherSchedule() {
        let options = options(.warmupCosine)  // from 0.1 over 5 iterations
        #expect(rate(options, iteration: 0, epoch: 0) == 0.1)
        #expect(rate(options, iteration: 5, epoch: 0) == 1)
        #expect(abs(rate(options, iteration: 500, epoch: 10) - (0.01 + 0.99 / 2)) < 1e-12)
    }
}
