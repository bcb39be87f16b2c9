import ArgumentParser
import Datasets
import Interchange
import Networks
import Runs
import Tensors
import Training

/// `cnntop evaluate RUN|CHECKPOINT DATA`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Accuracy, top-5, loss, per-class figures and confusion matrix of what a run has learned.",
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
            """.flowing)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "A preset's name, a file or a folder (default: the run's data).") var data: String?
    @OptionGroup var runs: RunsOption
    @Option(help: "Which part of the data (default: test, or validation where there are no test samples).")
    var split: DataPart?
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
            if isOwnData, split != .train {
                keepJudgements(of: run, split.flatMap { Judgements.Part(rawValue: $0.rawValue) })
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
        try show(evaluator.evaluate(samples.set), of: path, on: samples)
    }

    private func evaluateModel() throws {
        var model = try Model.open(self.model, runs: runs.directory)
        if try !preprocessing.apply(to: &model) {
            StandardError.say(
                "note: \(self.model) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize, --channels)")
        }
        guard let data else { throw ValidationError("\(self.model): a model needs DATA to be judged on") }
        try preprocessing.resize(&model)
        let judged = try JudgedModel(model)
        let named = try NamedData(data)
        let samples = try ChosenSamples(split, of: try judged.load(named), isWhole: named.isWhole)
        let workers = Workers(threads: threads ?? Options().threads)
        let evaluator = try Evaluator(
            judged.network, loss: .crossEntropy(), parameters: judged.parameters, threshold: threshold,
            workers: workers)
        try show(evaluator.evaluate(samples.set), of: self.model, on: samples)
    }

    private func show(_ evaluation: Evaluation, of path: String, on samples: ChosenSamples) throws {
        let set = samples.set
        var report = EvaluationReport(evaluation, of: samples.part, classNames: set.classNames)
        let part = Judgements.Part(rawValue: samples.part) ?? .test
        let wrong = mostWrong.map {
            WrongSamples(evaluation.verdicts, of: set, part: part, iteration: 0, limit: $0)
        }
        report.mostWrong = wrong?.groups.map(EvaluationReport.Mistakes.init)
        if json { return print(try jsonText(report)) }
        print(EvaluationTable(report, of: path, on: set.dataset.name).text)
        if let wrong { print(WrongList(wrong, classNames: set.classNames).text) }
    }

    private func evaluate(_ machine: SVMCheckpoint, of run: RunDirectory) throws {
        var checkpoint = machine
        checkpoint.threshold = threshold ?? run.threshold ?? machine.threshold
        let samples = try samples(
            checkpoint.preset, checkpoint.normalizer, classNames: checkpoint.classNames,
            shape: Shape(checkpoint.width), isMachine: true)
        let workers = Workers(threads: threads ?? checkpoint.preset.options.threads)
        try show(try checkpoint.evaluate(samples.set, workers: workers), of: run.name, on: samples)
    }

    /// Whether the samples are those that the run was made with.
    private var isOwnData: Bool { data == nil && normalize == nil }

    /// What was chosen in the dashboard for the run.
    private var chosenThreshold: Double? {
        model.hasSuffix(".safetensors") ? nil : (try? RunDirectory.find(model, in: runs.directory))?.threshold
    }

    /// For comparisons; where it cannot be done the evaluation itself says why.
    private func keepJudgements(of run: RunDirectory, _ part: Judgements.Part?) {
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
        _ trained: Preset, _ normalizer: Normalizer, classNames: [String], shape: Shape,
        isMachine: Bool = false
    ) throws -> ChosenSamples {
        var preset = trained
        var isWhole = false
        if let data, data != preset.name {
            let named = try NamedData(data, like: preset.data, seed: preset.seed)
            (preset.data, preset.seed, isWhole) = (named.source, named.seed, named.isWhole)
            // Other kernels would be drawn for other data.
            if trained.signalFeatures != nil { preset.data.features = trained.data.features }
        }
        if let normalize {
            guard let way = Normalization(normalize) else { throw NormalizationError.unreadable(normalize) }
            preset.data.normalization = way
        }
        let loaded = try preset.loadData(normalizer: normalize == nil ? normalizer : nil)
        // By the file that was named, where it was one.
        let place = loaded.training.dataset.name
        // To a support vector machine pixels are features, however they lie.
        guard loaded.shape == shape || isMachine && loaded.shape.count == shape.count else {
            throw EvaluationError.otherShape(data: place, found: loaded.shape, expected: shape)
        }
        guard loaded.classNames == classNames else {
            throw EvaluationError.otherClasses(
                data: place, found: loaded.classNames, expected: classNames)
        }
        return try ChosenSamples(split, of: loaded, isWhole: isWhole)
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
            "\(data): samples \(found.isVector ? "have \(found) features" : "are \(found)"), the model takes \(expected); "
                + "use data like those it was trained on"
        case .otherClasses(let data, let found, let expected):
            "\(data): classes are \(Self.list(found)), the model knows \(Self.list(expected)); "
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
