import Tensors

/// In which order the samples come.
public enum Shuffle: String, Sendable, Codable, CaseIterable {
    case never, once
    case everyEpoch = "every-epoch"
}

/// What becomes of the last mini-batch of an epoch when it is not full.
public enum LastBatch: String, Sendable, Codable, CaseIterable {
    case keep, drop
}

/// The mini-batches of one epoch after the other.
///
/// The order of an epoch is a function of the random source's key, the shuffling and the epoch's number, so the
/// position alone continues a run: the batches are those of the uninterrupted run. The mini-batch size may change
/// from one batch to the next.
public struct Batches: Sendable {
    /// Number of samples.
    public let count: Int
    public let shuffle: Shuffle
    public let lastBatch: LastBatch
    public private(set) var position: Position
    private let random: RandomSource
    /// Of the epoch that `position` names.
    private var order: [Int]

    /// How far a run has come; part of a checkpoint.
    public struct Position: Sendable, Equatable, Codable {
        /// Epochs finished.
        public var epoch: Int
        /// Samples taken from the epoch under way.
        public var taken: Int

        public init(epoch: Int = 0, taken: Int = 0) {
            self.epoch = epoch
            self.taken = taken
        }
    }

    /// One mini-batch.
    public struct Batch: Sendable, Equatable {
        /// Positions in the training set.
        public let samples: ArraySlice<Int>
        /// Counted from 0.
        public let epoch: Int
        /// Whether the epoch is finished after it.
        public let endsEpoch: Bool
    }

    public init(
        count: Int, shuffle: Shuffle, lastBatch: LastBatch = .keep, random: RandomSource,
        position: Position = Position()
    ) {
        precondition(count > 0, "no samples to make batches of")
        precondition(
            position.epoch >= 0 && (0..<count).contains(position.taken),
            "position \(position) in \(count) samples")
        self.count = count
        self.shuffle = shuffle
        self.lastBatch = lastBatch
        self.random = random
        self.position = position
        order = Self.order(of: position.epoch, count: count, shuffle: shuffle, random: random)
    }

    /// The next mini-batch, of at most `size` samples; more than there are counts as all.
    public mutating func next(size: Int) -> Batch {
        precondition(size > 0, "a mini-batch of \(size) samples")
        let end = min(count, position.taken + size)
        let batch = order[position.taken..<end]
        let epoch = position.epoch
        let rest = count - end
        let isLast = rest == 0 || (lastBatch == .drop && rest < size)
        if isLast { beginEpoch(epoch + 1) } else { position.taken = end }
        return Batch(samples: batch, epoch: epoch, endsEpoch: isLast)
    }

    private mutating func beginEpoch(_ epoch: Int) {
        position = Position(epoch: epoch)
        guard shuffle == .everyEpoch else { return }
        order = Self.order(of: epoch, count: count, shuffle: shuffle, random: random)
    }

    private static func order(of epoch: Int, count: Int, shuffle: Shuffle, random: RandomSource) -> [Int] {
        var order = Array(0..<count)
        guard shuffle != .never else { return order }
        var source = random.stream(shuffle == .once ? 0 : UInt64(epoch))
        source.shuffle(&order)
        return order
    }
}
