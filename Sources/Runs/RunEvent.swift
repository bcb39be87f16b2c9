/// Everything the trainer says. Plain values that carry their data, so a run can be recorded, replayed and tested.
///
/// Events with `isLogged` go to the event file, where a dashboard reads them whether it was there or not;
/// the others exist only on the control socket, for whoever is connected at that moment.
public enum RunEvent: Sendable, Equatable, Codable {
    /// First event of every session of the worker: what is trained, on what, with which hyperparameters.
    case described(RunDescription)
    /// How far the run will go and the learning rates it will use; said again whenever an edit changes either.
    case planned(RunPlan)
    case activityChanged(TrainerActivity)
    case iterationFinished(IterationRecord)
    case epochFinished(epoch: Int, iteration: Int)
    case validated(ValidationRecord)
    case filtersObserved(FilterBank)
    case layersObserved([LayerHealth], iteration: Int)
    case exampleObserved(Example)
    /// The samples that it is most wrong about: at the end of a run, and after validations while somebody looks.
    case wrongObserved(WrongSamples)
    /// One pair of cost and γ that cross-validation tried, for a support vector machine.
    case tried(SearchPoint)
    case changed(HyperparameterChange)
    case refused(RunCommand, reason: String)
    case checkpointed(iteration: Int, epoch: Int, file: String)
    case measured(ResourceUsage)
    case noted(Note)
    case stopped(StopRecord)

    /// Whether the event file keeps it.
    public var isLogged: Bool {
        switch self {
        case .activityChanged, .refused, .measured, .exampleObserved: false
        default: true
        }
    }
}

/// What is trained, on what, and with which hyperparameters.
public struct RunDescription: Sendable, Equatable, Codable {
    public var run: String
    public var preset: String
    /// Seconds since 1970.
    public var startedAt: Double
    /// The iteration this session of the worker starts after: 0, or that of the checkpoint it resumes from.
    public var firstIteration: Int
    public var classNames: [String]
    public var layers: [LayerSummary]
    public var trainingSamples: Int
    public var validationSamples: Int
    public var testSamples: Int
    public var hyperparameters: [Hyperparameter]
    public var seed: UInt64
    public var threads: Int

    public init(
        run: String, preset: String, startedAt: Double, firstIteration: Int = 0, classNames: [String],
        layers: [LayerSummary], trainingSamples: Int, validationSamples: Int, testSamples: Int,
        hyperparameters: [Hyperparameter], seed: UInt64, threads: Int
    ) {
        self.run = run
        self.preset = preset
        self.startedAt = startedAt
        self.firstIteration = firstIteration
        self.classNames = classNames
        self.layers = layers
        self.trainingSamples = trainingSamples
        self.validationSamples = validationSamples
        self.testSamples = testSamples
        self.hyperparameters = hyperparameters
        self.seed = seed
        self.threads = threads
    }

    /// What is learned from: `images`, `signals` (of height 1), or `samples` of features.
    public var kindOfSamples: String {
        guard let shape = layers.first?.activations, shape.count == 3 else { return "samples" }
        return shape[1] > 1 ? "images" : shape[2] > 1 ? "signals" : "samples"
    }
}

/// One row of the layer table.
public struct LayerSummary: Sendable, Equatable, Codable {
    public var name: String
    public var type: String
    /// Shape of one sample's activations, `[C, H, W]` or `[C]`.
    public var activations: [Int]
    public var learnables: Int
    /// Names of the layers whose outputs it takes; nil in logs that do not tell: then the one before.
    public var inputs: [String]?
    /// Multiply-accumulate operations for one sample; nil in logs that do not tell.
    public var macs: Int?

    /// The activations as height × width × channels, as `cnntop analyze` has them: `28×28×8`, `100×8` of a signal, `10`.
    public var sizes: String {
        let isShape = activations.count == 3
        let isVector = isShape && activations[1] == 1 && activations[2] == 1
        let ordered =
            isVector
            ? [activations[0]]
            : isShape ? activations.dropFirst(activations[1] == 1 ? 2 : 1) + [activations[0]] : activations
        return ordered.map(String.init).joined(separator: "×")
    }

    public init(
        name: String, type: String, activations: [Int], learnables: Int, inputs: [String]? = nil,
        macs: Int? = nil
    ) {
        self.name = name
        self.type = type
        self.activations = activations
        self.learnables = learnables
        self.inputs = inputs
        self.macs = macs
    }
}

