import Tensors

/// What a batch gave, beside the gradients.
public struct BatchOutcome: Sendable, Equatable {
    /// Mean over the batch, without regularisation.
    public var meanLoss: Float
    /// Samples whose largest output is the label's (or, with one output, rounds to it).
    public var correct: Int
}

/// A network compiled for a largest batch size and a mode: shapes resolved, memory laid out, kernels chosen.
public final class Plan<Element: Scalar> {
    public enum Mode: Sendable { case training, inference }

    /// Puts sample `index` of the batch at the given place. Called from the workers' threads.
    public typealias Load = (_ sample: Int, _ into: UnsafeMutableBufferPointer<Element>) -> Void

    public let network: Network
    public let batchSize: Int
    public let mode: Mode
    public let parameters: Parameters<Element>
    public let outputShape: Shape
    /// Mean over the last batch, laid out as `Parameters.values`; no regularisation in it. Empty for inference.
    public let gradients: UnsafeMutableBufferPointer<Element>
    /// Of every dropout layer while training; as each declares when nil.
    public var dropoutProbability: Double?

    public init(
        _ network: Network, batchSize: Int, mode: Mode, loss: Loss = .crossEntropy(),
        parameters: Parameters<Element>, workers: Workers
    ) throws(NetworkError) {
        let analysis = try network.analyze()
        self.network = network
        self.batchSize = batchSize
        self.mode = mode
        self.parameters = parameters
        outputShape = analysis.rows.last?.activations ?? network.input
        gradients = AlignedBuffer<Element>(count: 0).elements
    }

    public func computeGradients(
        count: Int, labels: UnsafeBufferPointer<Int32>, random: RandomSource, load: @escaping Load
    ) -> BatchOutcome {
        BatchOutcome(meanLoss: 0, correct: 0)
    }

    public func infer(count: Int, load: @escaping Load) {}

    /// `[count, outputShape.count]` of the last batch; probabilities when the network ends in softmax.
    public var outputs: UnsafeBufferPointer<Element> { UnsafeBufferPointer(gradients) }

    /// A copy of a layer's outputs `[count, shape]` for the last batch; nil if there is no such layer.
    public func activations(of layer: String) -> [Element]? { nil }
}
