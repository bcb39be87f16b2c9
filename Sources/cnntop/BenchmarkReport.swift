import FoundationEssentials
import Glibc

/// What `cnntop bench` prints.
struct BenchmarkReport: Encodable {
    struct Layer: Encodable {
        var name: String
        /// Of one step, on all threads together.
        var forwardMilliseconds: Double
        var backwardMilliseconds: Double
    }

    var preset: String
    var mode: String
    var threads: Int
    var miniBatchSize: Int
    var imagesPerSecond: Double
    var gflops: Double
    var peakGflops: Double
    var peakMemoryMB: Double
    var layers: [Layer]

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var table: String {
        let head = """
            \(preset), \(mode): \(Int(imagesPerSecond.rounded())) images/s with \(threads) \
            \(threads == 1 ? "thread" : "threads"), batch \(miniBatchSize)
            \(Self.fixed(gflops)) GFLOP/s of \(Self.fixed(peakGflops)) \
            (\(Int((100 * gflops / max(peakGflops, 1e-9)).rounded())) %), \(Int(peakMemoryMB.rounded())) MB at most

            """
        let width = max(5, layers.map(\.name.count).max() ?? 0)
        func row(_ name: String, _ forward: String, _ backward: String) -> String {
            Self.padded(name, width) + Self.right(forward, 14) + Self.right(backward, 14) + "\n"
        }
        let rows = layers.map {
            row($0.name, Self.fixed($0.forwardMilliseconds), Self.fixed($0.backwardMilliseconds))
        }
        return head + row("layer", "forward ms", "backward ms") + rows.joined()
            + "(milliseconds of a step on all threads together; fused layers under the first of them)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Two decimals.
    private static func fixed(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = "\(hundredths % 100)"
        return "\(hundredths / 100).\(rest.count == 1 ? "0" + rest : rest)"
    }
}

/// The most resident memory this process ever had, in MB.
func peakMemoryMB() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
}
