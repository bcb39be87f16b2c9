import Datasets
import Interchange
import Networks
import Runs
import Tensors

/// Uses a trained network as it is, as a run like any other: one pass over the training samples tells which of the
/// data's classes each of its own stands for, then it is judged on the validation samples.
///
/// An iteration is a mini-batch; its accuracy is that of the mapping known before it.
public final class ClassVoteTrainer {
    private let experiment: Experiment
    private let folder: CheckpointFolder
    private let startedAt: Double
    private let supervisor: any Supervisor
    private let clock: Clock
    private let workers: Workers
    private let parameters: Parameters<Float>
    /// The model up to its probabilities.
    private let plan: Plan<Float>
    private let begin: Double
    private var progress = Progress()
    private var vote: ClassVote
    /// Of the training samples: by chance, since those of a class lie together.
    private let order: [Int]
    private var isStopped = false
    /// Whether the network is on disk.
    public private(set) var isOutputSaved = true

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
        self.supervisor = supervisor
        self.clock = clock
        begin = clock()
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

    /// Looks at all training samples, validates and saves.
    public func train() throws -> StopRecord {
        introduce()
        for start in stride(from: 0, to: order.count, by: Self.batchSize) where !isStopped {
            look(at: order[start..<min(start + Self.batchSize, order.count)])
            obeyCommands()
        }
        guard !isStopped else { return finish(.stoppedByUser, accuracy: nil, saved: nil) }
        parameters.set("\(Self.layerName).weights", to: vote.weights)
        progress.position = Batches.Position(epoch: 1)
        supervisor.report(.epochFinished(epoch: 1, iteration: progress.iteration))
        note(summary)
        let accuracy = try validate()
        return finish(.maxEpochsReached, accuracy: accuracy, saved: save())
    }

    private func introduce() {
        let rows = experiment.network.inspect().rows
        let iterations = (experiment.training.count + Self.batchSize - 1) / Self.batchSize
        supervisor.report(
            .described(
                RunDescription(
                    run: folder.run.name, preset: experiment.preset.name, startedAt: startedAt,
                    classNames: experiment.training.classNames,
                    layers: rows.map {
                        LayerSummary(
                            name: $0.name, type: $0.type, activations: $0.activations?.dimensions ?? [],
                            learnables: $0.learnables)
                    },
                    trainingSamples: experiment.training.count,
                    validationSamples: experiment.validation.count, testSamples: experiment.test.count,
                    hyperparameters: [
                        Hyperparameter(
                            key: "freeze", title: "freeze", value: "all", kind: .choice(["all"]),
                            isLive: false)
                    ], seed: experiment.preset.seed, threads: workers.count)))
        supervisor.report(
            .planned(
                RunPlan(
                    iteration: 0, epoch: 0, maxEpochs: 1, iterationsPerEpoch: iterations,
                    lastIteration: iterations, learningRates: [])))
        for remark in experiment.remarks {
            supervisor.report(.noted(Note(.warning, remark, iteration: 0)))
        }
        if let filters = Observer(experiment.network, parameters: parameters).filters(at: progress) {
            supervisor.report(.filtersObserved(filters))
        }
        supervisor.report(.activityChanged(.training))
        keepEvents()
    }

    private func look(at samples: ArraySlice<Int>) {
        let training = experiment.training
        let mapping = vote.mapping
        plan.infer(count: samples.count) { index, place in
            training.load(samples[samples.startIndex + index], into: place)
        }
        var correct = 0
        for (index, sample) in samples.enumerated() {
            let width = vote.modelClasses
            let outputs = UnsafeBufferPointer(rebasing: plan.outputs[index * width..<(index + 1) * width])
            let label = Int(training.label(at: sample))
            correct += answer(outputs, mapping) == label ? 1 : 0
            vote.add(outputs, of: label)
        }
        progress.iteration += 1
        let accuracy = Float(correct) / Float(samples.count)
        supervisor.report(
            .iterationFinished(
                IterationRecord(
                    iteration: progress.iteration, epoch: 1, loss: 1 - accuracy, accuracy: accuracy,
                    learningRate: 0, elapsed: clock() - begin)))
        keepEvents()
    }

    private func answer(_ probabilities: UnsafeBufferPointer<Float>, _ mapping: [Int]) -> Int {
        var sums = [Float](repeating: 0, count: experiment.training.classNames.count)
        for (index, probability) in probabilities.enumerated() { sums[mapping[index]] += probability }
        return sums.indices.max { (sums[$0], $1) < (sums[$1], $0) } ?? 0
    }

    /// `of the model's 1000 classes 312 stand for clouds, 201 for rain`.
    private var summary: String {
        let mapping = vote.mapping
        let parts = experiment.training.classNames.enumerated().map { index, name in
            "\(mapping.count { $0 == index }) for \(name)"
        }
        return "of the model's \(mapping.count) classes stand \(parts.joined(separator: ", "))"
    }

    private func validate() throws -> Float? {
        guard experiment.validation.count > 0 else { return nil }
        supervisor.report(.activityChanged(.validating))
        let evaluator = try Evaluator(
            experiment.network, loss: .meanSquaredError, parameters: parameters, workers: workers)
        let evaluation = evaluator.evaluate(experiment.validation)
        progress.best = Progress.Best(
            iteration: progress.iteration, epoch: 1, loss: evaluation.loss, accuracy: evaluation.accuracy)
        progress.lastValidated = progress.iteration
        supervisor.report(
            .validated(
                ValidationRecord(
                    iteration: progress.iteration, epoch: 1, loss: evaluation.loss,
                    accuracy: evaluation.accuracy, confusion: evaluation.confusion, isBest: true,
                    sinceBest: 0, patience: nil)))
        return evaluation.accuracy
    }

    private func save() -> String? {
        var checkpoint = Checkpoint(
            preset: experiment.preset, progress: progress, optimizerSteps: 0,
            classNames: experiment.training.classNames, normalizer: experiment.training.normalizer,
            inputShape: experiment.network.input, outputsBest: false, tensors: [:])
        checkpoint.store(parameters, prefix: "")
        do {
            let file = try folder.write(checkpoint, at: progress)
            supervisor.report(.checkpointed(iteration: progress.iteration, epoch: 1, file: file))
            return file
        } catch {
            isOutputSaved = false
            supervisor.report(
                .noted(Note(.error, String(describing: error), iteration: progress.iteration)))
            return nil
        }
    }

    private func finish(_ reason: StopReason, accuracy: Float?, saved: String?) -> StopRecord {
        let record = StopRecord(
            reason: reason, iteration: progress.iteration, epoch: 1, bestValidationAccuracy: accuracy,
            bestIteration: accuracy.map { _ in progress.iteration }, saved: saved)
        supervisor.report(.stopped(record))
        keepEvents()
        return record
    }

    /// Nothing learns, so there is nothing to turn: the run can be stopped.
    private func obeyCommands() {
        let reason = "the network is used as it is; the run can be stopped"
        if supervisor.isToldToStop(refusingOthers: reason) { isStopped = true }
    }

    private func note(_ text: String) {
        supervisor.report(.noted(Note(.information, text, iteration: progress.iteration)))
    }

    /// A log that cannot be written loses lines, not the network.
    private func keepEvents() {
        do { try supervisor.keepEvents() } catch { isLogWritten = false }
    }

    /// Whether all events reached the log.
    public private(set) var isLogWritten = true
}
