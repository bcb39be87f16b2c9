import Glibc
import Tensors

/// Kernel values between all rows of two feature matrices, `[left, right]`, by one matrix product.
struct KernelMatrix {
    let rows: Int
    let columns: Int
    let values: [Double]

    /// In blocks of rows shared out over the workers: products of 64 rows keep both cores busy to the end.
    init(_ kernel: KernelFunction, _ left: FeatureMatrix, _ right: FeatureMatrix, workers: Workers) {
        precondition(left.width == right.width, "features of \(left.width) and \(right.width) numbers")
        rows = left.count
        columns = right.count
        let (leftNorms, rightNorms) = (left.squaredNorms, right.squaredNorms)
        let (rows, columns) = (rows, columns)
        let block = 64
        values = [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            guard let output = buffer.baseAddress else { return }
            let place = Place(output)
            left.values.withUnsafeBufferPointer { leftValues in
                right.values.withUnsafeBufferPointer { rightValues in
                    guard let a = leftValues.baseAddress, let b = rightValues.baseAddress else { return }
                    workers.run(pieces: (rows + block - 1) / block) { piece, _ in
                        let first = piece * block
                        let part = min(block, rows - first)
                        let products = place.pointer + first * columns
                        Double.multiply(
                            MatrixOperand(a + first * left.width, stride: left.width),
                            MatrixOperand(b, stride: right.width, transposed: true), into: products,
                            stride: columns, rows: part, columns: columns, inner: left.width, alpha: 1,
                            beta: 0)
                        for row in 0..<part {
                            let line = UnsafeMutableBufferPointer(
                                start: products + row * columns, count: columns)
                            kernel.apply(
                                to: line, leftNorm: leftNorms[first + row], rightNorms: rightNorms[...])
                        }
                    }
                }
            }
            count = rows * columns
        }
    }

    func row(_ index: Int) -> ArraySlice<Double> { values[index * columns..<(index + 1) * columns] }

    /// Workers write disjoint rows of it.
    private struct Place: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Double>
        init(_ pointer: UnsafeMutablePointer<Double>) { self.pointer = pointer }
    }
}

extension KernelFunction {
    /// Makes kernel values of a row of scalar products.
    func apply(
        to products: UnsafeMutableBufferPointer<Double>, leftNorm: Double, rightNorms: ArraySlice<Double>
    ) {
        switch self {
        case .linear: return
        case .polynomial(let degree, let gamma, let offset):
            for i in products.indices { products[i] = pow(gamma * products[i] + offset, Double(degree)) }
        case .rbf(let gamma):
            // |u − v|² = |u|² + |v|² − 2u·v, never below 0 whatever the rounding.
            let first = rightNorms.startIndex
            for i in products.indices {
                let distance = max(0, leftNorm + rightNorms[first + i] - 2 * products[i])
                products[i] = exp(-gamma * distance)
            }
        case .sigmoid(let gamma, let offset):
            for i in products.indices { products[i] = tanh(gamma * products[i] + offset) }
        }
    }
}
