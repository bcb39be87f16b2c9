import Networks
import Tensors

/// Networks that several tests use.
enum ExampleNetworks {
    /// The default preset's network, for any input.
    static func normalized(_ input: Shape = Shape(1, 28, 28)) -> Network {
        var network = Network(name: "normalized", input: input)
        for (index, filters) in [8, 16, 32].enumerated() {
            network.append(
                Convolution(filters: filters, kernel: 3, padding: .same), named: "conv_\(index + 1)")
            network.append(BatchNormalization(), named: "batchnorm_\(index + 1)")
            network.append(ReLU(), named: "relu_\(index + 1)")
            if index < 2 { network.append(MaxPooling(size: 2), named: "maxpool_\(index + 1)") }
        }
        network.append(FullyConnected(outputs: 10), named: "fc")
        network.append(Softmax(), named: "softmax")
        return network
    }

    /// LeNet's kind, with a fully connected layer large enough to take the whole batch, and dropout.
    static func large() -> Network {
        var network = Network(name: "large", input: Shape(1, 20, 20))
        network.append(Convolution(filters: 8, kernel: 5), named: "conv_1")
        network.append(MaxPooling(size: 2), named: "maxpool_1")
        network.append(FullyConnected(outputs: 300), named: "fc_1")
        network.append(ReLU(), named: "relu")
        network.append(Dropout(probability: 0.3), named: "dropout")
        network.append(FullyConnected(outputs: 10), named: "fc_2")
        network.append(Softmax(), named: "softmax")
        return network
    }
}

/// Samples and labels made from a seed.
struct ExampleBatch<Element: Scalar> {
    let shape: Shape
    let samples: [Element]
    let labels: [Int32]

    init(_ shape: Shape, count: Int, classes: Int = 10, seed: UInt64 = 3) {
        var random = RandomSource(seed: seed)
        self.shape = shape
        labels = (0..<count).map { _ in Int32(random.integer(below: classes)) }
        samples = (0..<count * shape.count).map { _ in Element(random.normal()) }
    }

    var load: Plan<Element>.Load {
        { sample, target in
            for index in target.indices { target[index] = samples[sample * shape.count + index] }
        }
    }
}

extension Plan {
    func computeGradients(_ batch: ExampleBatch<Element>, count: Int, step: UInt64 = 0) -> BatchOutcome {
        batch.labels.withUnsafeBufferPointer {
            computeGradients(count: count, labels: $0, random: RandomSource(seed: step), load: batch.load)
        }
    }
}
