import ArgumentParser
import Datasets
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
            gflops are those of the convolutions and fully connected layers, counted as sums over windows (Winograd's
            filtering needs fewer, so their share of the peak can exceed 100 %); peakGflops is what as many threads
            multiply and add in registers.

            EXAMPLES
              cnntop bench
              cnntop bench lenet --threads 1 --json
              cnntop bench fashion-mnist --inference --batch 256
              cnntop bench --peak
            """.flowing)

    @Argument(help: "A preset.") var preset = "fashion-mnist"
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Option(help: "Samples of a mini-batch (default: the preset's).") var batch: Int?
    @Option(help: "Windows to time.") var windows = 7
    @Option(help: "Seconds of one window.") var seconds = 1.0
    @Flag(help: "Forward only.") var inference = false
    @Flag(help: "Only the most that this machine multiplies and adds.") var peak = false
    @Flag(help: "Only how fast photographs become colour moments.") var colorMoments = false
    @Flag(help: "One JSON document instead of a table.") var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
        if let batch, batch < 1 { throw ValidationError("--batch \(batch): at least 1 is needed") }
        guard (1...1000).contains(windows) else {
            throw ValidationError("--windows \(windows): expected 1 to 1000")
        }
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds \(seconds): expected more than 0, to 3600")
        }
    }

    func run() throws {
        if peak {
            let speed = PeakSpeed(workers: Workers(threads: threads ?? Options().threads))
            return print(json ? try jsonText(speed) : speed.line)
        }
        if colorMoments {
            let speed = ColorMomentsSpeed(workers: Workers(threads: threads ?? Options().threads))
            return print(json ? try jsonText(speed) : speed.line)
        }
        var preset = try Preset(contentsOf: try PresetLibrary.standard().file(named: preset))
        if let threads { try preset.options.set("executionThreads", to: String(threads)) }
        if let batch { preset.options.miniBatchSize = batch }
        let (experiment, note) = try inference ? Self.inputs(preset) : Self.experiment(preset)
        if let batch, batch > experiment.training.count {
            throw BatchTooLarge.forData(batch: batch, samples: experiment.training.count)
        }
        if let note { StandardError.say("cnntop: \(note)") }
        let benchmark = try Benchmark(experiment, forwardOnly: inference, note: note)
        let report = benchmark.run(windows: windows, seconds: seconds)
        print(json ? try jsonText(report) : report.table)
    }

    /// Inference needs no data: two batches of random samples, so that memory is what the network takes.
    private static func inputs(_ preset: Preset) throws -> (Experiment, note: String?) {
        guard let outline = preset.data.outline else { return try experiment(preset) }
        let batch = preset.options.miniBatchSize
        guard batch != Options.all else {
            return (try Experiment(noiseFor: preset, outline: outline), nil)
        }
        let bytes = Double(batch) * Double(outline.shape.count * MemoryLayout<Float>.stride)
        guard bytes <= Double(PhysicalMemory.bytes) else { throw BatchTooLarge.forMemory(batch: batch) }
        return (try Experiment(noiseFor: preset, outline: outline, samples: 2 * batch), nil)
    }

    /// The preset on its data, or on random samples where they are not there, with a line that says so.
    private static func experiment(_ preset: Preset) throws -> (Experiment, note: String?) {
        do {
            return (try Experiment(loading: preset), nil)
        } catch let error as DataSourceError {
            guard let outline = preset.data.outline else { throw error }
            return (
                try Experiment(noiseFor: preset, outline: outline),
                "no data for \(preset.name), measured on random samples of \(outline.shape)"
            )
        }
    }
}

/// More samples in a mini-batch than there are, or than fit.
enum BatchTooLarge: Error, CustomStringConvertible {
    case forData(batch: Int, samples: Int)
    case forMemory(batch: Int)

    var description: String {
        switch self {
        case .forData(let batch, let samples):
            "--batch \(batch): there are only \(samples) training samples; give at most so many"
        case .forMemory(let batch):
            "--batch \(batch): its inputs alone need more than this machine's \(PhysicalMemory.bytes >> 20) MiB; "
                + "give fewer"
        }
    }
}
