import Networks
import Tensors

/// Compares a plan's gradients with central differences of its loss, all in Double.
final class GradientCheck {
    struct Report {
        var worstRelativeError = 0.0
        var worstElement = "none"
        var checked = 0
    }

    private let parameters: Parameters<Double>
    private let plan: Plan<Double>
    private let count = 7
    private var input: [Double]
    private let labels: [Int32]
    private let random: RandomSource

    /// Seven samples in a plan for seventy: two full pieces of three and one of one.
    init(_ layerCase: LayerCase, seed: UInt64) throws {
        let network = layerCase.network
        var source = RandomSource(seed: seed)
        parameters = try Parameters(network, random: source.stream(1))
        // Biases and offsets start at 0 and scales at 1, where some mistakes do not show.
        for entry in parameters.entries {
            for index in entry.range { parameters.values[index] += 0.1 * Double(source.normal()) }
        }
        plan = try Plan(
            network, batchSize: 70, mode: .training, loss: layerCase.loss, parameters: parameters,
            workers: Workers(threads: 1), wantsInputGradients: true)
        input = (0..<count * network.input.count).map { _ in Double(source.normal()) }
        let classes = plan.outputShape.count
        labels = (0..<count).map { _ in Int32(source.integer(below: classes)) }
        random = source.stream(2)
    }

    /// - Parameter factor: other than 1 to see that the check itself can fail.
    func run(scalingAnalyticBy factor: Double = 1) -> Report {
        var report = Report()
        _ = totalLoss()
        let (analytic, analyticInput) = (
            Array(plan.gradients), Array(plan.inputGradients ?? .init(start: nil, count: 0))
        )
        for entry in parameters.entries {
            for index in entry.range.striding(most: 60) {
                let numeric = difference { parameters.values[index] += $0 }
                compare(
                    factor * analytic[index], numeric, "\(entry.name)[\(index - entry.range.lowerBound)]",
                    &report)
            }
        }
        for index in (0..<input.count).striding(most: 120) {
            let numeric = difference { input[index] += $0 }
            compare(factor * analyticInput[index], numeric, "input[\(index)]", &report)
        }
        return report
    }

    private func difference(_ move: (Double) -> Void) -> Double {
        let step = 1e-5
        move(step)
        let above = totalLoss()
        move(-2 * step)
        let below = totalLoss()
        move(step)
        return (above - below) / (2 * step) / Double(count)
    }

    private func compare(_ analytic: Double, _ numeric: Double, _ name: String, _ report: inout Report) {
        let error = abs(analytic - numeric) / max(abs(analytic), abs(numeric), 1e-4)
        report.checked += 1
        if !(error <= report.worstRelativeError) {
            report.worstRelativeError = error
            report.worstElement = "\(name): \(analytic), by differences \(numeric)"
        }
    }

    private func totalLoss() -> Double {
        labels.withUnsafeBufferPointer { labels in
            let (input, size) = (self.input, plan.network.input.count)
            return plan.computeGradients(count: count, labels: labels, random: random) { sample, target in
                for index in 0..<size { target[index] = input[sample * size + index] }
            }.totalLoss
        }
    }
}

extension Range<Int> {
    /// Itself, or every n-th so that at most about `most` remain.
    fileprivate func striding(most: Int) -> StrideTo<Int> {
        stride(from: lowerBound, to: upperBound, by: Swift.max(1, (count + most - 1) / most))
    }
}
