import ArgumentParser
import Datasets
import FoundationEssentials
import Glibc
import Interchange
import Networks
import Runs
import Tensors
import Training

/// `cnntop evaluate RUN|CHECKPOINT DATA`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Accuracy, top-5, loss, per-class figures and confusion matrix of a trained network.",
        discussion: """
            MODEL is a run (its output network: the last or the best, as outputNetwork says), a checkpoint file, a
            model's folder or another program's file.
            DATA is the name of a preset (its data and split), a file or a folder; without it, the run's own data.
            Inputs are normalised as in training, or as a model says. A run that tells two classes apart is judged at the
            threshold that was chosen for it in the dashboard, or its own. What a run says of its own test or validation
            samples is kept beside it, for `cnntop runs --compare`.

            EXAMPLES
              cnntop evaluate fashion-mnist-01
              cnntop evaluate sunsets-svm-01 --threshold 0.3 --most-wrong 10
              cnntop evaluate runs/mine/checkpoints/epoch-0003.safetensors photos/ --json
              cnntop evaluate resnet20.onnx data_batch_1.bin --normalize imagenet
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable { case train, validation, test }

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "A preset's name, a file or a folder (default: the run's data).") var data: String?
    @OptionGroup var runs: RunsOption
    @Option(help: "Which part of the data.") var split: Part = .test
    @Option(
        help: ArgumentHelp(
            "Also list so many samples that it is wrong about and surest of it; of two classes, false positives "
                + "and false negatives.", valueName: "number"))
    var mostWrong: Int?
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Option(
        help: ArgumentHelp(
            "Of two classes: the score from which a sample counts as the second.", valueName: "score"))
    var threshold: Double?

    @OptionGroup var preprocessing: PreprocessingOptions
    @Flag(help: "One JSON document instead of a table.") var json = false

    private var normalize: String? { preprocessing.normalize }

    func validate() throws {
        if let mostWrong, !(1...10_000).contains(mostWrong) {
            throw ValidationError("--most-wrong \(mostWrong): expected 1 to 10000")
        }
        if let threshold, !threshold.isFinite {
            throw ValidationError("--threshold \(threshold): expected a number")
        }
    }

    func run() throws {
        if Model.isModelFile(model) { return try evaluateModel() }
        if !model.hasSuffix(".safetensors") {
            let run = try RunDirectory.find(model, in: runs.directory)
            if isOwnData, let part = Judgements.Part(rawValue: split.rawValue) {
                keepJudgements(of: run, part)
            }
            if SVMCheckpoint.exists(in: run) { return try evaluate(SVMCheckpoint(run), of: run) }
        }
        let (checkpoint, path) = try findCheckpoint()
        let network = try checkpoint.network()
        let samples = try samples(
            checkpoint.preset, checkpoint.normalizer, classNames: checkpoint.classNames,
            shape: checkpoint.inputShape)
        let parameters = try checkpoint.parameters(of: network, output: true, path: path)
        var options = checkpoint.preset.options
        if let threads { try options.set("executionThreads", to: String(threads)) }
        let evaluator = try Evaluator(
            network, loss: options.loss(of: network), parameters: parameters,
            threshold: threshold ?? chosenThreshold, workers: Workers(threads: options.threads))
        try show(evaluator.evaluate(samples), of: path, on: samples)
    }

    private func evaluateModel() throws {
        var model = try Model.open(self.model, runs: runs.directory)
        if try !preprocessing.apply(to: &model) {
            StandardError.say(
                "note: \(self.model) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize, --channels)")
        }
        guard let data else { throw ValidationError("\(self.model): a model needs DATA to be judged on") }
        let judged = try JudgedModel(model, path: self.model)
        let loaded = try judged.data(at: data)
        let part = self.part(of: loaded)
        guard part.count > 0 else { throw EvaluationError.empty(data: loaded.name, part: split.rawValue) }
        let samples = SampleSet(part.dataset, indices: part.indices, normalizer: part.normalizer)
        let workers = Workers(threads: threads ?? Options().threads)
        let evaluator = try Evaluator(
            judged.network, loss: .crossEntropy(), parameters: model.parameters, threshold: threshold,
            workers: workers)
        try show(evaluator.evaluate(samples), of: self.model, on: samples)
    }

    private func show(_ evaluation: Evaluation, of path: String, on samples: SampleSet) throws {
        var report = EvaluationReport(evaluation, classNames: samples.classNames)
        let wrong = mostWrong.map {
            WrongSamples(evaluation.verdicts, of: samples, part: .test, iteration: 0, limit: $0)
        }
        report.mostWrong = wrong?.groups.map(EvaluationReport.Mistakes.init)
        if json { return print(try Self.json(report)) }
        print(EvaluationTable(report, of: path, on: samples.dataset.name).text)
        if let wrong { print(WrongList(wrong, classNames: samples.classNames).text) }
    }

    private func evaluate(_ machine: SVMCheckpoint, of run: RunDirectory) throws {
        var checkpoint = machine
        checkpoint.threshold = threshold ?? run.threshold ?? machine.threshold
        let samples = try samples(
            checkpoint.preset, checkpoint.normalizer, classNames: checkpoint.classNames, shape: nil)
        let workers = Workers(threads: threads ?? checkpoint.preset.options.threads)
        try show(try checkpoint.evaluate(samples, workers: workers), of: run.name, on: samples)
    }

    /// Whether the samples are those that the run was made with.
    private var isOwnData: Bool { data == nil && normalize == nil }

    /// What was chosen in the dashboard for the run.
    private var chosenThreshold: Double? {
        model.hasSuffix(".safetensors") ? nil : (try? RunDirectory.find(model, in: runs.directory))?.threshold
    }

    /// For comparisons; where it cannot be done the evaluation itself says why.
    private func keepJudgements(of run: RunDirectory, _ part: Judgements.Part) {
        guard run.currentJudgements(part) == nil else { return }
        let workers = Workers(threads: threads ?? Options().threads)
        guard let judgements = try? RunJudge(run, workers: workers).judge(part) else { return }
        do { try run.keep(judgements) } catch { StandardError.say("warning: \(error)") }
    }

    private func findCheckpoint() throws -> (Training.Checkpoint, path: String) {
        if model.hasSuffix(".safetensors") { return (try Training.Checkpoint(contentsOf: model), model) }
        let folder = CheckpointFolder(try RunDirectory.find(model, in: runs.directory))
        let latest = try folder.latest()
        for note in latest.notes { StandardError.say("warning: \(note)") }
        if !latest.notes.isEmpty { StandardError.say("warning: evaluates \(latest.path) instead") }
        return (latest.checkpoint, latest.path)
    }

    /// The part of the data that was asked for, in the shape and with the classes that the network knows.
    private func samples(
        _ trained: Preset, _ normalizer: Normalizer, classNames: [String], shape: Shape?
    ) throws -> SampleSet {
        var preset = trained
        if let data { try point(&preset, at: data) }
        if let normalize {
            guard let way = Normalization(normalize) else { throw NormalizationError.unreadable(normalize) }
            preset.data.normalization = way
        }
        let loaded = try preset.loadData(normalizer: normalize == nil ? normalizer : nil)
        if let shape, loaded.shape != shape {
            throw EvaluationError.otherShape(
                data: loaded.name, found: loaded.shape, expected: shape)
        }
        guard loaded.classNames == classNames else {
            throw EvaluationError.otherClasses(
                data: loaded.name, found: loaded.classNames, expected: classNames)
        }
        let part = self.part(of: loaded)
        guard part.count > 0 else { throw EvaluationError.empty(data: loaded.name, part: split.rawValue) }
        // Without the augmentation of training samples.
        return SampleSet(part.dataset, indices: part.indices, normalizer: part.normalizer)
    }

    private func part(of data: LoadedData) -> SampleSet {
        switch split {
        case .train: data.training
        case .validation: data.validation
        // A file or folder without a test set of its own is for testing as a whole.
        case .test: data.test.count == 0 ? data.training : data.test
        }
    }

    /// Takes the data of a preset, or those at a path.
    private func point(_ preset: inout Preset, at data: String) throws {
        if data == preset.name { return }
        let library = PresetLibrary.standard()
        if library.names.contains(data) || data.hasSuffix(".yaml") {
            let other = try Preset(contentsOf: try library.file(named: data))
            (preset.data, preset.seed) = (other.data, other.seed)
        } else {
            guard access(data, R_OK) == 0 else {
                throw EvaluationError.notFound(data: data, presets: library.names)
            }
            preset.data.lieAt(data)
            preset.data.split = SplitFractions(validation: 0, test: 0)
        }
    }

    private static func json(_ report: EvaluationReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

/// Why a network cannot be judged on some data.
enum EvaluationError: Error, CustomStringConvertible {
    case otherShape(data: String, found: Shape, expected: Shape)
    case otherClasses(data: String, found: [String], expected: [String])
    case empty(data: String, part: String)
    case notFound(data: String, presets: [String])
    case otherCount(data: String, classes: Int, outputs: Int)

    var description: String {
        switch self {
        case .otherShape(let data, let found, let expected):
            "\(data): samples are \(found), the network takes \(expected); use data like those it was trained on"
        case .otherClasses(let data, let found, let expected):
            "\(data): classes are \(Self.list(found)), the network knows \(Self.list(expected)); "
                + "they must be the same in the same order"
        case .otherCount(let data, let classes, let outputs):
            "\(data): has \(classes) classes, the network gives \(outputs) numbers; use data of its own classes"
        case .notFound(let data, let presets):
            "\(data): no such file, folder or preset; presets are \(presets.joined(separator: ", "))"
        case .empty(let data, let part):
            "\(data): there are no samples for \(part); choose another part with --split train, validation or test"
        }
    }

    private static func list(_ classes: [String]) -> String {
        classes.prefix(5).joined(separator: ", ") + (classes.count > 5 ? ", … (\(classes.count))" : "")
    }
}
