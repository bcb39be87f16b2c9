import Datasets
import Networks
import Runs
import Tensors

extension Trainer {
    /// One mini-batch and all that is due after it; the reason to stop, if there is one.
    func trainOneIteration() -> StopReason? {
        let learnRate = options.learnRate(
            afterIteration: progress.iteration, epoch: progress.epochs(of: experiment.training.count))
        let batch = batches.next(size: course.miniBatchSize)
        let outcome = step.computeGradients(batch, iteration: progress.iteration)
        let penalty = step.optimizer.regularizationLoss(of: parameters.values, l2: options.l2Regularization)
        let loss = outcome.meanLoss + Float(penalty)
        if loss.isFinite { update(learnRate: learnRate, endsEpoch: batch.endsEpoch) }
        progress.iteration += 1
        progress.position = batches.position
        progress.elapsed += observer.lap(at: clock(), images: batch.samples.count)
        supervisor.report(
            .iterationFinished(
                IterationRecord(
                    iteration: progress.iteration, epoch: batch.epoch + 1, loss: loss,
                    accuracy: Float(outcome.correct) / Float(batch.samples.count), learningRate: learnRate,
                    elapsed: progress.elapsed)))
        guard loss.isFinite else {
            noteDivergence("the loss became \(loss.isNaN ? "NaN" : "infinite")")
            return .diverged
        }
        if let usage = observer.usage(threads: workers.count) { supervisor.show(.measured(usage)) }
        let isOutOfPatience = progress.iteration.isMultiple(of: options.validationFrequency) && validate()
        if batch.endsEpoch && !finishEpoch(batch.epoch + 1, isLast: isOutOfPatience) { return .diverged }
        showFilters()
        if !supervisor.wantedObservations.contains(.wrong) {
            isWrongShown = false
        } else if !isWrongShown {
            showWrong()
        }
        if supervisor.wantedObservations.contains(.example), inspector.isDue(at: clock()) { showExample() }
        return isOutOfPatience ? .validationPatienceExhausted : nil
    }

    /// The solver's step, watched where somebody wants to know how the layers are doing, and for the log at each
    /// epoch's end.
    private func update(learnRate: Double, endsEpoch: Bool) {
        let isWanted = supervisor.wantedObservations.contains(.layers) && observer.layersAreDue(at: clock())
        let isWatched = endsEpoch || isWanted
        if isWatched { observer.beforeUpdate(gradients: step.gradients) }
        step.update(learnRate: learnRate, options: options)
        guard isWatched else { return }
        let event = RunEvent.layersObserved(
            observer.layers(learning: step.frozen?.rest), iteration: progress.iteration + 1)
        if endsEpoch { supervisor.report(event) } else { supervisor.show(event) }
    }

    private func showFilters() {
        guard supervisor.wantedObservations.contains(.filters), observer.filtersAreDue(at: clock()),
            let filters = observer.filters(at: progress)
        else { return }
        supervisor.show(.filtersObserved(filters))
    }

    /// One validation sample as the network sees it now.
    func showExample() {
        let start = clock()
        guard let example = inspector.example(at: progress) else { return }
        inspector.rest(from: start, to: clock())
        supervisor.show(.exampleObserved(example))
    }

    /// The validation samples that the last validation was most wrong about.
    func showWrong() {
        guard let verdicts = lastVerdicts else { return }
        isWrongShown = true
        supervisor.show(
            .wrongObserved(
                WrongSamples(
                    verdicts, of: experiment.validation, part: .validation, iteration: progress.iteration)))
    }

    /// What is due at an epoch's end; false when the weights turn out to have become infinite or NaN.
    private func finishEpoch(_ epoch: Int, isLast: Bool) -> Bool {
        supervisor.report(.epochFinished(epoch: epoch, iteration: progress.iteration))
        if let filters = observer.filters(at: progress) { supervisor.report(.filtersObserved(filters)) }
        // A checkpoint of broken weights would push a good one out.
        if let broken = observer.brokenWeights {
            noteDivergence("\(broken) became NaN or infinite")
            return false
        }
        let frequency = options.checkpointFrequency
        let isDue = frequency != Options.unlimited && epoch.isMultiple(of: frequency)
        // The last one is written when the run is wound up.
        if isDue && !isLast && epoch < options.maxEpochs { saveCheckpoint() }
        return true
    }

    /// What broke, and what helps against it.
    private func noteDivergence(_ what: String) {
        let advice =
            options.gradientThreshold == .infinity
            ? "set gradientThreshold, such as 1" : "lower gradientThreshold"
        note(
            .error,
            "diverged: \(what) in iteration \(progress.iteration); lower initialLearnRate "
                + "(\(optionText(options.initialLearnRate)) now) or \(advice)")
    }

    func note(_ severity: Note.Severity, _ text: String) {
        supervisor.report(.noted(Note(severity, text, iteration: progress.iteration)))
    }

    /// Runs the validation set through the network; whether patience is exhausted by it.
    func validate() -> Bool {
        guard experiment.validation.count > 0 else { return false }
        supervisor.report(.activityChanged(.validating))
        let evaluation = evaluator.evaluate(
            experiment.validation, firstSlot: experiment.keptTrainingSamples)
        let isBest = isBetter(evaluation)
        progress.lastValidated = progress.iteration
        progress.sinceBest = isBest ? 0 : progress.sinceBest + 1
        if isBest {
            progress.best = Progress.Best(
                iteration: progress.iteration, epoch: progress.epochNumber, loss: evaluation.loss ?? .nan,
                accuracy: evaluation.accuracy)
            if let best { best.assign(from: parameters) } else { best = parameters.copy() }
        }
        let patience = options.validationPatience
        supervisor.report(
            .validated(
                ValidationRecord(
                    iteration: progress.iteration, epoch: progress.epochNumber, loss: evaluation.loss,
                    accuracy: evaluation.accuracy, confusion: evaluation.confusion, isBest: isBest,
                    sinceBest: progress.sinceBest, patience: patience == Options.unlimited ? nil : patience,
                    detector: evaluation.curve.map {
                        DetectorCurve($0, threshold: evaluator.naturalThreshold)
                    })))
        lastVerdicts = evaluation.verdicts
        lastAccuracy = evaluation.accuracy
        if supervisor.wantedObservations.contains(.wrong) { showWrong() }
        supervisor.report(.activityChanged(pause.isOn ? .paused(reason: pause.reason) : .training))
        return progress.sinceBest >= patience
    }

    private func isBetter(_ evaluation: Evaluation) -> Bool {
        let loss = evaluation.loss ?? .infinity
        guard let best = progress.best else { return loss.isFinite }
        switch options.objectiveMetricName {
        case .loss: return loss < best.loss
        case .accuracy: return evaluation.accuracy > best.accuracy
        }
    }
}
