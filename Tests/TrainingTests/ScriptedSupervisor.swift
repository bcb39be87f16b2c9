import Datasets
import Glibc
import Networks
import Runs
import Tensors
import Testing
import Training

/// A world that says prepared things at prepared moments and remembers all it is told.
final class ScriptedSupervisor: Supervisor {
    /// Commands by the number of iterations after which they come, each group once.
    var script: [Int: [RunCommand]]
    /// Commands for when the trainer waits, one at a time.
    var whilePaused: [RunCommand]
    /// Commands for when the run is being wound up.
    var whileFinishing: [RunCommand] = []
    /// How often nobody says anything while the trainer waits.
    var silences = 0
    var wantedObservations: Set<Observation> = []
    /// How many times the log is still to refuse, from the given iteration on.
    var diskFull: (from: Int, times: Int)?
    private(set) var events: [RunEvent] = []
    private(set) var shown: [RunEvent] = []
    /// How many events had been told each time that they were kept.
    private(set) var keeps: [Int] = []
    private var iteration = 0

    init(_ script: [Int: [RunCommand]] = [:], whilePaused: [RunCommand] = []) {
        self.script = script
        self.whilePaused = whilePaused
    }

    func takeCommands(waiting: Bool) -> [RunCommand] {
        if activities.contains(.finishing), !whileFinishing.isEmpty {
            defer { whileFinishing = [] }
            return whileFinishing
        }
        if let commands = script.removeValue(forKey: iteration) { return commands }
        guard waiting else { return [] }
        if silences > 0 {
            silences -= 1
            return []
        }
        // A trainer that waits for ever would hang the test.
        return whilePaused.isEmpty ? [.stop(saving: false)] : [whilePaused.removeFirst()]
    }

    func report(_ event: RunEvent) {
        if case .iterationFinished(let record) = event { iteration = record.iteration }
        events.append(event)
    }

    func show(_ event: RunEvent) { shown.append(event) }

    func keepEvents() throws {
        guard let full = diskFull, iteration >= full.from, full.times > 0 else {
            keeps.append(events.count)
            return
        }
        diskFull?.times -= 1
        throw DiskFull()
    }

    struct DiskFull: Error, CustomStringConvertible { let description = "log: the disk is full" }

    // MARK: What was told

    var iterations: [IterationRecord] {
        events.compactMap { if case .iterationFinished(let record) = $0 { record } else { nil } }
    }
    var validations: [ValidationRecord] {
        events.compactMap { if case .validated(let record) = $0 { record } else { nil } }
    }
    var changes: [HyperparameterChange] {
        events.compactMap { if case .changed(let change) = $0 { change } else { nil } }
    }
    var refusals: [String] {
        events.compactMap { if case .refused(_, let reason) = $0 { reason } else { nil } }
    }
    var notes: [String] { events.compactMap { if case .noted(let note) = $0 { note.text } else { nil } } }
    var pauses: Int { activities.count { if case .paused = $0 { true } else { false } } }
    var plans: [RunPlan] { events.compactMap { if case .planned(let plan) = $0 { plan } else { nil } } }
    var activities: [TrainerActivity] {
        events.compactMap { if case .activityChanged(let activity) = $0 { activity } else { nil } }
    }
    var checkpoints: [String] {
        events.compactMap { if case .checkpointed(_, _, let file) = $0 { file } else { nil } }
    }
}

/// A folder of its own for a test, removed with it.
final class TemporaryRun {
    let directory: RunDirectory

    init() throws {
        var template = Array("/tmp/cnntop-training-XXXXXX".utf8CString)
        _ = try #require(mkdtemp(&template))
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        rmdir(path)
        directory = try RunDirectory.create(at: path)
    }

    var folder: CheckpointFolder { CheckpointFolder(directory) }

    deinit {
        for file in directory.checkpointFiles { unlink(file) }
        for part in Judgements.Part.allCases { unlink(directory.judgementsFile(part)) }
        for path in [directory.checkpoints, directory.path] { rmdir(path) }
    }
}

/// Two kinds of 6×6 pictures, bright above or bright to the left, with noise: learned within a few steps.
enum TinyData {
    static let shape = Shape(1, 6, 6)

    static func dataset(count: Int) -> Dataset {
        var random = RandomSource(seed: 3)
        var values: [Float] = []
        var labels: [Int32] = []
        for index in 0..<count {
            let label = Int32(index % 2)
            labels.append(label)
            for row in 0..<6 {
                for column in 0..<6 {
                    let isBright = label == 0 ? row < 3 : column < 3
                    values.append((isBright ? 1 : 0) + 0.3 * random.normal())
                }
            }
        }
        return Dataset(
            name: "tiny", shape: shape, classNames: ["above", "left"], labels: labels,
            samples: .floats(values))
    }

    static let network = """
        network:
          - convolution: {filters: 3, kernel: 3, padding: same}
          - batchNormalization
          - relu
          - maxPooling: 2
          - dropout: 0.2
          - fullyConnected: classes
          - softmax
        """

    /// 50 samples to learn from in epochs of 5 iterations of 10, 20 to validate on.
    static func experiment(_ assignments: [String] = [], network: String = network) throws -> Experiment {
        let standard = ["miniBatchSize=10", "maxEpochs=4", "validationFrequency=3", "shuffle=every-epoch"]
        let preset = try Preset(
            yaml: "data: {set: shapes}\n" + network, file: "tiny.yaml", assignments: standard + assignments)
        let data = dataset(count: 70)
        let normalizer = Normalizer(factors: [1], offsets: [-0.5])
        let augmentation = preset.data.augmentation
        return Experiment(
            preset: preset, network: try preset.network(input: shape, classes: 2),
            training: SampleSet(
                data, indices: Array(0..<50), normalizer: normalizer, augmentation: augmentation),
            validation: SampleSet(data, indices: Array(50..<70), normalizer: normalizer),
            test: SampleSet(data, indices: [], normalizer: normalizer))
    }

    static func trainer(
        _ experiment: Experiment, _ supervisor: ScriptedSupervisor, in run: TemporaryRun? = nil,
        resuming: (checkpoint: Checkpoint, path: String)? = nil
    ) throws -> Trainer {
        var now = 0.0
        return try Trainer(
            experiment, run: "tiny-01", startedAt: 0, folder: run?.folder, resuming: resuming,
            supervisor: supervisor,
            clock: {
                now += 0.25
                return now
            })
    }
}

extension Trainer {
    /// All weights and running statistics, bit by bit.
    var bits: [UInt32] {
        withExtendedLifetime(self) {
            parameters.values.map(\.bitPattern) + parameters.stateValues.map(\.bitPattern)
        }
    }
}
