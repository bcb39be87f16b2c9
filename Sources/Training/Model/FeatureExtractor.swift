import Datasets
import Interchange
import Networks
import Tensors

/// What a layer of a model makes of samples: a row of numbers for each.
public final class FeatureExtractor {
    /// Numbers of a row.
    public let width: Int
    private let model: Model
    private let plan: Plan<Float>

    private static let batchSize = 32

    /// - Parameters:
    ///   - layer: the layer whose outputs are the features; what the classifier takes if nil.
    ///   - pools: whether maps become their means.
    /// - Throws: `FeatureError` where no layer has this name.
    public init(_ model: Model, layer: String?, pools: Bool = false, workers: Workers) throws {
        let name = layer ?? Self.defaultLayer(of: model.network)
        guard var part = model.network.truncated(after: name) else {
            throw FeatureError.unknownLayer(
                model: model.name, layer: name, known: model.network.nodes.map(\.name))
        }
        self.model = model
        if pools, let shape = part.inspect().rows.last?.activations, !shape.isVector {
            var mean = "mean"
            while part.nodes.contains(where: { $0.name == mean }) { mean += "_" }
            part.append(GlobalAveragePooling(), named: mean)
        }
        plan = try Plan(
            part, batchSize: Self.batchSize, mode: .inference,
            parameters: Parameters(of: part, from: model.parameters), workers: workers,
            hasFixedParameters: true)
        width = plan.outputShape.count
    }

    /// Calls `row` with the features and the label of each sample, in their order.
    ///
    /// - Parameter samples: raw, as bytes 0…255 where they are pictures; the model's preprocessing is applied here.
    public func extract(
        _ samples: SampleSet, row: (UnsafeBufferPointer<Float>, _ label: Int32) throws -> Void
    ) throws {
        guard samples.shape == model.network.input else {
            throw FeatureError.otherShape(found: samples.shape, expected: model.network.input)
        }
        for start in stride(from: 0, to: samples.count, by: Self.batchSize) {
            let count = min(Self.batchSize, samples.count - start)
            let preprocessing = model.preprocessing
            plan.infer(count: count) { index, place in
                samples.load(start + index, into: place)
                preprocessing?.apply(to: place)
            }
            for index in 0..<count {
                try row(
                    UnsafeBufferPointer(rebasing: plan.outputs[index * width..<(index + 1) * width]),
                    samples.label(at: start + index))
            }
        }
    }

    /// Before the classifier: the input of the last layer with weights, where there is one.
    private static func defaultLayer(of network: Network) -> String {
        let classifier = network.nodes.last { $0.layer is FullyConnected || $0.layer is Convolution }
        let input = classifier?.inputs.first ?? network.nodes.last?.name ?? ""
        return input == Network.inputName ? network.nodes.last?.name ?? "" : input
    }
}

extension Preprocessing {
    /// Turns red, green, blue bytes `[C, H, W]` into the network's inputs, in place.
    fileprivate func apply(to place: UnsafeMutableBufferPointer<Float>) {
        let area = place.count / max(1, factors.count)
        if order == .bgr, factors.count == 3 {
            for position in 0..<area { place.swapAt(position, position + 2 * area) }
        }
        for channel in factors.indices {
            let (factor, offset) = (factors[channel], offsets[channel])
            for position in channel * area..<(channel + 1) * area {
                place[position] = place[position] * factor + offset
            }
        }
    }
}

/// Why features cannot be computed.
public enum FeatureError: Error, Equatable, CustomStringConvertible {
    case unknownLayer(model: String, layer: String, known: [String])
    case otherShape(found: Shape, expected: Shape)

    public var description: String {
        switch self {
        case .unknownLayer(let model, let layer, let known):
            "\(model): no layer is called \(layer)\(suggestion(for: layer, among: known))"
        case .otherShape(let found, let expected):
            "the samples are \(found), the model takes \(expected); use data like those it was trained on"
        }
    }
}
