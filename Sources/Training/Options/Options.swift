import Datasets

/// How a network is trained: MATLAB's `trainingOptions` by name and default, in lowerCamelCase.
///
/// Source: https://www.mathworks.com/help/deeplearning/ref/trainingoptions.html. Every property has one entry in
/// ``OptionDescription/all``, which serves presets, `--set`, live edits, the dashboard's panel and `--help`.
public struct Options: Sendable, Equatable {
    public var solverName: Solver = .sgdm
    public var maxEpochs = 30
    /// Samples per update; ``Options/all`` takes the whole training set: full-batch gradient descent.
    public var miniBatchSize = 128

    /// What the preset says, if anything; otherwise the solver decides.
    var givenInitialLearnRate: Double?
    var givenSquaredGradientDecayFactor: Double?

    public var momentum = 0.9
    public var gradientDecayFactor = 0.9
    public var epsilon = 1e-8

    public var learnRateSchedule: LearnRateSchedule = .none
    public var learnRateDropFactor = 0.1
    public var learnRateDropPeriod = 10.0
    public var learnRateInitialFactor = 0.1
    public var learnRateFinalFactor = 0.01
    public var learnRateMaxFactor = 10.0
    public var learnRateWarmupSteps = 5
    public var learnRatePower = 1.0
    public var learnRatePeriod = 2.0

    public var l2Regularization = 1e-4
    public var gradientThreshold = Double.infinity
    public var gradientThresholdMethod: GradientThresholdMethod = .l2norm

    public var shuffle: Shuffle = .once
    public var lastBatch: LastBatch = .keep
    public var lossFunction: LossFunction = .automatic
    public var labelSmoothing = 0.0
    /// Of every dropout layer; negative means: as the network declares.
    public var dropout = Options.asDeclared

    /// What the preset says, if anything; otherwise nothing is frozen, or all before the new layers of a transfer.
    var givenFreeze: Freeze?
    /// Megabytes that the activations of frozen layers may take beside the run.
    public var activationCacheSize = 4096

    /// In iterations.
    public var validationFrequency = 50
    /// Validations without a better loss before the run stops; ``Options/unlimited`` never stops it.
    public var validationPatience = Options.unlimited
    public var objectiveMetricName: ObjectiveMetric = .loss
    public var outputNetwork: OutputNetwork = .lastIteration
    public var verboseFrequency = 50
    /// In epochs; ``Options/unlimited`` writes only at the end.
    public var checkpointFrequency = 1
    /// Older automatic checkpoints are removed beyond this many; those a user asked for stay.
    public var checkpointsKept = 5
    /// Threads of the engine; 0: one for each core.
    public var executionThreads = 0

    /// `miniBatchSize: all`.
    public static let all = Int.max
    /// `inf`.
    public static let unlimited = Int.max
    static let asDeclared = -1.0

    public init() {}

    /// The base learning rate, which the schedule scales: 0.01 for sgdm, 0.001 for the others unless given.
    public var initialLearnRate: Double {
        get { givenInitialLearnRate ?? (solverName == .sgdm ? 0.01 : 0.001) }
        set { givenInitialLearnRate = newValue }
    }

    /// Which layers keep their weights.
    public var freeze: Freeze {
        get { givenFreeze ?? .none }
        set { givenFreeze = newValue }
    }

    /// 0.999 for adam, 0.9 for rmsprop unless given.
    public var squaredGradientDecayFactor: Double {
        get { givenSquaredGradientDecayFactor ?? (solverName == .adam ? 0.999 : 0.9) }
        set { givenSquaredGradientDecayFactor = newValue }
    }
}

/// A choice that presets spell as text.
public protocol OptionChoice: RawRepresentable, CaseIterable, Sendable, Equatable where RawValue == String {}

extension Shuffle: OptionChoice {}
extension LastBatch: OptionChoice {}

public enum Solver: String, OptionChoice { case sgdm, adam, rmsprop }

/// How gradients beyond `gradientThreshold` are cut.
public enum GradientThresholdMethod: String, OptionChoice {
    /// Each parameter's gradient by its own L2 norm.
    case l2norm
    /// All gradients by their common L2 norm.
    case globalL2norm = "global-l2norm"
    /// Each value by its magnitude.
    case absoluteValue = "absolute-value"
}

/// Which network a finished run hands over.
public enum OutputNetwork: String, OptionChoice {
    case lastIteration = "last-iteration"
    case bestValidation = "best-validation"
}

/// What decides which validation was the best.
public enum ObjectiveMetric: String, OptionChoice { case loss, accuracy }

/// What training makes small.
public enum LossFunction: String, OptionChoice {
    /// Cross-entropy for networks that end in softmax, else mean squared error.
    case automatic
    case crossEntropy = "crossentropy"
    case meanSquaredError = "mse"
}
