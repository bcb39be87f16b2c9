import Datasets
import Interchange
import Networks
import Tensors

/// What layers of a model make of samples: a row of numbers for each.
public final class FeatureExtractor {
    /// Numbers of a row.
    public let width: Int
    /// Of a sample.
    public let input: Shape
    private let model: Model
    private let features: NetworkFeatures
    private let plan: Plan<Float>

    private static let batchSize = 32

    /// - Parameters:
    ///   - features: which layers, and what becomes of their numbers; where the model comes from plays no part.
    ///   - size: of pictures, where it is not to be the model's.
    /// - Throws: `FeatureError` where no layer has such a name; `InputSizeError` where the layers are bound to the
    ///   model's own size.
    public init(_ model: Model, _ features: NetworkFeatures, size: PixelSize? = nil, workers: Workers) throws
    {
        let network = model.network
        let layers =
            features.layers.isEmpty
            ? [Self.defaultLayer(of: network)] : try NetworkFeatures.layers(features.layers, of: model)
        guard var part = network.joined(layers, pools: features.pools) else {
            preconditionFailure("\(network.name) has no layers \(layers)")
        }
        if let size {
            let input = Shape(network.input.channels, size.height, size.width)
            var resized = network
            resized.input = input
            guard
                let other = resized.joined(layers, pools: features.pools)?.taking(
                    input, with: model.parameters)
            else { throw InputSizeError(model: model.name, wanted: input, own: network.input) }
            part = other
        }
        self.model = model
        self.features = features
        input = part.input
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
        guard samples.shape == input else {
            throw FeatureError.otherShape(found: samples.shape, expected: input)
        }
        var values = [Float](repeating: 0, count: Self.batchSize * width)
        for start in stride(from: 0, to: samples.count, by: Self.batchSize) {
            let count = min(Self.batchSize, samples.count - start)
            compute(samples, start, count, mirrored: false)
            for index in 0..<count * width { values[index] = plan.outputs[index] }
            if features.mirrors {
                compute(samples, start, count, mirrored: true)
                for index in 0..<count * width { values[index] = (values[index] + plan.outputs[index]) / 2 }
            }
            if features.takesRoots { for index in 0..<count * width { values[index].takeRoot() } }
            try values.withUnsafeBufferPointer { values in
                for index in 0..<count {
                    try row(
                        UnsafeBufferPointer(rebasing: values[index * width..<(index + 1) * width]),
                        samples.label(at: start + index))
                }
            }
        }
    }

    private func compute(_ samples: SampleSet, _ start: Int, _ count: Int, mirrored: Bool) {
        let preprocessing = model.preprocessing
        let columns = input.width
        plan.infer(count: count) { index, place in
            samples.load(start + index, into: place)
            preprocessing?.apply(to: place)
            if mirrored { place.mirrorRows(columns: columns) }
        }
    }

    /// Before the classifier: the input of the last layer with weights, where there is one.
    private static func defaultLayer(of network: Network) -> String {
        let classifier = network.nodes.last { $0.layer is FullyConnected || $0.layer is Convolution }
        let input = classifier?.inputs.first ?? network.nodes.last?.name ?? ""
        return input == Network.inputName ? network.nodes.last?.name ?? "" : input
    }
}

extension Float {
    /// `sign(x) · √|x|`: brings large and small activations closer together (Perronnin, Sánchez, Mensink, "Improving
    /// the Fisher kernel for large-scale image classification", 2010).
    fileprivate mutating func takeRoot() { self = self < 0 ? -(-self).squareRoot() : squareRoot() }
}

extension UnsafeMutableBufferPointer<Float> {
    /// Left and right change places in each row.
    fileprivate func mirrorRows(columns: Int) {
        for start in stride(from: 0, to: count, by: columns) {
            for column in 0..<columns / 2 { swapAt(start + column, start + columns - 1 - column) }
        }
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
