import Glibc
import Runs

/// A run in words for pipes, CI and dumb terminals: one line for what matters, every `frequency`-th iteration among it.
struct ProgressLines {
    private let frequency: Int
    private var plan: RunPlan?
    private var imagesPerSecond: Double?
    private var bestBy = BestBy.loss

    /// - Parameter frequency: iterations between two lines (`verboseFrequency`).
    init(frequency: Int = 50) {
        self.frequency = max(1, frequency)
    }

    /// The line for an event; `nil` for those that need none.
    mutating func line(for event: RunEvent) -> String? {
        switch event {
        case .described(let description):
            bestBy = BestBy(description.hyperparameters)
            return words(description)
        case .planned(let plan):
            self.plan = plan
            return nil
        case .iterationFinished(let record):
            let isDue = record.iteration == 1 || record.iteration.isMultiple(of: frequency)
            return isDue ? words(record) : nil
        case .validated(let record): return words(record)
        case .measured(let usage):
            imagesPerSecond = usage.imagesPerSecond
            return nil
        case .changed(let change):
            if change.key == BestBy.key { bestBy = BestBy(change.to) }
            return "changed: \(change.key) \(change.from) → \(change.to)"
        case .refused(let command, let reason): return "refused: \(command.words): \(reason)"
        case .checkpointed(let iteration, _, let file): return "checkpoint: \(file) at iteration \(iteration)"
        case .noted(let note): return "\(note.severity.rawValue): \(note.text)"
        case .activityChanged(.paused(let reason)): return "paused" + (reason.map { ": \($0)" } ?? "")
        case .stopped(let record): return Self.lastLine(record)
        case .epochFinished, .filtersObserved, .layersObserved, .exampleObserved, .wrongObserved, .tried,
            .activityChanged:
            return nil
        }
    }

    /// `stopped: max epochs reached; validation accuracy 0.9012; saved checkpoints/epoch-0010.safetensors`
    ///
    /// The accuracy is that of the saved network; where there is none or it is not known, that of the best validation.
    static func lastLine(_ record: StopRecord) -> String {
        let accuracy =
            record.savedAccuracy.map { "validation accuracy \($0.rounded(digits: 4))" }
            ?? record.bestValidationAccuracy.map { "best validation accuracy \($0.rounded(digits: 4))" }
            ?? "not validated"
        return "stopped: \(record.reason.words); \(accuracy); saved \(record.saved ?? "nothing")"
    }

    private func words(_ description: RunDescription) -> String {
        let learnables = description.layers.reduce(0) { $0 + $1.learnables }
        let resumed =
            description.firstIteration > 0 ? ", resumed after iteration \(description.firstIteration)" : ""
        return
            "\(description.run): \(description.preset), \(description.layers.count) layers, \(learnables) learnables, "
            + "\(description.trainingSamples) training and \(description.validationSamples) validation samples, "
            + (description.threads == 1 ? "1 thread" : "\(description.threads) threads") + resumed
    }

    private func words(_ record: IterationRecord) -> String {
        let epochs = plan.map { "/\($0.maxEpochs)" } ?? ""
        let iterations = plan.map { "/\($0.lastIteration)" } ?? ""
        let speed = imagesPerSecond.map { "  \(Int($0.rounded())) images/s" } ?? ""
        return "epoch \(record.epoch)\(epochs)  iteration \(record.iteration)\(iterations)  "
            + Self.loss(record.loss) + "accuracy \(record.accuracy.rounded(digits: 4))"
            + (record.learningRate.map { "  rate \(Self.rate($0))" } ?? "") + speed
    }

    /// `loss 0.1234  `, or nothing for what has none.
    private static func loss(_ value: Float?) -> String {
        value.map { "loss \($0.rounded(digits: 4))  " } ?? ""
    }

    /// Four significant digits: `0.0006603`.
    private static func rate(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "\(value)" }
        let digits = max(0, min(12, 3 - Int(log10(value).rounded(.down))))
        let power = pow(10, Double(digits))
        return "\((value * power).rounded() / power)"
    }

    private func words(_ record: ValidationRecord) -> String {
        "validation  iteration \(record.iteration)  " + Self.loss(record.loss)
            + "accuracy \(record.accuracy.rounded(digits: 4))"
            + (record.isBest && record.loss != nil ? "  \(bestBy.words)" : "")
    }
}

extension RunCommand {
    /// As the user would say it: `set initialLearnRate=0.1`.
    var words: String {
        switch self {
        case .pause: "pause"
        case .resume: "resume"
        case .step: "step"
        case .stop(saving: true): "stop"
        case .stop(saving: false): "stop without saving"
        case .checkpoint: "checkpoint"
        case .set(let key, let value): "set \(key)=\(value)"
        case .observe: "observe"
        case .showExample: "show another example"
        }
    }
}

extension Float {
    /// With exactly so many digits after the point; `nan` and `inf` as they are.
    func rounded(digits: Int) -> String {
        guard isFinite, magnitude < 1e9 else { return "\(self)" }
        let power = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        let scaled = Int((Double(magnitude) * power).rounded())
        let fraction = String(scaled % Int(power))
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return (self < 0 && scaled != 0 ? "-" : "") + "\(scaled / Int(power)).\(zeros)\(fraction)"
    }
}
