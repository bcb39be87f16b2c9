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

    private static let batchSize = 64
    /// Multiply-accumulate operations that one map may take, apart from what the coarsest one needs.
    private static let budget = 200_000_000
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

    // MARK: Which parts decided

    /// Covers one part after the other with the sample's mean and looks how far the predicted class' score falls.
    private func importance(of sample: [Float], _ shape: Shape, _ scores: [Float], _ plan: Plan<Float>)
        -> ImportanceMap
    {
        let (rows, columns) = grid(over: shape)
        let target = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        let means = (0..<shape.channels).map { channel in
            sample[channel * shape.area..<(channel + 1) * shape.area].reduce(0, +) / Float(shape.area)
        }
        var drops: [Float] = []
        for start in stride(from: 0, to: rows * columns, by: Self.batchSize) {
            let count = min(Self.batchSize, rows * columns - start)
            let results = outputs(plan, count: count) { index, place in
                _ = place.update(from: sample)
                let cell = start + index
                let y = Self.window(cell / columns, of: rows, over: shape.height)
                let x = Self.window(cell % columns, of: columns, over: shape.width)
                for channel in 0..<shape.channels {
                    for row in y {
                        let line = channel * shape.area + row * shape.width
                        for column in x { place[line + column] = means[channel] }
                    }
                }
            }
            drops += results.map { scores[target] - $0[target] }
        }
        return ImportanceMap(rows: rows, columns: columns, drops: drops)
    }

    /// As fine as the budget allows: 4×4 to 16×16 places, or 8 to 128 along a signal, never finer than the sample.
    private func grid(over shape: Shape) -> (rows: Int, columns: Int) {
        let places = Self.budget / macs
        guard shape.height > 1 else { return (1, min(shape.width, max(8, min(128, places)))) }
        var side = 4
        while side < 16, (side + 1) * (side + 1) <= places { side += 1 }
        return (min(side, shape.height), min(side, shape.width))
    }

    /// What is covered for one place of a grid: a part twice as wide as the places are apart, in the middle of it.
    static func window(_ place: Int, of places: Int, over extent: Int) -> Range<Int> {
        let start = place * extent / places
        let end = max(start + 1, (place + 1) * extent / places)
        guard places > 1 else { return start..<end }
        let margin = max(extent > 1 ? 1 : 0, (end - start) / 2)
        return max(0, start - margin)..<min(extent, end + margin)
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
