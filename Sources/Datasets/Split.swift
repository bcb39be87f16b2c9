import Tensors

/// Which share of the samples is held out.
public struct SplitFractions: Sendable, Equatable, Codable {
    /// Of all samples that are not for testing already by themselves.
    public var validation: Double
    /// `nil`: the data's own test set, or a tenth where it has none.
    public var test: Double?

    public init(validation: Double = 0.1, test: Double? = nil) {
        self.validation = validation
        self.test = test
    }
}

/// Indices into one dataset for training, validation and test: disjoint, each ascending.
public struct Split: Sendable, Equatable {
    public var training: [Int]
    public var validation: [Int]
    public var test: [Int]

    /// Splits so that every class has its share everywhere: the whole differs from the exact fractions by less than
    /// one sample, each class's part by less than two.
    ///
    /// - Throws: `SplitError` for fractions that leave nothing to train on.
    public init(
        labels: [Int32], classes: Int, validation: Double, test: Double, random: RandomSource
    ) throws(SplitError) {
        guard (0..<1).contains(validation), (0..<1).contains(test), validation + test < 1 else {
            throw .impossible(validation: validation, test: test)
        }
        var members = Array(repeating: [Int](), count: classes)
        for (index, label) in labels.enumerated() { members[Int(label)].append(index) }
        (training, self.validation, self.test) = ([], [], [])
        // Running totals are rounded, not each class's own part, or small classes would all round the same way.
        var seen = 0
        for (label, var indices) in members.enumerated() {
            var source = random.stream(UInt64(label))
            source.shuffle(&indices)
            let before = seen
            seen += indices.count
            let forTest = Self.share(test, before, seen)
            let forValidation = Self.share(validation + test, before, seen) - forTest
            self.test += indices[..<forTest]
            self.validation += indices[forTest..<forTest + forValidation]
            training += indices[(forTest + forValidation)...]
        }
        guard !training.isEmpty else { throw .empty(samples: labels.count) }
        training.sort()
        self.validation.sort()
        self.test.sort()
    }

    private static func share(_ fraction: Double, _ before: Int, _ after: Int) -> Int {
        Int((Double(after) * fraction).rounded()) - Int((Double(before) * fraction).rounded())
    }
}

/// Why data could not be split.
public enum SplitError: Error, Equatable, CustomStringConvertible {
    case impossible(validation: Double, test: Double)
    case empty(samples: Int)
    case twoTestSets(name: String)

    public var description: String {
        switch self {
        case .impossible(let validation, let test):
            "split: validation \(validation) and test \(test); each must be 0 or more and both together below 1"
        case .empty(let samples):
            "split: of \(samples) samples none is left to train on; give more data or smaller fractions"
        case .twoTestSets(let name):
            "split: \(name) has a test set of its own; leave out “test”"
        }
    }
}
