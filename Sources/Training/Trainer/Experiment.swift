import Datasets
import Networks
import Tensors

/// A preset with everything it names at hand: the data, read and split, and the network, checked.
public struct Experiment: Sendable {
    public var preset: Preset
    public let network: Network
    public let training: SampleSet
    public let validation: SampleSet
    public let test: SampleSet
    /// What reading the data left out or found odd, for the run's log.
    public let remarks: [String]
    /// What layers of the same name and shape begin with, in place of random numbers.
    public var initialWeights: Parameters<Float>?

    public init(
        preset: Preset, network: Network, training: SampleSet, validation: SampleSet, test: SampleSet,
        remarks: [String] = [], initialWeights: Parameters<Float>? = nil
    ) {
        precondition(training.count > 0, "nothing to train on in \(training.dataset.name)")
        self.preset = preset
        self.network = network
        self.training = training
        self.validation = validation
        self.test = test
        self.remarks = remarks
        self.initialWeights = initialWeights
    }

    /// What training makes small.
    public var loss: Loss { preset.options.loss(of: network) }

    /// All randomness of a run comes from its seed, each use from a stream of its own, so that none disturbs another.
    enum Stream {
        static let initialWeights: UInt64 = 1
        static let order: UInt64 = 2
        static let dropout: UInt64 = 3
        static let augmentation: UInt64 = 4
    }
}

extension Options {
    /// The loss that the options mean for a network.
    public func loss(of network: Network) -> Loss {
        let endsInSoftmax = network.nodes.last?.layer is Softmax
        switch lossFunction {
        case .meanSquaredError: return .meanSquaredError
        case .automatic where network.nodes.last?.layer is LogSoftmax: return .negativeLogLikelihood
        case .automatic where !endsInSoftmax: return .meanSquaredError
        case .crossEntropy, .automatic: return .crossEntropy(labelSmoothing: Float(labelSmoothing))
        }
    }

    /// `executionThreads`, or one for each core this process may use.
    public var threads: Int { executionThreads > 0 ? executionThreads : min(1024, availableCores()) }
}
