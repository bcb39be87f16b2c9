import Datasets
import Foundation
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

extension SharedData {
    /// 2,000 pictures of CIFAR-10, normalised by ImageNet's means and deviations.
    static func smallPictures() throws -> (images: [Float], labels: [Int]) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("cifar10/train2000_a.bin"))))
        let mean: [Float] = [0.485, 0.456, 0.406]
        let deviation: [Float] = [0.229, 0.224, 0.225]
        var images: [Float] = []
        var labels: [Int] = []
        images.reserveCapacity(2000 * 3072)
        for record in 0..<2000 {
            labels.append(Int(bytes[record * 3073]))
            for index in 0..<3072 {
                let value = Float(bytes[record * 3073 + 1 + index]) / 255
                images.append((value - mean[index / 1024]) / deviation[index / 1024])
            }
        }
        return (images, labels)
    }
}

/// How many samples have their largest score at their label.
func correctCount(_ scores: [Float], _ labels: [Int], classes: Int) -> Int {
    labels.indices.count { sample in
        let own = scores[sample * classes..<(sample + 1) * classes]
        return own.firstIndex(of: own.max() ?? 0).map { $0 - sample * classes } == labels[sample]
    }
}
