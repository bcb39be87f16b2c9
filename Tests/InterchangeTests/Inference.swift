import Datasets
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

/// The test digits of MNIST, bytes as numbers.
enum MNIST {
    static func test(count: Int) throws -> (images: [Float], labels: [Int]) {
        let folder = SharedData.path("mnist")
        let images = try IDX.readImages("\(folder)/t10k-images-idx3-ubyte.gz")
        let labels = try IDX.readLabels("\(folder)/t10k-labels-idx1-ubyte.gz")
        return (images.pixels.prefix(count * 784).map { Float($0) }, labels.prefix(count).map { Int($0) })
    }
}
