import CVectorKernels
import Runs
import Tensors

/// What the machine's arithmetic can reach: the speed that a benchmark's is a share of.
struct PeakSpeed: Encodable {
    var threads: Int
    /// 10⁹ floating-point operations a second.
    var peakGflops: Double

    /// The best of some rounds in which every thread multiplies and adds in registers or, on machines without vector
    /// kernels, multiplies matrices that fit its L2 cache.
    init(workers: Workers) {
        threads = workers.count
        peakGflops = vector_kernels_level() > 0 ? Self.multiplyAdds(workers) : Self.products(workers)
    }

    /// The best of 12 rounds, in each of which every thread does so many operations.
    private static func best(_ workers: Workers, operations: Int, _ work: (Int) -> Void) -> Double {
        (0..<12).reduce(0) { best, _ in
            let start = monotonicSeconds()
            workers.run(pieces: workers.count) { piece, _ in work(piece) }
            return max(best, Double(operations * workers.count) / (monotonicSeconds() - start) * 1e-9)
        }
    }

    private static func multiplyAdds(_ workers: Workers) -> Double {
        let rounds = 500_000
        return best(workers, operations: 2 * rounds * vector_multiply_adds_per_round()) { _ in
            _ = vector_multiply_adds(rounds)
        }
    }

    private static func products(_ workers: Workers) -> Double {
        let (size, count) = (256, 40)
        let buffer = AlignedBuffer<Float>(count: workers.count * 3 * size * size)
        defer { withExtendedLifetime(buffer) {} }
        return best(workers, operations: 2 * size * size * size * count) { piece in
            let a = buffer.base + piece * 3 * size * size
            let (b, c) = (a + size * size, a + 2 * size * size)
            for _ in 0..<count {
                Float.multiply(
                    MatrixOperand(a, stride: size), MatrixOperand(b, stride: size), into: c, stride: size,
                    rows: size, columns: size, inner: size, alpha: 1, beta: 0)
            }
        }
    }

    var line: String {
        "\(Int(peakGflops.rounded())) GFLOP/s with \(threads) \(threads == 1 ? "thread" : "threads")"
    }
}
