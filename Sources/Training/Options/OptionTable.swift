extension NumberRule {
    static func above(_ minimum: Double, to maximum: Double = 1e15, like example: String) -> NumberRule {
        NumberRule(minimum: minimum, maximum: maximum, isOpen: true, example: example)
    }

    static func from(
        _ minimum: Double, to maximum: Double = 1e15, or word: (String, Double)? = nil, like example: String
    ) -> NumberRule {
        NumberRule(minimum: minimum, maximum: maximum, word: word, example: example)
    }
}

extension OptionDescription {
    /// Every option there is, in the order in which the dashboard's panel and `--help` show them.
    public static let all: [OptionDescription] = solverOptions + scheduleOptions + dataOptions + courseOptions

    static let keys = all.map(\.key)

    /// MATLAB's schedule objects say `dropFactor` where `trainingOptions` says `learnRateDropFactor`; both are understood.
    static let aliases = ["dropFactor": "learnRateDropFactor", "dropPeriod": "learnRateDropPeriod"]

    /// The option of that name.
    public static func named(_ key: String) throws(OptionError) -> OptionDescription {
        guard let option = all.first(where: { $0.key == aliases[key] ?? key }) else {
            throw .unknownKey(key, known: keys)
        }
        return option
    }

    static let solverOptions: [OptionDescription] = [
        .choice("solverName", "solver", \.solverName, live: false, "how weights follow gradients (sgdm)"),
        .real(
            "initialLearnRate", "learning rate", \.initialLearnRate, .above(0, to: 1000, like: "0.01"),
            live: true,
            "base learning rate, scaled by the schedule (0.01 for sgdm, 0.001 otherwise)"),
        .real(
            "momentum", "momentum", \.momentum, .from(0, to: 1, like: "0.9"), step: 0.05, live: true,
            solvers: [.sgdm], "share of the previous update that is kept (0.9)"),
        .real(
            "gradientDecayFactor", "gradient decay", \.gradientDecayFactor, .from(0, to: 0.9999, like: "0.9"),
            step: 0.01,
            live: true, solvers: [.adam], "decay of adam's moving average of gradients (0.9)"),
        .real(
            "squaredGradientDecayFactor", "squared decay", \.squaredGradientDecayFactor,
            .from(0, to: 0.99999, like: "0.999"), step: 0.001, live: true, solvers: [.adam, .rmsprop],
            "decay of the moving average of squared gradients (0.999 for adam, 0.9 for rmsprop)"),
        .real(
            "epsilon", "epsilon", \.epsilon, .above(0, like: "1e-8"), live: true, solvers: [.adam, .rmsprop],
            "keeps the division of adam and rmsprop finite (1e-8)"),
        .real(
            "l2Regularization", "L2", \.l2Regularization, .from(0, like: "0.0001"), live: true,
            "weight decay; counted in the loss that is shown (0.0001)"),
        .real(
            "gradientThreshold", "grad. threshold", \.gradientThreshold,
            NumberRule(minimum: 0, maximum: .infinity, isOpen: true, word: ("inf", .infinity), example: "1"),
            live: true, "gradients beyond it are cut (inf)"),
        .choice(
            "gradientThresholdMethod", "grad. method", \.gradientThresholdMethod, live: true,
            "how they are cut (l2norm)"),
    ]

    static let scheduleOptions: [OptionDescription] = [
        .choice(
            "learnRateSchedule", "schedule", \.learnRateSchedule, live: true,
            "how the learning rate changes in the course of the run (none)"),
        .real(
            "learnRateDropFactor", "drop factor", \.learnRateDropFactor, .from(0, to: 1, like: "0.1"),
            step: 0.1,
            live: true, schedules: [.piecewise, .exponential],
            "learning rate's factor every drop period (0.1)"),
        .real(
            "learnRateDropPeriod", "drop period", \.learnRateDropPeriod, .above(0, like: "10"), step: 1,
            live: true,
            schedules: [.piecewise, .exponential], "epochs from drop to drop (10)"),
        .integer(
            "learnRateWarmupSteps", "warm-up", \.learnRateWarmupSteps, from: 1, like: 100, step: 10,
            live: true,
            schedules: [.warmup], "iterations until the full learning rate (5)"),
        .real(
            "learnRateInitialFactor", "initial factor", \.learnRateInitialFactor,
            .from(0, to: 1, like: "0.1"),
            step: 0.1, live: true, schedules: [.warmup], "factor at which the warm-up starts (0.1)"),
        .real(
            "learnRateFinalFactor", "final factor", \.learnRateFinalFactor, .from(0, to: 1, like: "0.01"),
            live: true,
            schedules: [.polynomial, .cosine], "factor reached at the end of the run (0.01)"),
        .real(
            "learnRatePower", "power", \.learnRatePower, .above(0, like: "2"), step: 0.5, live: true,
            schedules: [.polynomial], "exponent of the polynomial (1)"),
        .real(
            "learnRateMaxFactor", "max factor", \.learnRateMaxFactor, .from(1, like: "10"), step: 1,
            live: true,
            schedules: [.cyclical], "factor at the peak of a cycle (10)"),
        .real(
            "learnRatePeriod", "period", \.learnRatePeriod, .above(0, like: "2"), step: 1, live: true,
            schedules: [.cyclical], "epochs of a cycle (2)"),
    ]

