import Networks
import Tensors

/// A network of one layer set up for a case, what it is fed and what it must give.
struct Trial: Sendable {
    var network: Network
    var isTraining = false
    /// `[count, input shape]`.
    var samples: [Float]
    var parameters: [String: [Float]] = [:]
    /// The layer's output, `[count, output shape]`.
    var expected: [Float]
    /// State that must have changed to this, by its name.
    var expectedState: [String: [Float]] = [:]

    /// The layer under test; the last of the network.
    static let layer = "tested"

    /// One layer after the network's input.
    init(_ layer: any Layer, input: Shape, samples: [Float], expected: [Float]) {
        network = Network(name: "conformance", input: input)
        network.append(layer, named: Self.layer)
        self.samples = samples
        self.expected = expected
    }

    var count: Int { samples.count / network.input.count }

    struct Outcome {
        var output: [Float]
        var parameters: Parameters<Float>
    }

    func run() throws -> Outcome {
        let random = RandomSource(seed: 1)
        let parameters = try Parameters<Float>(network, random: random)
        for (name, values) in self.parameters { parameters.set(name, to: values) }
        let plan = try Plan(
            network, batchSize: count, mode: isTraining ? .training : .inference, loss: .meanSquaredError,
            parameters: parameters, workers: Workers(threads: 1))
        let size = network.input.count
        let load: Plan<Float>.Load = { sample, buffer in
            _ = buffer.update(from: samples[sample * size..<(sample + 1) * size])
        }
        if isTraining {
            let labels = [Int32](repeating: 0, count: count)
            _ = labels.withUnsafeBufferPointer {
                plan.computeGradients(count: count, labels: $0, random: random, load: load)
            }
            return Outcome(output: plan.activations(of: Self.layer) ?? [], parameters: parameters)
        }
        plan.infer(count: count, load: load)
        return Outcome(output: Array(plan.outputs.prefix(expected.count)), parameters: parameters)
    }
}

/// Why a case is not for this program.
struct OutOfScope: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// The largest difference, relative to the expected value where that is above 1; infinite where the counts differ.
func worstDifference(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { worst, pair in
        let difference = abs(pair.0 - pair.1) / max(1, abs(pair.1))
        return difference.isNaN ? .infinity : max(worst, difference)
    }
}
