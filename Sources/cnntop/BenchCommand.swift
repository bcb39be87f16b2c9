import ArgumentParser
import FoundationEssentials
import Glibc
import Networks
import Tensors
import Training

/// `cnntop bench [PRESET]`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "The engine's speed on this machine: whole training steps, or inference.",
        discussion: """
            A step gathers and normalises a mini-batch, goes forward and backward, and updates the weights: everything
            that training does but the dashboard. Several windows of steps are timed; the median counts.
            gflops are those of the convolutions and fully connected layers; peakGflops is what products of large
            matrices reach on as many threads.

            EXAMPLES
              cnntop bench
              cnntop bench lenet --threads 1 --json
              cnntop bench fashion-mnist --inference --batch 256
            """)

    @Argument(help: "A preset.") var preset = "fashion-mnist"
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Option(help: "Samples of a mini-batch (default: the preset's).") var batch: Int?
    @Option(help: "Windows to time.") var windows = 7
    @Option(help: "Seconds of one window.") var seconds = 1.0
    @Flag(help: "Forward only.") var inference = false
    @Flag(help: "One JSON document instead of a table.") var json = false

    func validate() throws {
        if let batch, batch < 1 { throw ValidationError("--batch \(batch): at least 1 is needed") }
        guard windows > 0, seconds > 0 else {
            throw ValidationError("--windows and --seconds must be more than 0")
        }
    }

    func run() throws {
        var preset = try Preset(contentsOf: try PresetLibrary.standard().file(named: preset))
        if let threads { try preset.options.set("executionThreads", to: String(threads)) }
        if let batch { preset.options.miniBatchSize = batch }
        let benchmark = try Benchmark(Experiment(loading: preset), forwardOnly: inference)
        let report = benchmark.run(windows: windows, seconds: seconds)
        print(json ? try report.json() : report.table)
    }
}
