import Glibc

/// What `cnntop bench` prints.
struct BenchmarkReport: Encodable {
    struct Layer: Encodable {
        var name: String
        /// Of one step, on all threads together.
        var forwardMilliseconds: Double
        var backwardMilliseconds: Double
        /// While the layer is computed, of all threads.
        var gflops: Double
        /// Read and written in a step if nothing stayed in a cache.
        var megabytes: Double
        /// Of the time of a step.
        var share: Double
    }

    var preset: String
    /// What to know about the data; nil where they are the preset's own.
    var note: String?
    var mode: String
    var threads: Int
    var miniBatchSize: Int
    var imagesPerSecond: Double
    var gflops: Double
    var peakGflops: Double
    var peakMemoryMB: Double
    var layers: [Layer]

    var table: String {
        let head = """
            \(preset), \(mode): \(Int(imagesPerSecond.rounded())) images/s with \(threads) \
            \(threads == 1 ? "thread" : "threads"), batch \(miniBatchSize)\(note.map { " (\($0))" } ?? "")
            \(Self.fixed(gflops)) GFLOP/s of \(Self.fixed(peakGflops)) \
            (\(Int((100 * gflops / max(peakGflops, 1e-9)).rounded())) %), \(Int(peakMemoryMB.rounded())) MB at most

            """
        let width = max(5, layers.map(\.name.count).max() ?? 0)
        func line(_ name: String, _ cells: [String]) -> String {
            Self.padded(name, width) + cells.map { Self.right($0, 13) }.joined() + "\n"
        }
        let rows = layers.map {
            line(
                $0.name,
                [
                    Self.fixed($0.forwardMilliseconds), Self.fixed($0.backwardMilliseconds),
                    $0.gflops == 0 ? "" : Self.fixed($0.gflops),
                    $0.megabytes == 0 ? "" : Self.fixed($0.megabytes),
                    "\(Int((100 * $0.share).rounded())) %",
                ])
        }
        return head + line("layer", ["forward ms", "backward ms", "GFLOP/s", "MB moved", "of step"])
            + rows.joined()
            + "(milliseconds of a step on all threads together; fused layers under the first of them; MB if nothing "
            + "stayed in a cache)"
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
