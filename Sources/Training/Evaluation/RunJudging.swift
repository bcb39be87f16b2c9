import Classical
import Datasets
import Networks
import Runs
import Tensors

extension Judgements.About {
    /// - Parameter samples: those that are judged.
    init(
        _ preset: Preset, _ samples: SampleSet, part: Judgements.Part, model: String, output: String,
        trainingSamples: Int, trainingSeconds: Double?, seconds: Double, threads: Int, threshold: Double
    ) {
        self.init(
            data: preset.data.identity(seed: preset.seed), part: part, classNames: samples.classNames,
            model: model, output: output, inputs: samples.shape.count, trainingSamples: trainingSamples,
            trainingSeconds: trainingSeconds, secondsPerSample: seconds / Double(max(1, samples.count)),
            threads: threads, threshold: samples.classNames.count == 2 ? threshold : nil)
    }

    static let network = "network"
    static let machine = "support vector machine"
}

extension DataSource {
    /// What tells these samples from others whatever is made of them: the set's name, or the last part of its path.
    func identity(seed: UInt64) -> String {
        if let path { return String(path.split(separator: "/").last ?? "/") }
        return isGenerated ? "\(name.rawValue), seed \(seed)" : name.rawValue
    }

    private var isGenerated: Bool {
        switch name {
        case .shapes, .sunsets, .chromatograms, .windows: true
        default: false
        }
    }
}

/// Judges what a run has learned on a part of its own data, after the run.
public struct RunJudge {
    public let run: RunDirectory
    private let workers: Workers

    public init(_ run: RunDirectory, workers: Workers) {
        self.run = run
        self.workers = workers
    }

    /// - Parameter part: the test samples, or else the validation samples, when nil.
    /// - Throws: what is wrong with the checkpoint or the data; `JudgingError` where the part is empty.
    public func judge(_ part: Judgements.Part?) throws -> Judgements {
        guard let output = run.outputFile else { throw CheckpointError.none(directory: run.path) }
        if SVMCheckpoint.exists(in: run) { return try judge(try SVMCheckpoint(run), part, output) }
        let (checkpoint, path, _) = try CheckpointFolder(run).latest()
        let preset = checkpoint.preset
        let data = try preset.loadData(normalizer: checkpoint.normalizer)
        let (samples, part) = try chosen(part, of: data)
        let network = try checkpoint.network()
        let parameters = try checkpoint.parameters(of: network, output: true, path: path)
        let evaluator = try Evaluator(
            network, loss: preset.options.loss(of: network), parameters: parameters, workers: workers)
        return evaluator.judgements(
            preset, samples, part, output: output, trainingSamples: data.training.count,
            trainingSeconds: checkpoint.progress.elapsed,
            learnables: network.inspect().totalLearnables, threads: workers.count)
    }

    private func judge(_ machine: SVMCheckpoint, _ part: Judgements.Part?, _ output: String) throws
        -> Judgements
    {
        let preset = machine.preset
        let data = try preset.loadData(normalizer: machine.normalizer)
        let (samples, part) = try chosen(part, of: data)
        return try machine.judgements(
            samples, part, trainingSamples: data.training.count, trainingSeconds: run.summary().elapsed,
            workers: workers)
    }

    private func chosen(_ part: Judgements.Part?, of data: LoadedData) throws(JudgingError) -> (
        SampleSet, Judgements.Part
    ) {
        let part = part ?? (data.test.count > 0 ? .test : .validation)
        let samples = part == .test ? data.test : data.validation
        guard samples.count > 0 else { throw .empty(data: data.name, part: part.rawValue) }
        // Without the augmentation of training samples.
        return (SampleSet(samples.dataset, indices: samples.indices, normalizer: samples.normalizer), part)
    }
}

/// Why a run cannot be judged.
public enum JudgingError: Error, Equatable, CustomStringConvertible {
    case empty(data: String, part: String)

    public var description: String {
        switch self {
        case .empty(let data, let part):
            "\(data): there are no \(part) samples to judge the run on; give the preset's data a share for them"
        }
    }
}

extension Evaluator {
    /// The network on each of the samples.
    func judgements(
        _ preset: Preset, _ samples: SampleSet, _ part: Judgements.Part, output: String,
        trainingSamples: Int, trainingSeconds: Double?, learnables: Int, threads: Int
    ) -> Judgements {
        let start = monotonicSeconds()
        let evaluation = evaluate(samples)
        var about = Judgements.About(
            preset, samples, part: part, model: Judgements.About.network, output: output,
            trainingSamples: trainingSamples, trainingSeconds: trainingSeconds,
            seconds: monotonicSeconds() - start, threads: threads, threshold: naturalThreshold)
        about.learnables = learnables
        return Judgements(about, verdicts: evaluation.verdicts)
    }
}

extension SVMCheckpoint {
    /// The machine on each of the samples.
    func judgements(
        _ samples: SampleSet, _ part: Judgements.Part, trainingSamples: Int, trainingSeconds: Double?,
        workers: Workers
    ) throws(SVMError) -> Judgements {
        let start = monotonicSeconds()
        let evaluation = try evaluate(samples, workers: workers)
        var about = Judgements.About(
            preset, samples, part: part, model: Judgements.About.machine, output: Self.name,
            trainingSamples: trainingSamples, trainingSeconds: trainingSeconds,
            seconds: monotonicSeconds() - start, threads: workers.count, threshold: threshold)
        about.supportVectors = model.vectors.count
        return Judgements(about, verdicts: evaluation.verdicts)
    }
}