/// How far the run will go from here, if nobody touches it.
public struct RunPlan: Sendable, Equatable, Codable {
    /// The last finished iteration when the plan was made.
    public var iteration: Int
    /// Epochs already finished, as a real number, at `iteration` (the mini-batch size may have changed on the way).
    public var epoch: Double
    public var maxEpochs: Int
    public var iterationsPerEpoch: Int
    /// The iteration at which the run ends when no early stop comes first.
    public var lastIteration: Int
    /// The planned learning rate at some iterations from `iteration` on (at most a few hundred points).
    public var learningRates: [PlannedRate]

    public init(
        iteration: Int, epoch: Double, maxEpochs: Int, iterationsPerEpoch: Int, lastIteration: Int,
        learningRates: [PlannedRate]
    ) {
        self.iteration = iteration
        self.epoch = epoch
        self.maxEpochs = maxEpochs
        self.iterationsPerEpoch = iterationsPerEpoch
        self.lastIteration = lastIteration
        self.learningRates = learningRates
    }
}

public struct PlannedRate: Sendable, Equatable, Codable {
    public var iteration: Int
    public var rate: Double

    public init(iteration: Int, rate: Double) {
        self.iteration = iteration
        self.rate = rate
    }
}

/// What the trainer is doing right now.
public enum TrainerActivity: Sendable, Equatable, Codable {
    case preparing
    case training
    case validating
    /// Paused by a user, or by a fault of the world that it waits out (a full disk): then `reason` says which.
    case paused(reason: String?)
    case finishing
}

/// One finished iteration.
public struct IterationRecord: Sendable, Equatable, Codable {
    /// Counted from 1 over the whole run.
    public var iteration: Int
    /// Counted from 1.
    public var epoch: Int
    /// Mean loss of the mini-batch, L2 regularisation included; NaN and infinity are possible. Nil for what is not
    /// trained by a loss.
    public var loss: Float?
    /// Share of the mini-batch that was classified correctly, 0…1.
    public var accuracy: Float
    /// Nil for what is not trained by gradients.
    public var learningRate: Double?
    /// Seconds of training so far: pauses and the time between sessions not counted.
    public var elapsed: Double

    public init(
        iteration: Int, epoch: Int, loss: Float?, accuracy: Float, learningRate: Double?, elapsed: Double
    ) {
        self.iteration = iteration
        self.epoch = epoch
        self.loss = loss
        self.accuracy = accuracy
        self.learningRate = learningRate
        self.elapsed = elapsed
    }
}

/// One pass over the validation set.
public struct ValidationRecord: Sendable, Equatable, Codable {
    public var iteration: Int
    public var epoch: Int
    /// Nil for what is not trained by a loss.
    public var loss: Float?
    public var accuracy: Float
    public var confusion: ConfusionMatrix
    /// Whether it is the best so far.
    public var isBest: Bool
    /// Validations since the best one, and how many the patience allows (`nil`: no limit).
    public var sinceBest: Int
    public var patience: Int?
    /// For two classes: how the second is told from the first over all thresholds.
    public var detector: DetectorCurve?

    public init(
        iteration: Int, epoch: Int, loss: Float?, accuracy: Float, confusion: ConfusionMatrix, isBest: Bool,
        sinceBest: Int, patience: Int?, detector: DetectorCurve? = nil
    ) {
        self.iteration = iteration
        self.epoch = epoch
        self.loss = loss
        self.accuracy = accuracy
        self.confusion = confusion
        self.isBest = isBest
        self.sinceBest = sinceBest
        self.patience = patience
        self.detector = detector
    }
}

/// One pair of a grid search, and the grid it belongs to.
public struct SearchPoint: Sendable, Equatable, Codable {
    public var cost: Double
    /// Nil for kernels without one.
    public var gamma: Double?
    /// Share of the training samples that were right when they were held out.
    public var accuracy: Double
    /// All values of the grid, ascending.
    public var costs: [Double]
    public var gammas: [Double]
    public var folds: Int
    public var iteration: Int

    public init(
        cost: Double, gamma: Double?, accuracy: Double, costs: [Double], gammas: [Double], folds: Int,
        iteration: Int
    ) {
        self.cost = cost
        self.gamma = gamma
        self.accuracy = accuracy
        self.costs = costs
        self.gammas = gammas
        self.folds = folds
        self.iteration = iteration
    }
}

/// The first layer's filters, as raw weights.
public struct FilterBank: Sendable, Equatable, Codable {
    public var layer: String
    public var iteration: Int
    public var epoch: Int
    public var count: Int
    public var channels: Int
    public var height: Int
    public var width: Int
    /// `[count, channels, height, width]`, row-major.
    public var weights: [Float]

