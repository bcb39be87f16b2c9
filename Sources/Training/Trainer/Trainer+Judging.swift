import Datasets
import Networks
import Runs
import Statistics
import Tensors

extension Trainer {
    /// Judges the output network on the test samples, or where there are none on the validation samples, and keeps what
    /// it says of each beside the run. A wish to stop ends it; `cnntop evaluate` can do it at any time.
    ///
    /// - Parameter usesBest: whether the output network is the one of the best validation.
    func judge(usesBest: Bool) {
        let hasTest = experiment.test.count > 0
        let samples = hasTest ? experiment.test : experiment.validation
        guard samples.count > 0, let run = folder?.run, let output = run.outputFile else { return }
        let start = clock()
        guard
            let evaluation = withOutput(
                usesBest,
                {
                    evaluator.evaluate(samples, firstSlot: hasTest ? nil : experiment.keptTrainingSamples) {
                        !isToldToStop()
                    }
                })
        else {
            return note(.information, "not judged on the \(hasTest ? "test" : "validation") samples: stopped")
        }
        var about = Judgements.About(
            experiment.preset, samples, part: hasTest ? .test : .validation,
            model: Judgements.About.network, output: output, trainingSamples: experiment.training.count,
            trainingSeconds: progress.elapsed, seconds: clock() - start, threads: workers.count,
            threshold: evaluator.naturalThreshold)
        about.learnables = experiment.network.inspect().totalLearnables
        keep(Judgements(about, verdicts: evaluation.verdicts), in: run) { note($0, $1) }
        let iteration = usesBest ? progress.best?.iteration : nil
        supervisor.report(
            .wrongObserved(
                WrongSamples(
                    evaluation.verdicts, of: samples, part: about.part,
                    iteration: iteration ?? progress.iteration)))
    }

    /// Does the work with the parameters of the output network in place.
    private func withOutput<Result>(_ usesBest: Bool, _ work: () -> Result) -> Result {
        guard usesBest, let best else { return work() }
        let last = parameters.copy()
        parameters.assign(from: best)
        defer { parameters.assign(from: last) }
        return work()
    }

    /// Nothing else means anything once the run is saved.
    private func isToldToStop() -> Bool {
        supervisor.isToldToStop(refusingOthers: "the run is over and is being judged")
    }
}

/// Keeps judgements beside the run and says in one line what they come to; a disk that does not take them costs only
/// them.
func keep(_ judgements: Judgements, in run: RunDirectory, note: (Note.Severity, String) -> Void) {
    do { try run.keep(judgements) } catch { return note(.warning, error.description) }
    let accuracy = judgements.accuracy
    let interval = accuracy.wilsonInterval()
    let text = { (share: Double) in optionText((share * 10_000).rounded() / 10_000) }
    let area = judgements.curve?.area.map { ", area under the ROC curve \(text($0))" } ?? ""
    note(
        .information,
        "\(judgements.about.part.rawValue) accuracy \(text(accuracy.share)) (95 %: \(text(interval.lowerBound)) to "
            + "\(text(interval.upperBound)))\(area)")
}
