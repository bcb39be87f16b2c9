/// Finds out which class of the data each class of a model stands for: the one whose photos it is given the largest
/// mean probability. No weight of the network changes.
///
/// The mapping of labels by frequency, with probabilities in place of counts: Chen, Yao, Chen, Zhang, Liu,
/// "Understanding and improving visual prompting: a label-mapping perspective", CVPR 2023.
struct ClassVote {
    let modelClasses: Int
    /// Sum of the probabilities given to each class of the model, `[classes, modelClasses]`.
    private var sums: [[Double]]
    private var counts: [Int]

    init(classes: Int, modelClasses: Int) {
        self.modelClasses = modelClasses
        sums = Array(repeating: Array(repeating: 0, count: modelClasses), count: classes)
        counts = Array(repeating: 0, count: classes)
    }

    mutating func add(_ probabilities: UnsafeBufferPointer<Float>, of label: Int) {
        precondition(
            probabilities.count == modelClasses, "\(probabilities.count) numbers for \(modelClasses) classes")
        counts[label] += 1
        for (index, probability) in probabilities.enumerated() { sums[label][index] += Double(probability) }
    }

    /// The data's class of each of the model's; the first of equals.
    var mapping: [Int] {
        (0..<modelClasses).map { index in
            let means = sums.indices.map { counts[$0] == 0 ? 0 : sums[$0][index] / Double(counts[$0]) }
            return means.indices.max { (means[$0], $1) < (means[$1], $0) } ?? 0
        }
    }

    /// Weights of a layer that adds up the probabilities of the classes that stand for the same: `[classes,
    /// modelClasses]`.
    var weights: [Float] {
        var weights = [Float](repeating: 0, count: sums.count * modelClasses)
        for (index, label) in mapping.enumerated() { weights[label * modelClasses + index] = 1 }
        return weights
    }
}
