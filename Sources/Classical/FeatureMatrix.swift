import Tensors

/// Feature vectors, a row each, row-major.
public struct FeatureMatrix: Sendable, Equatable {
    public let count: Int
    public let width: Int
    public let values: [Double]

    public init(count: Int, width: Int, values: [Double]) {
        precondition(
            width > 0 && values.count == count * width, "\(values.count) values for \(count)×\(width)")
        self.count = count
        self.width = width
        self.values = values
    }

    public func row(_ index: Int) -> ArraySlice<Double> { values[index * width..<(index + 1) * width] }

    public func rows(_ indices: [Int]) -> FeatureMatrix {
        FeatureMatrix(count: indices.count, width: width, values: indices.flatMap(row))
    }

    /// Squared lengths of the rows.
    var squaredNorms: [Double] {
        (0..<count).map { row($0).reduce(0) { $0 + $1 * $1 } }
    }
}
