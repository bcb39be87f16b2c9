import Tensors
import Testing
import Training

/// Parameters and gradients as plain memory, and one solver that works on them.
private final class Bench {
    let values: AlignedBuffer<Float>
    let gradients: AlignedBuffer<Float>
    let optimizer: Optimizer
    var options = Options()

    init(
        _ solver: Solver, _ values: [Float], tensors: [Range<Int>]? = nil, rate: Float = 1, l2: Float = 1,
        threads: Int = 1
    ) {
        self.values = AlignedBuffer(count: values.count)
        gradients = AlignedBuffer(count: values.count)
        _ = self.values.elements.update(from: values)
        options.solverName = solver
        options.l2Regularization = 0
        let tensors = tensors ?? [0..<values.count]
        optimizer = Optimizer(
            solver, count: values.count, tensors: tensors.map { ($0, rate, l2) },
            workers: Workers(threads: threads))
    }

    @inline(never) func step(_ gradients: [Float], rate: Double = 0.1) -> [Float] {
        _ = self.gradients.elements.update(from: gradients)
        optimizer.update(
            values.elements, gradients: self.gradients.elements, learnRate: rate, options: options)
        return current
    }

    // Buffers live as long as this object; a bare pointer would not keep it alive.
    @inline(never) var current: [Float] { withExtendedLifetime(self) { Array(values.elements) } }
    var firstMoment: [Float] { withExtendedLifetime(self) { Array(optimizer.firstMoment.elements) } }
    var secondMoment: [Float] { withExtendedLifetime(self) { Array(optimizer.secondMoment.elements) } }

    func setMoments(_ first: [Float], _ second: [Float] = []) {
        _ = optimizer.firstMoment.elements.update(from: first)
        _ = optimizer.secondMoment.elements.update(from: second)
    }

    func penalty(l2: Double) -> Double {
        withExtendedLifetime(self) { optimizer.regularizationLoss(of: values.elements, l2: l2) }
    }
}

