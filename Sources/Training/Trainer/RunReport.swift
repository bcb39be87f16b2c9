import Datasets
import Runs

/// What a run tells that is trained in one pass and not by gradients: the same events as any other, in the same order.
final class RunReport {
    let run: RunDirectory
    let supervisor: any Supervisor
    private let clock: Clock
    private let begin: Double
    private(set) var iteration = 0
    private(set) var isStopped = false
    /// Whether the output is on disk.
    private(set) var isOutputSaved = true
    /// Whether all events reached the log.
    private(set) var isLogWritten = true
    private var accuracy: Float?

    init(_ run: RunDirectory, supervisor: any Supervisor, clock: @escaping Clock) {
        self.run = run
        self.supervisor = supervisor
        self.clock = clock
        begin = clock()
    }

    /// Seconds since the run began.
    var elapsed: Double { clock() - begin }

    func begin(_ description: RunDescription, iterations: Int, remarks: [String]) {
        supervisor.report(.described(description))
        supervisor.report(
            .planned(
                RunPlan(
                    iteration: 0, epoch: 0, maxEpochs: 1, iterationsPerEpoch: iterations,
                    lastIteration: iterations, learningRates: [])))
        for remark in remarks { note(.warning, remark) }
        // Whoever hears that it trains finds in the log what.
        keepEvents()
        supervisor.report(.activityChanged(.training))
    }

    func finishIteration(loss: Float?, accuracy: Float) {
        iteration += 1
        supervisor.report(
            .iterationFinished(
                IterationRecord(
                    iteration: iteration, epoch: 1, loss: loss, accuracy: accuracy, learningRate: nil,
                    elapsed: elapsed)))
        keepEvents()
    }

    func finishEpoch() { supervisor.report(.epochFinished(epoch: 1, iteration: iteration)) }

    /// - Parameter threshold: of a detector.
    func validate(_ evaluation: Evaluation, threshold: Double) {
        accuracy = evaluation.accuracy
        supervisor.report(
            .validated(
                ValidationRecord(
                    iteration: iteration, epoch: 1, loss: evaluation.loss, accuracy: evaluation.accuracy,
                    confusion: evaluation.confusion, isBest: true, sinceBest: 0, patience: nil,
                    detector: evaluation.curve.map { DetectorCurve($0, threshold: threshold) })))
    }

    /// Keeps the output; the file's name relative to the run, or nil where the disk did not take it.
    func save(_ write: () throws -> String) -> String? {
        do {
            let file = try write()
            supervisor.report(.checkpointed(iteration: iteration, epoch: 1, file: file))
            return file
        } catch {
            isOutputSaved = false
            note(.error, String(describing: error))
            return nil
        }
    }

    /// Judges on the test samples, or where there are none on the validation samples.
    func judge(
        test: SampleSet, validation: SampleSet,
        _ judgements: (SampleSet, Judgements.Part) throws -> Judgements
    ) rethrows {
        let (samples, part) =
            test.count > 0 ? (test, Judgements.Part.test) : (validation, Judgements.Part.validation)
        guard samples.count > 0 else { return }
        let judged = try judgements(samples, part)
        keep(judged, in: run) { note($0, $1) }
        supervisor.report(
            .wrongObserved(WrongSamples(judged.verdicts, of: samples, part: part, iteration: iteration)))
    }

    func finish(_ reason: StopReason, saved: String?) -> StopRecord {
        let record = StopRecord(
            reason: reason, iteration: iteration, epoch: 1, bestValidationAccuracy: accuracy,
            bestIteration: accuracy.map { _ in iteration }, saved: saved,
            savedAccuracy: saved.flatMap { _ in accuracy })
        supervisor.report(.stopped(record))
        keepEvents()
        return record
    }

    /// There is nothing to turn: the run can be stopped, all else is refused with the reason.
    func obeyCommands(refusingOthers reason: String) {
        if supervisor.isToldToStop(refusingOthers: reason) { isStopped = true }
    }

    func note(_ severity: Note.Severity, _ text: String) {
        supervisor.report(.noted(Note(severity, text, iteration: iteration)))
    }

    /// A log that cannot be written loses lines, not the output.
    private func keepEvents() {
        do { try supervisor.keepEvents() } catch { isLogWritten = false }
    }
}

/// Who trains something in one pass.
public protocol OnePassTrainer {
    /// - Throws: what cannot be trained.
    func train() throws -> StopRecord
    /// Whether the output is on disk.
    var isOutputSaved: Bool { get }
    /// Whether all events reached the log.
    var isLogWritten: Bool { get }
}
