import Foundation
import Interchange
import Networks
import Tensors
import Testing

/// The small files in `Fixtures`, which `make.py` there makes.
enum Fixture {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
    }

    static func expected(_ name: String) throws -> Safetensors {
        try Safetensors(contentsOf: path("\(name)-expected.safetensors"))
    }
}

extension Model {
    /// A network with first values.
    init(untrained network: Network) throws {
        self.init(
            name: network.name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: 1)))
    }

    /// The outputs for inputs whose channels come last, as Keras has them.
    func outputs(channelsLast x: Safetensors.Tensor) throws -> [Float] {
        let values = try #require(x.floats())
        let size = network.input.count
        try #require(values.count.isMultiple(of: size))
        let (channels, area) = (network.input.channels, network.input.area)
        var samples: [Float] = []
        for start in stride(from: 0, to: values.count, by: size) {
            for channel in 0..<channels {
                for position in 0..<area { samples.append(values[start + position * channels + channel]) }
            }
        }
        return try outputs(for: samples)
    }
}
