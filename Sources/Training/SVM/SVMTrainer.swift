import Classical
import Datasets
import Runs
import Statistics
import Tensors

/// Trains a preset's support vector machine, as a run like any other: what happens goes to a `Supervisor`.
///
/// Each pair of cost and γ that cross-validation tries is an iteration, its accuracy that of the held-out samples. Then
/// the best pair is trained on all training samples and judged on the validation samples.
public final class SVMTrainer {
    private let preset: Preset
    private let plan: SVMPlan
    private let data: LoadedData
    private let run: RunDirectory
    private let startedAt: Double
    private let supervisor: any Supervisor
    private let clock: Clock
    private let workers: Workers
    private let begin: Double
    private var iteration = 0
    private var isStopped = false
    /// Whether the model is on disk.
    public private(set) var isOutputSaved = true

    /// - Parameter startedAt: seconds since 1970.
    public init(
        _ preset: Preset, _ plan: SVMPlan, data: LoadedData, run: RunDirectory, startedAt: Double,
        supervisor: any Supervisor, clock: @escaping Clock = monotonicSeconds
    ) {
        self.preset = preset
        self.plan = plan
        self.data = data
        self.run = run
        self.startedAt = startedAt
        self.supervisor = supervisor
        self.clock = clock
        workers = Workers(threads: preset.options.threads)
        begin = clock()
    }

    /// Searches, trains, validates and saves.
    ///
    /// - Throws: `SVMError` for samples or settings that cannot be trained.
    public func train() throws -> StopRecord {
        introduce()
        let samples = data.training.featureMatrix
        let labels = (0..<data.training.count).map { Int(data.training.label(at: $0)) }
        let settings = try settings(samples, labels)
        guard !isStopped else { return finish(.stoppedByUser, accuracy: nil, saved: nil) }
        let before = clock()
        let model = try SVMModel(training: samples, labels: labels, settings: settings, workers: workers)
        tell(model, settings, seconds: clock() - before)
        let checkpoint = SVMCheckpoint(
            model: model, preset: preset, classNames: data.classNames, normalizer: data.normalizer)
        if plan.search == nil {
            let evaluation = try checkpoint.evaluate(data.training, workers: workers)
            report(iterationWith: evaluation.accuracy, cost: settings.cost)
        }
        supervisor.report(.epochFinished(epoch: 1, iteration: iteration))
        let seconds = clock() - begin
        let accuracy = try validate(checkpoint)
        let saved = save(checkpoint)
        if saved != nil { try judge(checkpoint, trainingSeconds: seconds) }
        return finish(.maxEpochsReached, accuracy: accuracy, saved: saved)
    }

    private var iterations: Int { plan.search?.count(for: plan.settings.kernel) ?? 1 }

    private func introduce() {
        supervisor.report(.described(description))
        supervisor.report(
            .planned(
                RunPlan(
                    iteration: 0, epoch: 0, maxEpochs: 1, iterationsPerEpoch: iterations,
                    lastIteration: iterations, learningRates: [])))
        for remark in data.remarks { note(.warning, remark) }
        supervisor.report(.activityChanged(.training))
        keepEvents()
    }

    private var description: RunDescription {
        let settings = plan.settings
        var shown = [("kernel", settings.kernel.name), ("cost", optionText(settings.cost))]
        if let gamma = settings.kernel.gamma { shown.append(("gamma", optionText(gamma))) }
        return RunDescription(
            run: run.name, preset: preset.name, startedAt: startedAt, classNames: data.classNames,
            layers: [
                LayerSummary(
                    name: "features", type: "features", activations: [data.shape.count], learnables: 0),
                LayerSummary(
                    name: "svm", type: "support vector machine", activations: [data.classNames.count],
                    learnables: 0),
            ],
            trainingSamples: data.training.count, validationSamples: data.validation.count,
            testSamples: data.test.count,
            hyperparameters: shown.map { key, value in
                Hyperparameter(key: key, title: key, value: value, kind: .choice([value]), isLive: false)
            },
            seed: preset.seed, threads: workers.count)
    }

    /// The plan's, or the best pair of the search.
    private func settings(_ samples: FeatureMatrix, _ labels: [Int]) throws(SVMError) -> SVMSettings {
        guard let search = plan.search else { return plan.settings }
        let random = RandomSource(seed: preset.seed).stream(Self.foldStream)
        let points = try search.run(
            samples, labels: labels, settings: plan.settings, workers: workers, random: random
        ) { point in
            report(iterationWith: Float(point.accuracy), cost: point.cost)
            supervisor.report(
                .tried(
                    SearchPoint(
                        cost: point.cost, gamma: point.gamma, accuracy: point.accuracy,
                        costs: search.costs.sorted(),
                        gammas: plan.settings.kernel.gamma == nil ? [] : search.gammas.sorted(),
                        folds: search.folds, iteration: iteration)))
            obeyCommands()
            return !isStopped
        }
        guard let best = GridSearch.best(points) else { return plan.settings }
        var settings = plan.settings
        settings.cost = best.cost
        if let gamma = best.gamma { settings.kernel = settings.kernel.with(gamma: gamma) }
        note(.information, "chosen by \(search.folds)-fold cross-validation: \(Self.text(best))")
        return settings
    }

