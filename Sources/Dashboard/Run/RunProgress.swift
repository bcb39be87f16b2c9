import Runs
import Screen

/// Where the run stands, from its events.
extension RunState {
    public var iteration: Int { latest?.iteration ?? description?.firstIteration ?? 0 }
    /// Counted from 1; 0 before the first iteration.
    public var epoch: Int { latest?.epoch ?? 0 }
    public var maxEpochs: Int? { plan?.maxEpochs }
    public var lastIteration: Int? { plan?.lastIteration }

    /// The newest validation's curve where there are two classes.
    public var detector: DetectorCurve? { validation?.detector.flatMap { $0.isSound ? $0 : nil } }

    public var isDetector: Bool { description?.classNames.count == 2 }

    /// Whether a support vector machine is trained, which has no filters.
    public var isMachine: Bool {
        description?.layers.contains { $0.type == "support vector machine" } == true
    }

    /// What makes a validation the best so far.
    public var bestBy: BestBy { BestBy(hyperparameters) }

    /// `val .886 loss .310`; of the best so far `val .896, lowest loss .303`.
    func words(for record: ValidationRecord) -> String {
        let accuracy = three(record.accuracy)
        // What is fitted without a loss is validated once.
        guard let loss = record.loss.map(three) else { return "val \(accuracy)" }
        guard record.isBest else { return "val \(accuracy) loss \(loss)" }
        return bestBy == .loss
            ? "val \(accuracy), lowest loss \(loss)" : "highest val \(accuracy), loss \(loss)"
    }

    /// Which of a finished run's networks stood after an iteration, and its epoch: `best network, epoch 2`; `epoch 6`
    /// while the run goes on or has only one.
    func network(after iteration: Int) -> String {
        let epoch = validations.marks.last { $0.iteration == iteration }?.epoch ?? self.epoch
        guard isOver, let best, let last = validations.marks.last, best.iteration != last.iteration else {
            return "epoch \(epoch)"
        }
        return "\(iteration == best.iteration ? "best" : "last") network, epoch \(epoch)"
    }

    /// Whether a worker may still train it, going by what the run itself has said.
    public var isOver: Bool { stop != nil }

    public var isPaused: Bool {
        if case .paused = activity { return true }
        return false
    }

    /// Finished share of the current epoch, 0…1.
    public var epochFraction: Double {
        guard latest != nil else { return 0 }
        let exact = epoch(at: Double(iteration))
        return min(1, max(0, exact - Double(epoch - 1)))
    }

    /// Finished share of the whole run, 0…1.
    public var runFraction: Double {
        guard let last = lastIteration, last > 0 else { return 0 }
        return min(1, Double(iteration) / Double(last))
    }

    /// Seconds that remain at the pace of late; `nil` while it cannot be told.
    public var remaining: Double? {
        guard let last = lastIteration, !isOver, history.secondsPerIteration > 0 else { return nil }
        return Double(max(0, last - iteration)) * history.secondsPerIteration
    }

    /// Finished epochs at an iteration, as a real number.
    public func epoch(at iteration: Double) -> Double {
        let ends = epochEnds.marks
        let index = ends.prefixCount { Double($0.iteration) < iteration }
        if index < ends.count {
            let (x0, y0) =
                index > 0 ? (Double(ends[index - 1].iteration), Double(ends[index - 1].epoch)) : (0, 0)
            let (x1, y1) = (Double(ends[index].iteration), Double(ends[index].epoch))
            return x1 > x0 ? y0 + (y1 - y0) * (iteration - x0) / (x1 - x0) : y1
        }
        if let plan, plan.iterationsPerEpoch > 0, plan.iteration >= (ends.last?.iteration ?? 0) {
            return max(0, plan.epoch + (iteration - Double(plan.iteration)) / Double(plan.iterationsPerEpoch))
        }
        let (x0, y0) = ends.last.map { (Double($0.iteration), Double($0.epoch)) } ?? (0, 0)
        let length = Double(max(1, plan?.iterationsPerEpoch ?? ends.first?.iteration ?? 1))
        return y0 + (iteration - x0) / length
    }

    /// The inverse of `epoch(at:)`.
    public func iteration(atEpoch epoch: Double) -> Double {
        var (low, high) = (0.0, Double(max(lastIteration ?? 0, iteration, 1)) * 2)
        for _ in 0..<50 {
            let middle = (low + high) / 2
            if self.epoch(at: middle) < epoch { low = middle } else { high = middle }
        }
        return high
    }

    public func hyperparameter(_ key: String) -> Hyperparameter? { hyperparameters.first { $0.key == key } }

    func title(of key: String) -> String { hyperparameter(key)?.title ?? key }

    func words(for command: RunCommand) -> String {
        switch command {
        case .set(let key, let value): "\(title(of: key)) = \(value)"
        case .pause: "pause"
        case .resume: "resume"
        case .step: "step"
        case .stop(let saving): saving ? "stop" : "stop without saving"
        case .checkpoint: "checkpoint"
        case .observe: "observe"
        case .showExample: "show another example"
        }
    }

    /// `.891`, `2.3`: a share or a loss in a few characters.
    func three(_ value: Float) -> String {
        value < 1 ? Numbers.share(Double(value)) : Numbers.general(Double(value).rounded(toFigures: 3))
    }
}
