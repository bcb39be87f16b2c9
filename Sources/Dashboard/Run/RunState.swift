import Runs

/// What a dashboard knows of one run: all of it by replaying the run's events, in bounded memory.
public struct RunState: Sendable, Equatable {
    public private(set) var description: RunDescription?
    public private(set) var plan: RunPlan?
    public private(set) var activity: TrainerActivity?
    public private(set) var latest: IterationRecord?
    public private(set) var history = History()
    public private(set) var epochEnds = Thinned<EpochMark>()
    public private(set) var validations = Thinned<ValidationMark>()
    /// The newest validation, with its confusion matrix.
    public private(set) var validation: ValidationRecord?
    /// Its largest mix-ups, found once and not in every frame.
    public private(set) var mixUps: [MixUp] = []
    public private(set) var best: ValidationMark?
    public private(set) var changes = Thinned<HyperparameterChange>()
    /// As they are now, edits included.
    public private(set) var hyperparameters: [Hyperparameter] = []
    public private(set) var filters: FilterBank?
    public private(set) var layers: [LayerHealth] = []
    public private(set) var example: Example?
    /// What it is most wrong about.
    public private(set) var wrong: WrongSamples?
    /// Of a support vector machine whose cost and γ are looked for.
    public private(set) var search: SearchState?
    public private(set) var usage: ResourceUsage?
    /// The newest checkpoint.
    public private(set) var checkpoint: CheckpointMark?
    public private(set) var log: [LogLine] = []
    public private(set) var stop: StopRecord?
    /// The first iteration whose loss was NaN or infinite.
    public private(set) var firstNotFinite: Int?

    public static let logCapacity = 1000

    public init() {}

    public init(replaying events: [RunEvent]) {
        for event in events { apply(event) }
    }

    public mutating func apply(_ event: RunEvent) {
        switch event {
        case .described(let description): begin(description)
        case .planned(let plan): self.plan = plan
        case .activityChanged(let activity): change(to: activity)
        case .iterationFinished(let record): finish(record)
        case .epochFinished(let epoch, let iteration):
            guard iteration > (epochEnds.marks.last?.iteration ?? 0) else { return }
            epochEnds.append(EpochMark(epoch: epoch, iteration: iteration))
        case .validated(let record): validate(record)
        case .filtersObserved(let bank): filters = bank
        case .layersObserved(let layers, _): self.layers = layers
        case .exampleObserved(let example): self.example = example.isSound ? example : nil
        case .wrongObserved(let wrong): self.wrong = wrong.isSound ? wrong : nil
        case .tried(let point): search = (search ?? SearchState()).taking(point)
        case .changed(let change): take(change)
        case .refused(let command, let reason): note(.warning, "refused \(words(for: command)): \(reason)")
        case .checkpointed(let iteration, let epoch, let file):
            checkpoint = CheckpointMark(iteration: iteration, epoch: epoch, file: file)
            note(.progress, "saved \(checkpointName(file))", at: iteration)
        case .measured(let usage): self.usage = usage
        case .noted(let note): take(note)
        case .stopped(let record): finish(record)
        }
    }

    // MARK: Single events

    private mutating func begin(_ description: RunDescription) {
        let first = description.firstIteration
        if (latest?.iteration ?? 0) > first || first == 0 { rewind(to: first) }
        self.description = description
        hyperparameters = description.hyperparameters
        activity = nil
        stop = nil
        let verb = first == 0 ? "started" : "resumed after iteration \(first)"
        note(
            .progress,
            "\(verb): \(description.preset), \(description.trainingSamples) \(description.kindOfSamples)",
            at: first)
    }

    /// Drops what a session that resumed from a checkpoint trains anew.
    private mutating func rewind(to iteration: Int) {
        search = nil
        wrong = nil
        history.truncate(after: iteration)
        epochEnds.removeAll { $0.iteration > iteration }
        validations.removeAll { $0.iteration > iteration }
        changes.removeAll { $0.iteration > iteration }
        log.removeAll { $0.iteration > iteration }
        if let record = validation, record.iteration > iteration {
            validation = nil
            mixUps = []
        }
        if let bank = filters, bank.iteration > iteration { filters = nil }
        if let bad = firstNotFinite, bad > iteration { firstNotFinite = nil }
        best = validations.marks.last { $0.isBest }
        guard let last = history.last, iteration > 0 else {
            latest = nil
            return
        }
        latest = IterationRecord(
            iteration: last.last, epoch: Int(epoch(at: Double(last.last)).rounded(.up)),
            loss: last.loss.isEmpty ? nil : Float(last.loss.mean ?? .nan),
            accuracy: Float(last.accuracy.mean ?? .nan),
            learningRate: last.learningRate, elapsed: last.elapsed)
    }

    private mutating func finish(_ record: IterationRecord) {
        guard record.iteration > (latest?.iteration ?? 0) else { return }
        latest = record
        history.append(record)
        guard let loss = record.loss, !loss.isFinite, firstNotFinite == nil else { return }
        firstNotFinite = record.iteration
        note(.error, "the loss is \(loss.isNaN ? "NaN" : "infinite")", at: record.iteration)
    }

    private mutating func validate(_ record: ValidationRecord) {
        guard record.iteration > (validations.marks.last?.iteration ?? -1) else { return }
        let mark = ValidationMark(
            iteration: record.iteration, epoch: record.epoch, loss: record.loss, accuracy: record.accuracy,
            isBest: record.isBest)
        validation = record
        mixUps = MixUp.largest(of: record.confusion, limit: 60)
        validations.append(mark)
        if record.isBest { best = mark }
        note(record.isBest ? .best : .validation, words(for: record), at: record.iteration)
    }

    private mutating func take(_ change: HyperparameterChange) {
        changes.append(change)
        if let index = hyperparameters.firstIndex(where: { $0.key == change.key }) {
            hyperparameters[index].value = change.to
        }
        note(.edit, "\(title(of: change.key)) \(change.from) → \(change.to)", at: change.iteration)
    }

    private mutating func take(_ note: Note) {
        let kind: LogLine.Kind =
            switch note.severity {
            case .information: .progress
            case .warning: .warning
            case .error: .error
            }
        self.note(kind, note.text, at: note.iteration)
    }

    private mutating func change(to activity: TrainerActivity) {
        let old = self.activity
        self.activity = activity
        switch (old, activity) {
        case (.paused, .paused): break
        case (_, .paused(let reason)):
            note(reason == nil ? .progress : .error, reason.map { "paused: \($0)" } ?? "paused")
        case (.paused, _): note(.progress, "continued")
        default: break
        }
    }

    private mutating func finish(_ record: StopRecord) {
        stop = record
        let accuracy =
            record.savedAccuracy.map { ", validation accuracy \(three($0))" }
            ?? record.bestValidationAccuracy.map { ", best validation accuracy \(three($0))" } ?? ""
        let kind: LogLine.Kind = record.reason == .diverged ? .error : .best
        note(kind, "stopped: \(record.reason.words)\(accuracy)", at: record.iteration)
    }

    /// `epoch-0003`: where it lies and in which format, the end of the run says.
    private func checkpointName(_ file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let format = ".safetensors"
        return name.hasSuffix(format) ? String(name.dropLast(format.count)) : name
    }

    private mutating func note(_ kind: LogLine.Kind, _ text: String, at iteration: Int? = nil) {
        log.append(LogLine(iteration: iteration ?? latest?.iteration ?? 0, kind: kind, text: text))
        if log.count > Self.logCapacity { log.removeFirst(log.count - Self.logCapacity) }
    }
}
