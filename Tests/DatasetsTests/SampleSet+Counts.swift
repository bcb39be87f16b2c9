import Datasets

extension SampleSet {
    /// How many samples of each class.
    var classCounts: [Int] {
        (0..<count).reduce(into: Array(repeating: 0, count: classNames.count)) { $0[Int(label(at: $1))] += 1 }
    }
}
