import Datasets
import Networks
import Runs
import Tensors

/// Looks at single validation samples through the network as it is now: its outputs, and which parts decided.
///
/// Made with the trainer, it costs nothing until the first look; then it never takes more than a twentieth of the time.
package final class ExampleInspector {
    private let experiment: Experiment
    private let parameters: Parameters<Float>
    private let workers: Workers
    /// Compiled at the first look.
    private var plan: Plan<Float>?
    private var position = 0
    private var nextLook = -Double.infinity
    private let macs: Int

    private static let batchSize = Occlusion.batchSize
    /// Seconds between two looks at least.
    private static let interval = 0.5

    package init(_ experiment: Experiment, parameters: Parameters<Float>, workers: Workers) {
        self.experiment = experiment
        self.parameters = parameters
        self.workers = workers
        macs = max(1, experiment.network.inspect().totalMACs)
    }

    func isDue(at now: Double) -> Bool { now >= nextLook }

    /// After a look that lasted from `start` to `end`.
    func rest(from start: Double, to end: Double) {
        nextLook = end + max(Self.interval, 20 * (end - start))
    }

    private var set: SampleSet { experiment.validation }

    /// Turns to another sample; where none is wrong, stays.
    package func move(_ step: ExampleStep) {
        switch step {
        case .next: position = (position + 1) % max(1, set.count)
        case .previous: position = (position + set.count - 1) % max(1, set.count)
        case .nextWrong: position = nextWrong() ?? position
        }
    }

    /// The sample at hand; nil without validation samples or without memory for a plan.
    package func example(at progress: Progress) -> Example? {
        guard set.count > 0, let plan = compiled() else { return nil }
        let shape = set.shape
        var sample = [Float](repeating: 0, count: shape.count)
        sample.withUnsafeMutableBufferPointer { set.load(position, into: $0) }
        let scores = outputs(plan, count: 1) { [sample] _, place in _ = place.update(from: sample) }[0]
        let map = importance(of: sample, shape, scores, plan)
        let finite = sample.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        let scale = high > low ? 255 / (high - low) : 0
        return Example(
            sample: position, samples: set.count, iteration: progress.iteration,
            truth: Int(set.label(at: position)), channels: shape.channels, height: shape.height,
            width: shape.width, values: sample.map { $0.isFinite ? UInt8(($0 - low) * scale) : 0 },
            lowest: low, highest: high, scores: scores, importance: map)
    }

    private func importance(of sample: [Float], _ shape: Shape, _ scores: [Float], _ plan: Plan<Float>)
        -> ImportanceMap
    {
        let target = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        return Occlusion(shape: shape, macs: macs).map(of: sample, score: scores[target]) { count, load in
            outputs(plan, count: count, load: load).map { $0[target] }
        }
    }

    // MARK: The network

    private func nextWrong() -> Int? {
        guard let plan = compiled() else { return nil }
        for start in stride(from: 1, through: set.count, by: Self.batchSize) {
            let count = min(Self.batchSize, set.count + 1 - start)
            let place = { [position, set] index in (position + start + index) % set.count }
            let results = outputs(plan, count: count) { [set] index, values in
                set.load(place(index), into: values)
            }
            for (index, scores) in results.enumerated() {
                if prediction(scores) != Int(set.label(at: place(index))) { return place(index) }
            }
        }
        return nil
    }

    private func prediction(_ scores: [Float]) -> Int {
        guard scores.count > 1 else { return scores[0].isFinite ? Int(scores[0].rounded()) : -1 }
        return scores.indices.max { scores[$0] < scores[$1] } ?? 0
    }

    private func outputs(_ plan: Plan<Float>, count: Int, load: @escaping Plan<Float>.Load) -> [[Float]] {
        plan.infer(count: count, load: load)
        let width = plan.outputShape.count
        return (0..<count).map { Array(plan.outputs[$0 * width..<($0 + 1) * width]) }
    }

    private func compiled() -> Plan<Float>? {
        if let plan { return plan }
        plan = try? Plan(
            experiment.network, batchSize: Self.batchSize, mode: .inference, loss: experiment.loss,
            parameters: parameters, workers: workers)
        return plan
    }
}