    public init(
        layer: String, iteration: Int, epoch: Int, count: Int, channels: Int, height: Int, width: Int,
        weights: [Float]
    ) {
        precondition(
            weights.count == count * channels * height * width,
            "\(weights.count) weights for \(count)×\(channels)×\(height)×\(width)")
        self.layer = layer
        self.iteration = iteration
        self.epoch = epoch
        self.count = count
        self.channels = channels
        self.height = height
        self.width = width
        self.weights = weights
    }
}

/// How a layer with learnables is doing.
public struct LayerHealth: Sendable, Equatable, Codable {
    public var layer: String
    public var weightNorm: Float
    public var gradientNorm: Float
    /// ‖update‖ / ‖weights‖ of the last iteration; about 1e-3 is healthy.
    public var updateRatio: Float
    /// Share of its filters or units whose weights are (nearly) all zero, 0…1.
    public var deadFraction: Float
    /// Whether it keeps its weights, so that gradient and update say nothing; nil where nobody tells.
    public var isFrozen: Bool?

    public init(
        layer: String, weightNorm: Float, gradientNorm: Float, updateRatio: Float, deadFraction: Float,
        isFrozen: Bool? = nil
    ) {
        self.layer = layer
        self.weightNorm = weightNorm
        self.gradientNorm = gradientNorm
        self.updateRatio = updateRatio
        self.deadFraction = deadFraction
        self.isFrozen = isFrozen
    }
}

/// A hyperparameter took a new value.
public struct HyperparameterChange: Sendable, Equatable, Codable {
    public var key: String
    public var from: String
    public var to: String
    /// The last iteration finished before it took effect.
    public var iteration: Int

    public init(key: String, from: String, to: String, iteration: Int) {
        self.key = key
        self.from = from
        self.to = to
        self.iteration = iteration
    }
}

/// What the run costs the machine.
public struct ResourceUsage: Sendable, Equatable, Codable {
    public var imagesPerSecond: Double
    /// Resident memory of the worker, in MiB.
    public var memoryMB: Double
    public var threads: Int

    public init(imagesPerSecond: Double, memoryMB: Double, threads: Int) {
        self.imagesPerSecond = imagesPerSecond
        self.memoryMB = memoryMB
        self.threads = threads
    }
}

/// A line for the log pane.
public struct Note: Sendable, Equatable, Codable {
    public enum Severity: String, Sendable, Codable { case information, warning, error }
    public var severity: Severity
    public var text: String
    public var iteration: Int

    public init(_ severity: Severity, _ text: String, iteration: Int) {
        self.severity = severity
        self.text = text
        self.iteration = iteration
    }
}

/// Why a run ended.
public enum StopReason: String, Sendable, Equatable, Codable {
    case maxEpochsReached, validationPatienceExhausted, stoppedByUser, diverged
    /// What is trained in one piece is trained: a support vector machine, a vote of classes.
    case fitted
    /// Nobody was there to mend what kept it from saving.
    case gaveUp

    /// In the words of the status line: `max epochs reached`.
    public var words: String {
        switch self {
        case .maxEpochsReached: "max epochs reached"
        case .validationPatienceExhausted: "validation patience exhausted"
        case .stoppedByUser: "stopped by user"
        case .diverged: "diverged"
        case .fitted: "fitted"
        case .gaveUp: "gave up, could not be saved"
        }
    }
}

/// How a run ended.
public struct StopRecord: Sendable, Equatable, Codable {
    public var reason: StopReason
    public var iteration: Int
    public var epoch: Int
    /// Of the best validation, which is that of the lowest loss unless the run goes by accuracy.
    public var bestValidationAccuracy: Float?
    public var bestIteration: Int?
    /// The checkpoint that holds the output network, relative to the run directory; `nil` when nothing was saved.
    public var saved: String?
    /// Of the network in `saved`; `nil` where it was not validated, and in logs that do not tell.
    public var savedAccuracy: Float?

    public init(
        reason: StopReason, iteration: Int, epoch: Int, bestValidationAccuracy: Float?, bestIteration: Int?,
        saved: String?, savedAccuracy: Float? = nil
    ) {
        self.reason = reason
        self.iteration = iteration
        self.epoch = epoch
        self.bestValidationAccuracy = bestValidationAccuracy
        self.bestIteration = bestIteration
        self.saved = saved
        self.savedAccuracy = savedAccuracy
    }
}
