/// What a support vector machine is trained with.
public struct SVMSettings: Sendable, Equatable {
    public var kernel: KernelFunction
    /// The box constraint C: what a training sample on the wrong side costs, and how far its weight can grow.
    public var cost: Double
    /// Whether a class's cost is multiplied by samples / (classes · samples of the class), so that rare ones count as
    /// much as frequent ones.
    public var balancesClasses: Bool
    /// By class number: what its cost is multiplied by; those left out by 1.
    public var classWeights: [Int: Double]
    /// Whether decision values can be made probabilities: takes five trainings more.
    public var givesProbabilities: Bool
    /// How far from the optimum training may stop.
    public var tolerance: Double

    public init(
        kernel: KernelFunction, cost: Double = 1, balancesClasses: Bool = false,
        classWeights: [Int: Double] = [:], givesProbabilities: Bool = false, tolerance: Double = 1e-3
    ) {
        precondition(cost > 0 && tolerance > 0, "cost \(cost), tolerance \(tolerance)")
        self.kernel = kernel
        self.cost = cost
        self.balancesClasses = balancesClasses
        self.classWeights = classWeights
        self.givesProbabilities = givesProbabilities
        self.tolerance = tolerance
    }

    func weights(for labels: [Int]) -> [(label: Int, weight: Double)] {
        let counts = labels.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        return counts.keys.sorted().map { label in
            let share = Double(labels.count) / Double(counts.count * (counts[label] ?? 1))
            return (label, (balancesClasses ? share : 1) * (classWeights[label] ?? 1))
        }
    }
}

/// Why a support vector machine cannot be trained or read.
public enum SVMError: Error, Equatable, CustomStringConvertible {
    case oneClass
    case refused(reason: String)
    case wrongWidth(found: Int, expected: Int)
    case unreadable(path: String, line: Int, reason: String)
    case file(path: String, reason: String)

    public var description: String {
        switch self {
        case .oneClass:
            "svm: the training samples are all of one class; expected at least two"
        case .refused(let reason):
            "svm: LIBSVM refuses these settings (\(reason))"
        case .wrongWidth(let found, let expected):
            "svm: samples of \(found) features, the model was trained on \(expected)"
        case .unreadable(let path, let line, let reason):
            "\(path): line \(line): \(reason); is this a model of LIBSVM?"
        case .file(let path, let reason):
            "\(path): \(reason)"
        }
    }
}
