import Datasets
import Interchange
import Networks
import Runs

extension Trainer {
    /// Everything needed to go on from here.
    func checkpoint() -> Checkpoint { checkpoint(progress: progress, best: best, outputIsCurrent: false) }

    private func checkpoint(progress: Progress, best: Parameters<Float>?, outputIsCurrent: Bool) -> Checkpoint
    {
        let optimizer = step.optimizer
        var checkpoint = Checkpoint(
            preset: experiment.preset, progress: progress, optimizerSteps: optimizer.steps,
            classNames: experiment.training.classNames, normalizer: experiment.training.normalizer,
            inputShape: experiment.network.input,
            outputsBest: options.outputNetwork == .bestValidation && best != nil && !outputIsCurrent,
            tensors: [:])
        checkpoint.store(parameters, prefix: "")
        checkpoint.store(optimizer.firstMoment, prefix: Checkpoint.firstMomentPrefix, like: parameters)
        checkpoint.store(optimizer.secondMoment, prefix: Checkpoint.secondMomentPrefix, like: parameters)
        if let best { checkpoint.store(best, prefix: Checkpoint.bestPrefix) }
        return checkpoint
    }

    func restore(_ checkpoint: Checkpoint, path: String) throws(CheckpointError) {
        try checkpoint.restore(parameters, prefix: "", path: path)
        try checkpoint.restore(
            step.optimizer.firstMoment, prefix: Checkpoint.firstMomentPrefix, like: parameters, path: path)
        try checkpoint.restore(
            step.optimizer.secondMoment, prefix: Checkpoint.secondMomentPrefix, like: parameters, path: path)
        step.optimizer.steps = checkpoint.optimizerSteps
        if checkpoint.hasBest {
            let restored = parameters.copy()
            try checkpoint.restore(restored, prefix: Checkpoint.bestPrefix, path: path)
            best = restored
        }
        lastCheckpoint = folder.map {
            path.hasPrefix($0.run.path + "/") ? String(path.dropFirst($0.run.path.count + 1)) : path
        }
    }

    /// Writes a checkpoint of this moment; when the disk does not take it, the run pauses and owes it.
    func saveCheckpoint() {
        do { try writeCheckpoint(checkpoint()) } catch {
            pause.owesCheckpoint = true
            pauseFor(String(describing: error))
        }
    }

    func writeCheckpoint(_ checkpoint: Checkpoint) throws(SafetensorsError) {
        guard let folder else { return }
        // First what led here: a run killed in between goes on from the checkpoint, and its log must reach it. What the
        // disk does not take waits, and the trainer pauses over it after the iteration.
        try? supervisor.keepEvents()
        let name = try folder.write(checkpoint, at: progress)
        lastCheckpoint = name
        supervisor.report(
            .checkpointed(iteration: progress.iteration, epoch: progress.epochNumber, file: name))
        if options.checkpointsKept != Options.all { folder.prune(keeping: options.checkpointsKept) }
    }

    /// The last validation, the last checkpoint, the last word.
    ///
    /// What the disk does not take is waited for, unless the end was asked for: then it comes all the same.
    func finish(_ reason: StopReason, saving: Bool) -> StopRecord {
        supervisor.report(.activityChanged(.finishing))
        pause = Pause()
        var mayWait = reason != .stoppedByUser && reason != .gaveUp
        let saved = saving ? windUp(mayWait: &mayWait) : reason == .diverged ? lastCheckpoint : nil
        let usesBest = options.outputNetwork == .bestValidation && best != nil && !isBestNow
        // Who asked for the end does not want to wait for more.
        if saved != nil, isOutputSaved, reason == .maxEpochsReached || reason == .validationPatienceExhausted
        {
            judge(usesBest: usesBest)
        }
        let isOutput = saving && saved != nil && isOutputSaved
        let record = StopRecord(
            reason: reason, iteration: progress.iteration, epoch: progress.epochNumber,
            bestValidationAccuracy: progress.best?.accuracy, bestIteration: progress.best?.iteration,
            saved: saved, savedAccuracy: isOutput ? outputAccuracy(usesBest: usesBest) : nil)
        supervisor.report(.stopped(record))
        if let fault = persist(mayWait: &mayWait, { try supervisor.keepEvents() }) {
            isLogWritten = false
            fail("the log does not tell how the run ended: \(fault)")
        }
        return record
    }

    /// On the validation samples; nil where there are none, and where the current network was not validated.
    private func outputAccuracy(usesBest: Bool) -> Float? {
        if usesBest { return progress.best?.accuracy }
        return progress.lastValidated == progress.iteration ? lastAccuracy : nil
    }

    /// Validates a last time and saves. The checkpoint stands before that validation, as if it had not been made,
    /// so that a run continued from it equals one that never stopped; only its choice of output counts it.
    /// Returns the last good checkpoint.
    private func windUp(mayWait: inout Bool) -> String? {
        let before = progress
        let bestBefore = best?.copy()
        if progress.lastValidated != progress.iteration && progress.iteration > 0 { _ = validate() }
        guard folder != nil else { return nil }
        let last = checkpoint(progress: before, best: bestBefore, outputIsCurrent: isBestNow)
        if let fault = persist(mayWait: &mayWait, { try writeCheckpoint(last) }) {
            isOutputSaved = false
            let rest = lastCheckpoint.map { "the last good checkpoint is \($0)" } ?? "there is no checkpoint"
            fail("the output network could not be saved: \(fault); \(rest)")
        }
        return lastCheckpoint
    }

    private func fail(_ fault: String) {
        finalFault = fault
        note(.error, fault)
    }

    /// Whether the best validation was that of the last iteration.
    private var isBestNow: Bool { progress.best?.iteration == progress.iteration }

    /// Does the work, again and again while it fails and it may wait for a user's word. Returns the last fault.
    private func persist(mayWait: inout Bool, _ work: () throws -> Void) -> (any Error)? {
        while true {
            do {
                try work()
                pause.forgetFault()
                return nil
            } catch {
                guard mayWait else { return error }
                pauseFor(String(describing: error))
                let word = waitForWord()
                mayWait = word == .tryAgain
                if word == .giveUp { return error }
            }
        }
    }

    private enum Word { case tryAgain, tryOnce, giveUp }

    /// At the end only these commands still mean something: resume tries again, stop tries a last time, and stop
    /// without saving gives up.
    private func waitForWord() -> Word {
        while true {
            for command in supervisor.takeCommands(waiting: true) {
                switch command {
                case .resume:
                    pause.forgetFault()
                    return .tryAgain
                case .stop(let saving): return saving ? .tryOnce : .giveUp
                default: refuse(command, "the run is over and waits to be saved; resume tries again")
                }
            }
            switch patienceNow() {
            case .waiting: break
            case .tryingAgain: return .tryAgain
            case .exhausted: return .giveUp
            }
        }
    }
}