    private static let foldStream: UInt64 = 0x464f_4c44

    private static func text(_ point: GridSearch.Point) -> String {
        let gamma = point.gamma.map { ", gamma \(optionText($0))" } ?? ""
        return "cost \(optionText(point.cost))\(gamma): accuracy \(rounded(point.accuracy))"
    }

    private static func rounded(_ share: Double) -> String { "\((share * 10_000).rounded() / 10_000)" }

    private func report(iterationWith accuracy: Float, cost: Double) {
        iteration += 1
        supervisor.report(
            .iterationFinished(
                IterationRecord(
                    iteration: iteration, epoch: 1, loss: 1 - accuracy, accuracy: accuracy,
                    learningRate: cost, elapsed: clock() - begin)))
        keepEvents()
    }

    private func tell(_ model: SVMModel, _ settings: SVMSettings, seconds: Double) {
        let margin = model.margin(workers: workers).map { ", margin \(Float($0))" } ?? ""
        let counts = zip(model.labels, model.vectorCounts).map { label, count in
            "\(count) \(data.classNames[label])"
        }
        note(
            .information,
            "\(model.vectors.count) support vectors (\(counts.joined(separator: ", ")))\(margin), "
                + "trained in \((seconds * 1000).rounded() / 1000) s")
    }

    private func validate(_ checkpoint: SVMCheckpoint) throws(SVMError) -> Float? {
        guard data.validation.count > 0 else { return nil }
        let evaluation = try checkpoint.evaluate(data.validation, workers: workers)
        supervisor.report(
            .validated(
                ValidationRecord(
                    iteration: iteration, epoch: 1, loss: evaluation.loss, accuracy: evaluation.accuracy,
                    confusion: evaluation.confusion, isBest: true, sinceBest: 0, patience: nil,
                    detector: evaluation.curve.map { DetectorCurve($0, threshold: checkpoint.threshold) })))
        if let area = evaluation.curve?.area {
            note(.information, "area under the ROC curve: \(Self.rounded(area))")
        }
        return evaluation.accuracy
    }

    private func save(_ checkpoint: SVMCheckpoint) -> String? {
        do {
            try checkpoint.write(to: run)
            supervisor.report(.checkpointed(iteration: iteration, epoch: 1, file: SVMCheckpoint.name))
            return SVMCheckpoint.name
        } catch {
            isOutputSaved = false
            note(.error, String(describing: error))
            return nil
        }
    }

    /// On the test samples, or where there are none on the validation samples.
    private func judge(_ checkpoint: SVMCheckpoint, trainingSeconds: Double) throws(SVMError) {
        let (samples, part) =
            data.test.count > 0
            ? (data.test, Judgements.Part.test) : (data.validation, Judgements.Part.validation)
        guard samples.count > 0 else { return }
        let judgements = try checkpoint.judgements(
            samples, part, trainingSamples: data.training.count, trainingSeconds: trainingSeconds,
            workers: workers)
        keep(judgements, in: run) { note($0, $1) }
        supervisor.report(
            .wrongObserved(
                WrongSamples(judgements.verdicts, of: samples, part: part, iteration: iteration)))
    }

    private func finish(_ reason: StopReason, accuracy: Float?, saved: String?) -> StopRecord {
        let record = StopRecord(
            reason: reason, iteration: iteration, epoch: 1, bestValidationAccuracy: accuracy,
            bestIteration: accuracy.map { _ in iteration }, saved: saved)
        supervisor.report(.stopped(record))
        keepEvents()
        return record
    }

    /// A machine is trained in one piece: it can be stopped between two pairs of the search, nothing else.
    private func obeyCommands() {
        let reason = "a support vector machine is trained in one piece; it can be stopped"
        if supervisor.isToldToStop(refusingOthers: reason) { isStopped = true }
    }

    private func note(_ severity: Note.Severity, _ text: String) {
        supervisor.report(.noted(Note(severity, text, iteration: iteration)))
    }

    /// A log that cannot be written loses lines, not the model.
    private func keepEvents() {
        do { try supervisor.keepEvents() } catch { isLogWritten = false }
    }

    /// Whether all events reached the log.
    public private(set) var isLogWritten = true
}
