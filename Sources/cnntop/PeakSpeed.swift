import FoundationEssentials
import Runs
import Tensors

/// What the machine's arithmetic can reach: the speed that a benchmark's is a share of.
struct PeakSpeed: Encodable {
    var threads: Int
    /// 10⁹ floating-point operations a second.
    var peakGflops: Double

    /// The best of some rounds in which every thread multiplies matrices that fit its L2 cache.
    init(workers: Workers) {
        let (size, products, rounds) = (256, 40, 12)
        let buffer = AlignedBuffer<Float>(count: workers.count * 3 * size * size)
        var best = 0.0
        for _ in 0..<rounds {
            let start = monotonicSeconds()
            workers.run(pieces: workers.count) { piece, _ in
                let a = buffer.base + piece * 3 * size * size
                let (b, c) = (a + size * size, a + 2 * size * size)
                for _ in 0..<products {
                    Float.multiply(
                        MatrixOperand(a, stride: size), MatrixOperand(b, stride: size), into: c, stride: size,
                        rows: size, columns: size, inner: size, alpha: 1, beta: 0)
                }
            }
            let operations = 2 * Double(size * size * size * products * workers.count)
            best = max(best, operations / (monotonicSeconds() - start) * 1e-9)
        }
        threads = workers.count
        peakGflops = withExtendedLifetime(buffer) { best }
    }

    func json() throws -> String {
        String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    }

    var line: String {
        "\(Int(peakGflops.rounded())) GFLOP/s with \(threads) \(threads == 1 ? "thread" : "threads")"
    }
}