private func isClose(_ found: [Float], _ expected: [Float], _ tolerance: Float = 1e-6) -> Bool {
    found.count == expected.count
        && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

@Suite struct OptimizerTests {
    /// With a constant gradient g, `v_n = −α g (1 − γⁿ) / (1 − γ)`.
    @Test func sgdmUnderAConstantGradientIsAGeometricSeries() {
        let bench = Bench(.sgdm, [0])
        var position = 0.0
        for step in 1...20 {
            position -= 0.1 * 2 * (1 - pow(0.9, step)) / 0.1
            #expect(isClose(bench.step([2]), [Float(position)], 1e-5))
        }
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { value, _ in value * base }
    }

    /// Bias correction makes adam's first step `α · sign(g)`, whatever the gradient's size.
    @Test func adamsFirstStepIsTheLearningRate() {
        let bench = Bench(.adam, [0, 0, 0])
        #expect(isClose(bench.step([1e-3, -5, 200]), [-0.1, 0.1, -0.1], 1e-4))
    }

    /// With a constant gradient both corrected averages stay g and g², so every step is the same.
    @Test func adamUnderAConstantGradientMovesEvenly() {
        let bench = Bench(.adam, [1])
        for step in 1...10 { #expect(isClose(bench.step([3]), [1 - 0.1 * Float(step)], 1e-4)) }
    }

    /// `v_n = g² (1 − βⁿ)`, so step n is `α / √(1 − βⁿ)`.
    @Test func rmspropUnderAConstantGradientSlowsDownToTheLearningRate() {
        let bench = Bench(.rmsprop, [0])
        var position = 0.0
        for step in 1...15 {
            position -= 0.1 / (1 - pow(0.9, step)).squareRoot()
            #expect(isClose(bench.step([4]), [Float(position)], 1e-4))
        }
    }

    /// ONNX operator test `test_momentum` (alpha 0.95, norm_coefficient 0.001); its V is our −v / R.
    @Test func momentumAgreesWithTheONNXCase() {
        let bench = Bench(.sgdm, [1.2, 2.8])
        bench.options.momentum = 0.95
        bench.options.l2Regularization = 0.001
        bench.setMoments([-0.17, -0.36])
        #expect(isClose(bench.step([-0.94, -2.5]), [1.13238, 2.70772]))
        #expect(isClose(bench.firstMoment.map { -$0 / 0.1 }, [0.6762, 0.9228], 1e-5))
    }

    /// ONNX operator test `test_adam` (alpha 0.95, beta 0.1, epsilon 1e-7, norm_coefficient 0.001). At T = 0 ONNX
    /// corrects no bias; neither do we once the averages have long settled.
    @Test func adamAgreesWithTheONNXCase() {
        let bench = Bench(.adam, [1.2, 2.8])
        bench.options.gradientDecayFactor = 0.95
        bench.options.squaredGradientDecayFactor = 0.1
        bench.options.epsilon = 1e-7
        bench.options.l2Regularization = 0.001
        bench.optimizer.steps = 1_000_000
        bench.setMoments([1.7, 3.6], [0.1, 0.1])
        #expect(isClose(bench.step([-0.94, -2.5]), [1.0250363, 2.6610327]))
        #expect(isClose(bench.firstMoment, [1.56806, 3.2951398]))
        #expect(isClose(bench.secondMoment, [0.8032108, 5.622407]))
    }

    @Test func factorsScaleRateAndRegularization() {
        let bench = Bench(.sgdm, [1], rate: 2, l2: 0.5)
        bench.options.l2Regularization = 0.2
        // w − α·2·(g + 0.2·0.5·w) = 1 − 0.2·(3 + 0.1)
        #expect(isClose(bench.step([3]), [0.38]))
        #expect(abs(bench.penalty(l2: 0.2) - 0.1 * 0.5 * 0.1444) < 1e-7)
    }

    @Test func l2normClipsEachTensorByItself() {
        let bench = Bench(.sgdm, [0, 0, 0, 0], tensors: [0..<2, 2..<4])
        bench.options.momentum = 0
        bench.options.gradientThreshold = 1
        #expect(isClose(bench.step([3, 4, 0.3, 0.4], rate: 1), [-0.6, -0.8, -0.3, -0.4]))
    }

    @Test func globalL2normClipsAllTensorsTogether() {
        let bench = Bench(.sgdm, [0, 0, 0], tensors: [0..<1, 1..<3])
        bench.options.momentum = 0
        bench.options.gradientThreshold = 1
        bench.options.gradientThresholdMethod = .globalL2norm
        let moved = bench.step([2, 3, 6], rate: 1).map { $0 * 7 }
        #expect(isClose(moved, [-2, -3, -6]))
    }

    @Test func absoluteValueClipsEachNumber() {
        let bench = Bench(.sgdm, [0, 0, 0])
        bench.options.momentum = 0
        bench.options.gradientThreshold = 1
        bench.options.gradientThresholdMethod = .absoluteValue
        #expect(isClose(bench.step([5, -0.5, -7], rate: 1), [-1, 0.5, 1]))
    }

    @Test(arguments: Solver.allCases)
    func resultsDoNotDependOnThreads(solver: Solver) {
        // Three tensors of several blocks each, with odd ends.
        let count = 90_001
        var random = RandomSource(seed: 5)
        let start = (0..<count).map { _ in random.normal() }
        let gradients = (0..<count).map { _ in random.normal() }
        let results = [1, 2, 3].map { threads in
            let bench = Bench(
                solver, start, tensors: [0..<40_000, 40_000..<40_007, 40_007..<count], threads: threads)
            bench.options.l2Regularization = 0.01
            bench.options.gradientThreshold = 0.5
            bench.options.gradientThresholdMethod = .globalL2norm
            for _ in 0..<3 { _ = bench.step(gradients) }
            return bench.current.map(\.bitPattern) + [Float(bench.penalty(l2: 0.01)).bitPattern]
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
        #expect(results[0] != start.map(\.bitPattern))
    }
}
