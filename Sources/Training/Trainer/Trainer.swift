import Datasets
import Networks
import Runs
import Tensors

/// Trains one experiment from where it stands to a planned end, obeying commands between iterations.
///
/// It knows no screen: what happens it tells its `Supervisor`, which also brings the commands. Everything that the
/// next iteration depends on is in `progress`, the parameters, the solver's moments and the options in force, and all
/// of that is in a checkpoint.
public final class Trainer {
    /// With the options in force.
    public internal(set) var experiment: Experiment
    public internal(set) var progress: Progress
    public let parameters: Parameters<Float>
    /// Those of the best validation so far.
    var best: Parameters<Float>?
    let runName: String
    let startedAt: Double
    let folder: CheckpointFolder?
    let supervisor: any Supervisor
    let clock: Clock
    let workers: Workers
    let step: TrainingStep
    var evaluator: Evaluator
    var batches: Batches
    /// The last checkpoint on disk, relative to the run directory.
    var lastCheckpoint: String?
    /// Whether the run's output is on disk as it was meant to be; false when the last checkpoint could not be written.
    public internal(set) var isOutputSaved = true
    /// Whether all events reached the log.
    public internal(set) var isLogWritten = true
    /// Why one of them is not so.
    public internal(set) var finalFault: String?
    /// How long a fault of the world is waited out; nil: until a user says something.
    let faultPatience: FaultPatience?
    /// Notes to make when the run begins, such as a damaged checkpoint that was passed over.
    var openingNotes: [Note] = []
    var pause = Pause()
    var observer: Observer
    let inspector: ExampleInspector
    /// What the last validation said of each sample.
    var lastVerdicts: [Judgements.Verdict]?
    /// Of the last validation in this session.
    var lastAccuracy: Float?
    /// Whether those who look now have seen what it was most wrong about.
    var isWrongShown = false

    /// Whether the trainer waits, and for how many single steps it does not.
    struct Pause {
        var isOn = false
        /// Whether viewers were told.
        var isAnnounced = false
        /// The fault of the world that it waits out.
        var reason: String?
        /// When that began, and when it was last tried to get around it, where nobody else tries.
        var faultSince: Double?
        var triedAt: Double?
        var steps = 0
        /// A checkpoint that could not be written and is due when the run goes on.
        var owesCheckpoint = false

        mutating func forgetFault() {
            (reason, faultSince, triedAt) = (nil, nil, nil)
        }
    }

    var options: Options {
        get { experiment.preset.options }
        set { experiment.preset.options = newValue }
    }

    var course: Course { Course(samples: experiment.training.count, options: options, progress: progress) }

    /// - Parameters:
    ///   - run: the run's name.
    ///   - startedAt: seconds since 1970.
    ///   - folder: where checkpoints go; none are written without one.
    ///   - resuming: what to go on from, with its path for messages.
    ///   - faultPatience: when to give up waiting for what cannot be written; nil: never, a user will say.
    ///   - planBytes: memory for a mini-batch's activations and gradients; larger batches are taken in parts.
    public init(
        _ experiment: Experiment, run: String, startedAt: Double, folder: CheckpointFolder?,
        resuming: (checkpoint: Checkpoint, path: String)? = nil, supervisor: any Supervisor,
        clock: @escaping Clock = monotonicSeconds, faultPatience: FaultPatience? = nil,
        planBytes: Int = 1 << 30
    ) throws {
        self.experiment = experiment
        runName = run
        self.startedAt = startedAt
        self.folder = folder
        self.supervisor = supervisor
        self.clock = clock
        self.faultPatience = faultPatience
        progress = resuming?.checkpoint.progress ?? Progress()
        let samples = experiment.training.count
        guard progress.position.taken < samples else {
            throw CheckpointError.otherData(
                path: resuming?.path ?? "", position: progress.position.taken, samples: samples)
        }
        let random = RandomSource(seed: experiment.preset.seed)
        let options = experiment.preset.options
        workers = Workers(threads: options.threads)
        parameters = try Parameters(
            experiment.network, random: random.stream(Experiment.Stream.initialWeights))
        if resuming == nil, let given = experiment.initialWeights { parameters.adopt(given) }
        let frozen = try experiment.frozenLayers(
            options.freeze, parameters: parameters, workers: workers, beside: folder?.run)
        let optimizer = Optimizer(
            options.solverName, count: parameters.values.count,
            tensors: parameters.tensors(of: frozen?.rest ?? experiment.network), workers: workers)
        step = try TrainingStep(
            experiment, frozen: frozen, parameters: parameters, optimizer: optimizer,
            miniBatchSize: min(options.miniBatchSize, experiment.training.count), planBytes: planBytes,
            workers: workers)
        evaluator = try Evaluator(
            experiment.network, behind: frozen, loss: experiment.loss, parameters: parameters,
            workers: workers)
        batches = Batches(
            count: experiment.training.count, shuffle: options.shuffle, lastBatch: options.lastBatch,
            random: random.stream(Experiment.Stream.order), position: progress.position)
        observer = Observer(experiment.network, parameters: parameters)
        inspector = ExampleInspector(experiment, parameters: parameters, workers: workers)
        step.dropout = options.dropout < 0 ? nil : options.dropout
        if let resuming {
            try restore(resuming.checkpoint, path: resuming.path)
        } else {
            openingNotes = experiment.remarks.map { Note(.warning, $0, iteration: 0) }
        }
        for note in freezeNotes() { openingNotes.append(note) }
    }

    /// Says something in the log before the first iteration.
    public func noteAtStart(_ severity: Note.Severity, _ text: String) {
        openingNotes.append(Note(severity, text, iteration: progress.iteration))
    }

    /// Trains until the planned end, an early stop, a command, or divergence.
    public func run() -> StopRecord {
        introduce()
        observer.begin(at: clock())
        while true {
            if let stop = obeyCommands() { return finish(stop.reason, saving: stop.saving) }
            if progress.position.epoch >= options.maxEpochs { return finish(.maxEpochsReached, saving: true) }
            if let reason = trainOneIteration() { return finish(reason, saving: reason != .diverged) }
            keepEvents()
        }
    }

    /// What a viewer needs before the first iteration.
    private func introduce() {
        supervisor.report(.described(description))
        supervisor.report(.planned(course.plan))
        for note in openingNotes { supervisor.report(.noted(note)) }
        if progress.iteration == 0, let filters = observer.filters(at: progress) {
            supervisor.report(.filtersObserved(filters))
        }
        // Whoever hears that it trains finds in the log what, and what can be set.
        keepEvents()
        if !pause.isOn { supervisor.report(.activityChanged(.training)) }
    }

    /// Pauses when the log cannot take what happened.
    func keepEvents() {
        do { try supervisor.keepEvents() } catch { pauseFor(String(describing: error)) }
    }

    /// Waits for a user because of a fault of the world.
    func pauseFor(_ reason: String) {
        guard pause.reason != reason || !pause.isOn else { return }
        pause.isOn = true
        pause.isAnnounced = true
        pause.reason = reason
        pause.steps = 0
        let announced = faultPatience.map { "\(reason); \($0.announcement)" } ?? reason
        supervisor.report(.activityChanged(.paused(reason: announced)))
    }
}
