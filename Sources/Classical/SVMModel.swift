import Tensors

/// A trained support vector machine for classification: the vectors that carry the boundary, and their weights.
///
/// For each pair of classes `(i, j)`, `i < j`, the decision value is `Σ coefficient·K(vector, x) − offset`; above 0
/// the pair's vote goes to `i`. The class with most votes wins, the earlier one on a tie.
///
/// Source: Chang, Lin, "LIBSVM: A library for support vector machines", ACM TIST 2 (2011) 27.
public struct SVMModel: Sendable, Equatable {
    public let kernel: KernelFunction
    /// Class numbers in the order of the pairs, as found in the training labels.
    public let labels: [Int]
    /// Support vectors, those of the first class first.
    public let vectors: FeatureMatrix
    /// How many of each class.
    public let vectorCounts: [Int]
    /// `[classes − 1, vectors]`: for the pair of a vector's own class with each of the others, in order.
    public let coefficients: [[Double]]
    /// For each pair of classes: what LIBSVM calls rho.
    public let offsets: [Double]
    /// For each pair: the sigmoid that makes a probability of its decision value; empty where none were asked for.
    public let probabilityA, probabilityB: [Double]

    public init(
        kernel: KernelFunction, labels: [Int], vectors: FeatureMatrix, vectorCounts: [Int],
        coefficients: [[Double]], offsets: [Double], probabilityA: [Double] = [], probabilityB: [Double] = []
    ) {
        precondition(
            labels.count == vectorCounts.count, "\(labels.count) classes, \(vectorCounts.count) counts")
        precondition(
            vectorCounts.reduce(0, +) == vectors.count, "\(vectorCounts) of \(vectors.count) vectors")
        precondition(
            coefficients.count == labels.count - 1 && coefficients.allSatisfy { $0.count == vectors.count },
            "\(coefficients.count) rows of coefficients for \(labels.count) classes")
        precondition(offsets.count == labels.count * (labels.count - 1) / 2, "\(offsets.count) offsets")
        self.kernel = kernel
        self.labels = labels
        self.vectors = vectors
        self.vectorCounts = vectorCounts
        self.coefficients = coefficients
        self.offsets = offsets
        self.probabilityA = probabilityA
        self.probabilityB = probabilityB
    }

    public var givesProbabilities: Bool { !probabilityA.isEmpty }
    /// Features of a sample.
    public var width: Int { vectors.width }

    /// Decision values of each sample, `[samples, pairs]`.
    public func decisionValues(_ samples: FeatureMatrix, workers: Workers) -> [[Double]] {
        var result: [[Double]] = []
        result.reserveCapacity(samples.count)
        // So many rows at a time keep the kernel matrix small beside the data.
        for start in stride(from: 0, to: samples.count, by: 1024) {
            let part = samples.rows(Array(start..<min(samples.count, start + 1024)))
            let matrix = KernelMatrix(kernel, part, vectors, workers: workers)
            for row in 0..<part.count { result.append(decisions(kernelRow: matrix.row(row))) }
        }
        return result
    }

    /// - Parameter kernelRow: the kernel of a sample with each support vector.
    func decisions(kernelRow: ArraySlice<Double>) -> [Double] {
        let starts = vectorCounts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
        let base = kernelRow.startIndex
        var values: [Double] = []
        for i in labels.indices {
            for j in labels.indices where j > i {
                var sum = 0.0
                let (ofI, ofJ) = (coefficients[j - 1], coefficients[i])
                for k in starts[i]..<starts[i + 1] { sum += ofI[k] * kernelRow[base + k] }
                for k in starts[j]..<starts[j + 1] { sum += ofJ[k] * kernelRow[base + k] }
                values.append(sum - offsets[values.count])
            }
        }
        return values
    }

    /// The class number that the decision values elect.
    public func elected(by decisions: [Double]) -> Int { ranking(by: decisions)[0] }

    /// The class numbers by the pairs they win, most first; the earlier one on a tie.
    public func ranking(by decisions: [Double]) -> [Int] {
        var votes = Array(repeating: 0, count: labels.count)
        var pair = 0
        for i in labels.indices {
            for j in labels.indices where j > i {
                votes[decisions[pair] > 0 ? i : j] += 1
                pair += 1
            }
        }
        return labels.indices.sorted { (votes[$1], $0) < (votes[$0], $1) }.map { labels[$0] }
    }

    /// How far a class is from losing one of its pairs: the smallest of its decision values, below 0 where it loses.
    public func certainty(of label: Int, by decisions: [Double]) -> Double {
        var least = Double.infinity
        var pair = 0
        for i in labels.indices {
            for j in labels.indices where j > i {
                if labels[i] == label { least = min(least, decisions[pair]) }
                if labels[j] == label { least = min(least, -decisions[pair]) }
                pair += 1
            }
        }
        return least
    }

    /// Distance between the two classes' margins, `2 / |w|`, for a detector (two classes); nil for more.
    public func margin(workers: Workers) -> Double? {
        guard labels.count == 2 else { return nil }
        let matrix = KernelMatrix(kernel, vectors, vectors, workers: workers)
        let weights = coefficients[0]
        var squared = 0.0
        for row in 0..<vectors.count {
            var sum = 0.0
            for (column, value) in matrix.row(row).enumerated() { sum += weights[column] * value }
            squared += weights[row] * sum
        }
        return squared > 0 ? 2 / squared.squareRoot() : nil
    }
}