    static let dataOptions: [OptionDescription] = [
        .integer(
            "miniBatchSize", "batch", \.miniBatchSize, from: 1, like: 128, word: "all", step: 16, live: true,
            "samples per update; 'all' is full-batch gradient descent (128)"),
        .choice(
            "shuffle", "shuffle", \.shuffle, live: false, "when the training samples are reordered (once)"),
        .choice(
            "lastBatch", "last batch", \.lastBatch, live: false,
            "what is done with an epoch's leftover (keep)"),
        .choice(
            "lossFunction", "loss", \.lossFunction, live: false,
            "what is made small; automatic: cross-entropy after softmax, else mse (automatic)"),
        .real(
            "labelSmoothing", "label smoothing", \.labelSmoothing, .from(0, to: 0.999, like: "0.1"),
            step: 0.05,
            live: false, "probability spread over all classes in the target (0)"),
        .real(
            "dropout", "dropout", \.dropout,
            .from(0, to: 0.999, or: ("declared", Options.asDeclared), like: "0.5"), step: 0.05, live: true,
            "probability of every dropout layer (as the network declares)"),
    ]

    static let courseOptions: [OptionDescription] = [
        .freeze,
        .integer(
            "activationCacheSize", "activation cache", \.activationCacheSize, from: 0, to: 1 << 20,
            like: 4096,
            step: 512, live: false,
            "megabytes of what frozen layers make of the samples, kept beside the run (4096)"),
        .integer(
            "maxEpochs", "max epochs", \.maxEpochs, from: 1, to: 1_000_000, like: 10, live: true,
            "passes over the data (30)"
        ),
        .integer(
            "validationFrequency", "validate every", \.validationFrequency, from: 1, like: 50, step: 10,
            live: true,
            "iterations between validations (50)"),
        .integer(
            "validationPatience", "patience", \.validationPatience, from: 1, like: 5, word: "inf", live: true,
            "validations without a better one before the run stops (inf)"),
        .choice(
            "objectiveMetricName", "best by", \.objectiveMetricName, live: true,
            "what makes a validation the best: the lowest loss or the highest accuracy (loss)"),
        .choice(
            "outputNetwork", "output", \.outputNetwork, live: true,
            "which network the run hands over (last-iteration)"),
        .integer(
            "verboseFrequency", "print every", \.verboseFrequency, from: 1, like: 50, step: 10, live: true,
            "iterations between progress lines (50)"),
        .integer(
            "checkpointFrequency", "checkpoint every", \.checkpointFrequency, from: 1, like: 1, word: "inf",
            live: true,
            "epochs between checkpoints (1)"),
        .integer(
            "checkpointsKept", "checkpoints kept", \.checkpointsKept, from: 2, like: 5, word: "all",
            live: true,
            "older automatic checkpoints are removed (5)"),
        .integer(
            "executionThreads", "threads", \.executionThreads, from: 0, to: 1024, like: 2, live: false,
            "threads of the engine; 0 for one per core; results do not depend on it (0)"),
    ]
}

extension Options {
    /// Takes one option as typed, by name.
    public mutating func set(_ key: String, to value: String) throws(OptionError) {
        try OptionDescription.named(key).set(value, in: &self)
    }

    /// One line per option for `--help`.
    public static var help: String {
        let width = OptionDescription.keys.map(\.count).max() ?? 0
        return OptionDescription.all.map { option in
            option.key + String(repeating: " ", count: width - option.key.count + 2) + option.help
        }.joined(separator: "\n")
    }
}
