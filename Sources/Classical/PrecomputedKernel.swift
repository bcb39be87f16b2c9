import CLIBSVM
import Glibc
import Tensors

/// The kernel between all samples in LIBSVM's layout for precomputed ones: a row of nodes for each sample, with its
/// number from 1, the values, and an end mark.
///
/// While it trains, LIBSVM looks at the first node of every row again and again; with ordinary pages of memory that
/// misses the page tables each time, so large ones are asked for. `Benchmarks/svm.py` measures the fit.
final class PrecomputedKernel: @unchecked Sendable {
    /// Samples.
    let count: Int
    /// Of one row.
    let stride: Int
    let nodes: UnsafeMutablePointer<svm_node>

    /// Nodes of one matrix.
    static func bytes(for count: Int) -> Int { count * (count + 2) * MemoryLayout<svm_node>.stride }

    private static let pageBytes = 2 << 20
    /// A tile of products stays in a core's cache until its kernel values are nodes.
    private static let (tileRows, tileColumns) = (128, 512)

    init(_ kernel: KernelFunction, _ samples: FeatureMatrix, workers: Workers) {
        count = samples.count
        stride = samples.count + 2
        let bytes = (Self.bytes(for: count) + Self.pageBytes - 1) / Self.pageBytes * Self.pageBytes
        guard let memory = aligned_alloc(Self.pageBytes, bytes) else {
            preconditionFailure("out of memory: \(bytes) bytes asked for, none given")
        }
        // Where the system has no large pages, it goes on with small ones.
        madvise(memory, bytes, MADV_HUGEPAGE)
        nodes = memory.bindMemory(to: svm_node.self, capacity: bytes / MemoryLayout<svm_node>.stride)
        fill(kernel, samples, workers)
    }

    deinit { free(nodes) }

    /// The first node of a sample's row.
    func row(_ sample: Int) -> UnsafeMutablePointer<svm_node> { nodes + sample * stride }

    /// The kernel between two samples.
    func value(_ one: Int, _ other: Int) -> Double { nodes[one * stride + 1 + other].value }

    private func fill(_ kernel: KernelFunction, _ samples: FeatureMatrix, _ workers: Workers) {
        let norms = samples.squaredNorms
        let width = samples.width
        samples.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            let features = Features(base)
            workers.run(pieces: (count + Self.tileRows - 1) / Self.tileRows) { piece, _ in
                let first = piece * Self.tileRows
                let rows = min(Self.tileRows, count - first)
                let products = UnsafeMutablePointer<Double>.allocate(capacity: rows * Self.tileColumns)
                defer { products.deallocate() }
                for start in Swift.stride(from: 0, to: count, by: Self.tileColumns) {
                    let columns = min(Self.tileColumns, count - start)
                    Double.multiply(
                        MatrixOperand(features.pointer + first * width, stride: width),
                        MatrixOperand(features.pointer + start * width, stride: width, transposed: true),
                        into: products, stride: columns, rows: rows, columns: columns, inner: width, alpha: 1,
                        beta: 0)
                    for row in 0..<rows {
                        let line = UnsafeMutableBufferPointer(start: products + row * columns, count: columns)
                        kernel.apply(
                            to: line, leftNorm: norms[first + row], rightNorms: norms[start..<start + columns]
                        )
                        write(line, to: first + row, from: start)
                    }
                }
            }
        }
    }

    private func write(_ values: UnsafeMutableBufferPointer<Double>, to sample: Int, from start: Int) {
        let row = row(sample)
        if start == 0 { row.initialize(to: svm_node(index: 0, value: Double(sample + 1))) }
        for column in values.indices {
            let place = start + column + 1
            (row + place).initialize(
                to: svm_node(index: Int32(truncatingIfNeeded: place), value: values[column]))
        }
        if start + values.count == count { (row + count + 1).initialize(to: svm_node(index: -1, value: 0)) }
    }

    /// Workers read it.
    private struct Features: @unchecked Sendable {
        let pointer: UnsafePointer<Double>
        init(_ pointer: UnsafePointer<Double>) { self.pointer = pointer }
    }
}
