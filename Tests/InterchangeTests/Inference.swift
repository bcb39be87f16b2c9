import Interchange
import Networks
import Tensors

extension Model {
    /// What the network gives for some samples, one behind the other.
    func outputs(for samples: [Float], keeping layers: Set<String> = []) throws -> [Float] {
        let size = network.input.count
        let count = samples.count / size
        let plan = try Plan(
            network, batchSize: count, mode: .inference, parameters: parameters, workers: Workers(threads: 2))
        plan.infer(count: count) { sample, buffer in
            _ = buffer.update(from: samples[sample * size..<(sample + 1) * size])
        }
        return Array(plan.outputs)
    }
}

func largestDifference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) {
        let difference = abs($1.0 - $1.1)
        return difference.isNaN ? .infinity : max($0, difference)
    }
}
