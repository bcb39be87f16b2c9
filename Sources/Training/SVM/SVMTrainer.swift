import Classical
import Datasets
import Runs
import Statistics
import Tensors

/// Trains a preset's support vector machine, as a run like any other: what happens goes to a `Supervisor`.
///
/// Each pair of cost and γ that cross-validation tries is an iteration, its accuracy that of the held-out samples. Then
/// the best pair is trained on all training samples and judged on the validation samples.
public final class SVMTrainer: OnePassTrainer {
    private let preset: Preset
    private let plan: SVMPlan
    private let data: LoadedData
    private let startedAt: Double
    private let report: RunReport
    private let workers: Workers

    public var isOutputSaved: Bool { report.isOutputSaved }
    public var isLogWritten: Bool { report.isLogWritten }

    /// - Parameter startedAt: seconds since 1970.
    public init(
        _ preset: Preset, _ plan: SVMPlan, data: LoadedData, run: RunDirectory, startedAt: Double,
        supervisor: any Supervisor, clock: @escaping Clock = monotonicSeconds
    ) {
        var settled = preset
        settled.data.features = data.features
        self.preset = settled
        self.plan = plan.forSamples(of: data.shape.count)
        self.data = data
        self.startedAt = startedAt
        report = RunReport(run, supervisor: supervisor, clock: clock)
        workers = Workers(threads: preset.options.threads)
    }

    /// Searches, trains, validates and saves.
    ///
    /// - Throws: `SVMError` for samples or settings that cannot be trained.
    public func train() throws -> StopRecord {
        report.begin(description, iterations: iterations, remarks: data.remarks)
        let samples = data.training.featureMatrix
        let labels = (0..<data.training.count).map { Int(data.training.label(at: $0)) }
        let settings = try settings(samples, labels)
        guard !report.isStopped else { return report.finish(.stoppedByUser, saved: nil) }
        let before = report.elapsed
        let model = try SVMModel(training: samples, labels: labels, settings: settings, workers: workers)
        tell(model, settings, seconds: report.elapsed - before)
        let checkpoint = SVMCheckpoint(
            model: model, preset: preset, classNames: data.classNames, normalizer: data.normalizer)
        if plan.search == nil {
            let evaluation = try checkpoint.evaluate(data.training, workers: workers)
            report.finishIteration(loss: nil, accuracy: evaluation.accuracy)
        }
        report.finishEpoch()
        let seconds = report.elapsed
        try validate(checkpoint)
        let saved = report.save {
            try checkpoint.write(to: report.run)
            return SVMCheckpoint.name
        }
        if saved != nil {
            try report.judge(test: data.test, validation: data.validation) { samples, part in
                try checkpoint.judgements(
                    samples, part, trainingSamples: data.training.count, trainingSeconds: seconds,
                    workers: workers)
            }
        }
        return report.finish(.fitted, saved: saved)
    }

    private var iterations: Int { plan.search?.count(for: plan.settings.kernel) ?? 1 }

    private var description: RunDescription {
        let settings = plan.settings
        let isSearched = plan.search != nil
        var shown = [
            ("kernel", settings.kernel.name), ("cost", isSearched ? "searched" : optionText(settings.cost)),
        ]
        if let gamma = settings.kernel.gamma {
            shown.append(("gamma", isSearched ? "searched" : optionText(gamma)))
        }
        return RunDescription(
            run: report.run.name, preset: preset.name, startedAt: startedAt, classNames: data.classNames,
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
            report.finishIteration(loss: nil, accuracy: Float(point.accuracy))
            report.supervisor.report(
                .tried(
                    SearchPoint(
                        cost: point.cost, gamma: point.gamma, accuracy: point.accuracy,
                        costs: search.costs.sorted(),
                        gammas: plan.settings.kernel.gamma == nil ? [] : search.gammas.sorted(),
                        folds: search.folds, iteration: report.iteration)))
            report.obeyCommands(refusingOthers: Self.refusal)
            return !report.isStopped
        }
        guard let best = GridSearch.best(points) else { return plan.settings }
        var settings = plan.settings
        settings.cost = best.cost
        if let gamma = best.gamma { settings.kernel = settings.kernel.with(gamma: gamma) }
        report.note(.information, "chosen by \(search.folds)-fold cross-validation: \(Self.text(best))")
        return settings
    }

    /// It can be stopped between two pairs of the search, nothing else.
    private static let refusal = "a support vector machine is trained in one piece; it can be stopped"

    private static let foldStream: UInt64 = 0x464f_4c44

    private static func text(_ point: GridSearch.Point) -> String {
        let gamma = point.gamma.map { ", gamma \(optionText($0))" } ?? ""
        return "cost \(optionText(point.cost))\(gamma): accuracy \(rounded(point.accuracy))"
    }

    private static func rounded(_ share: Double) -> String { "\((share * 10_000).rounded() / 10_000)" }

    private func tell(_ model: SVMModel, _ settings: SVMSettings, seconds: Double) {
        let margin = model.margin(workers: workers).map { ", margin \(Float($0))" } ?? ""
        let counts = zip(model.labels, model.vectorCounts).map { label, count in
            "\(count) \(data.classNames[label])"
        }
        report.note(
            .information,
            "\(model.vectors.count) support vectors (\(counts.joined(separator: ", ")))\(margin), "
                + "trained in \((seconds * 1000).rounded() / 1000) s")
    }

    private func validate(_ checkpoint: SVMCheckpoint) throws(SVMError) {
        guard data.validation.count > 0 else { return }
        let evaluation = try checkpoint.evaluate(data.validation, workers: workers)
        report.validate(evaluation, threshold: checkpoint.threshold)
        if let area = evaluation.curve?.area {
            report.note(.information, "area under the ROC curve: \(Self.rounded(area))")
        }
    }
}
