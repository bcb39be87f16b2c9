import Datasets
import Interchange
import Networks
import Runs
import Tensors

/// Uses a trained network as it is, as a run like any other: one pass over the training samples tells which of the
/// data's classes each of its own stands for, then it is judged on the validation samples.
///
/// An iteration is a mini-batch; its accuracy is that of the mapping known before it.
public final class ClassVoteTrainer: OnePassTrainer {
    private let experiment: Experiment
    private let folder: CheckpointFolder
    private let startedAt: Double
    private let report: RunReport
    private let workers: Workers
    private let parameters: Parameters<Float>
    /// The model up to its probabilities.
    private let plan: Plan<Float>
    private var vote: ClassVote
    /// Of the training samples: by chance, since those of a class lie together.
    private let order: [Int]

    public var isOutputSaved: Bool { report.isOutputSaved }
    public var isLogWritten: Bool { report.isLogWritten }

    /// The layer that adds up the probabilities.
    static let layerName = "class_votes"

    /// - Parameter startedAt: seconds since 1970.
    public init(
        _ experiment: Experiment, folder: CheckpointFolder, startedAt: Double, supervisor: any Supervisor,
        clock: @escaping Clock = monotonicSeconds
    ) throws {
        self.experiment = experiment
        self.folder = folder
        self.startedAt = startedAt
        report = RunReport(folder.run, supervisor: supervisor, clock: clock)
        var order = Array(0..<experiment.training.count)
        var random = RandomSource(seed: experiment.preset.seed).stream(Experiment.Stream.order)
        random.shuffle(&order)
        self.order = order
        workers = Workers(threads: experiment.preset.options.threads)
        parameters = try Parameters(
            experiment.network, random: RandomSource(seed: experiment.preset.seed))
        if let given = experiment.initialWeights { parameters.adopt(given) }
        guard let last = experiment.network.nodes.last, last.name == Self.layerName,
            let model = experiment.network.truncated(after: last.inputs[0])
        else { preconditionFailure("\(experiment.network.name) does not end in \(Self.layerName)") }
        plan = try Plan(
            model, batchSize: Self.batchSize, mode: .inference, parameters: parameters, workers: workers)
        vote = ClassVote(
            classes: experiment.training.classNames.count, modelClasses: plan.outputShape.count)
    }

    private static let batchSize = 16

    /// Looks at all training samples, validates, saves and judges.
    public func train() throws -> StopRecord {
        let iterations = (experiment.training.count + Self.batchSize - 1) / Self.batchSize
        report.begin(description, iterations: iterations, remarks: experiment.remarks)
        if let filters = Observer(experiment.network, parameters: parameters).filters(at: Progress()) {
            report.supervisor.report(.filtersObserved(filters))
        }
        for start in stride(from: 0, to: order.count, by: Self.batchSize) where !report.isStopped {
            look(at: order[start..<min(start + Self.batchSize, order.count)])
            report.obeyCommands(refusingOthers: "the network is used as it is; the run can be stopped")
        }
        guard !report.isStopped else { return report.finish(.stoppedByUser, saved: nil) }
        parameters.set("\(Self.layerName).weights", to: vote.weights)
        report.finishEpoch()
        report.note(.information, summary)
        let evaluator = try Evaluator(
            experiment.network, loss: .meanSquaredError, parameters: parameters, workers: workers)
        var progress = Progress()
        progress.iteration = report.iteration
        progress.position = Batches.Position(epoch: 1)
        progress.elapsed = report.elapsed
        validate(with: evaluator, &progress)
        let saved = report.save { try folder.write(checkpoint(progress), at: progress) }
        if let saved { judge(with: evaluator, output: saved, trainingSeconds: progress.elapsed) }
        return report.finish(.fitted, saved: saved)
    }

    private var description: RunDescription {
        RunDescription(
            run: folder.run.name, preset: experiment.preset.name, startedAt: startedAt,
            classNames: experiment.training.classNames,
            layers: experiment.network.inspect().rows.map {
                LayerSummary(
                    name: $0.name, type: $0.type, activations: $0.activations?.dimensions ?? [],
                    learnables: $0.learnables)
            },
            trainingSamples: experiment.training.count, validationSamples: experiment.validation.count,
            testSamples: experiment.test.count, hyperparameters: [], seed: experiment.preset.seed,
            threads: workers.count)
    }

    private func look(at samples: ArraySlice<Int>) {
        let training = experiment.training
        let mapping = vote.mapping
        plan.infer(count: samples.count) { index, place in
            training.load(samples[samples.startIndex + index], into: place)
        }
        var correct = 0
        var loss: Float = 0
        for (index, sample) in samples.enumerated() {
            let width = vote.modelClasses
            let outputs = UnsafeBufferPointer(rebasing: plan.outputs[index * width..<(index + 1) * width])
            let label = Int(training.label(at: sample))
            let sums = sums(outputs, mapping)
            let answer = sums.indices.max { (sums[$0], $1) < (sums[$1], $0) }
            correct += answer == label ? 1 : 0
            for (index, sum) in sums.enumerated() {
                let error = sum - (index == label ? 1 : 0)
                loss += error * error / Float(sums.count)
            }
            vote.add(outputs, of: label)
        }
        report.finishIteration(
            loss: loss / Float(samples.count), accuracy: Float(correct) / Float(samples.count))
    }

    /// The probability of each of the data's classes.
    private func sums(_ probabilities: UnsafeBufferPointer<Float>, _ mapping: [Int]) -> [Float] {
        var sums = [Float](repeating: 0, count: experiment.training.classNames.count)
        for (index, probability) in probabilities.enumerated() { sums[mapping[index]] += probability }
        return sums
    }

    /// `of the model's 1000 classes 312 stand for clouds, 201 for rain`.
    private var summary: String {
        let mapping = vote.mapping
        let parts = experiment.training.classNames.enumerated().map { index, name in
            "\(mapping.count { $0 == index }) for \(name)"
        }
        return "of the model's \(mapping.count) classes stand \(parts.joined(separator: ", "))"
    }

    private func validate(with evaluator: Evaluator, _ progress: inout Progress) {
        guard experiment.validation.count > 0 else { return }
        report.supervisor.report(.activityChanged(.validating))
        let evaluation = evaluator.evaluate(experiment.validation)
        progress.best = Progress.Best(
            iteration: progress.iteration, epoch: 1, loss: evaluation.loss ?? .nan,
            accuracy: evaluation.accuracy)
        progress.lastValidated = progress.iteration
        report.validate(evaluation, threshold: evaluator.naturalThreshold)
    }

    private func checkpoint(_ progress: Progress) -> Checkpoint {
        var checkpoint = Checkpoint(
            preset: experiment.preset, progress: progress, optimizerSteps: 0,
            classNames: experiment.training.classNames, normalizer: experiment.training.normalizer,
            inputShape: experiment.network.input, outputsBest: false, tensors: [:])
        checkpoint.store(parameters, prefix: "")
        return checkpoint
    }

    private func judge(with evaluator: Evaluator, output: String, trainingSeconds: Double) {
        report.judge(test: experiment.test, validation: experiment.validation) { samples, part in
            evaluator.judgements(
                experiment.preset, samples, part, output: output, trainingSamples: experiment.training.count,
                trainingSeconds: trainingSeconds,
                learnables: experiment.network.inspect().totalLearnables, threads: workers.count)
        }
    }
}
