/// What makes a validation the best so far, in words; the option `objectiveMetricName` of a run says it.
public enum BestBy: Sendable, Equatable {
    case loss, accuracy

    public static let key = "objectiveMetricName"

    /// The loss, unless the option's value says accuracy.
    public init(_ value: String?) { self = value == "accuracy" ? .accuracy : .loss }

    public init(_ hyperparameters: [Hyperparameter]) {
        self.init(hyperparameters.first { $0.key == Self.key }?.value)
    }

    /// `lowest loss`.
    public var words: String { self == .loss ? "lowest loss" : "highest accuracy" }
}
