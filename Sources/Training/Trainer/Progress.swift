import Datasets

/// How far a run has come: with weights, solver state and options, all that the next iteration depends on.
public struct Progress: Sendable, Equatable {
    /// Iterations finished.
    public var iteration = 0
    /// Epochs finished, and samples taken from the one under way.
    public var position = Batches.Position()
    /// Seconds of training, pauses not counted.
    public var elapsed = 0.0
    public var best: Best?
    /// Validations since the best one.
    public var sinceBest = 0
    /// The iteration that was validated last.
    public var lastValidated: Int?

    public init() {}

    /// The best validation so far.
    public struct Best: Sendable, Equatable {
        public var iteration: Int
        public var epoch: Int
        public var loss: Float
        public var accuracy: Float
    }

    /// Epochs finished, as a real number.
    func epochs(of samples: Int) -> Double {
        Double(position.epoch) + Double(position.taken) / Double(samples)
    }

    /// The number, from 1, of the epoch that the last finished iteration belongs to.
    var epochNumber: Int { position.taken == 0 ? max(1, position.epoch) : position.epoch + 1 }
}
