/// One row of `cnntop runs`; its JSON is one object of `cnntop runs --json`.
public struct RunSummary: Sendable, Equatable, Codable {
    public enum State: String, Sendable, Codable {
        case running, paused
        /// Ended as planned or by its user; `stopReason` says which.
        case finished
        case diverged
        /// No worker owns it and none has said that it stopped; `--resume` continues it.
        case died
    }

    public var name: String
    public var directory: String
    public var preset: String
    public var state: State
    public var stopReason: StopReason?
    public var epoch: Int
    public var maxEpochs: Int?
    public var iteration: Int
    /// The iteration at which the run ends when no early stop comes first.
    public var lastIteration: Int?
    public var bestValidationAccuracy: Float?
    public var bestEpoch: Int?
    /// Seconds since 1970, of the first session.
    public var startedAt: Double?
    /// Seconds of training so far.
    public var elapsed: Double?
    /// The worker's process number while it lives.
    public var process: Int32?
}

extension RunSummary {
    /// Every key is always there, `null` where nothing is known: scripts need not ask first.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(directory, forKey: .directory)
        try values.encode(preset, forKey: .preset)
        try values.encode(state, forKey: .state)
        try values.encode(stopReason, forKey: .stopReason)
        try values.encode(epoch, forKey: .epoch)
        try values.encode(maxEpochs, forKey: .maxEpochs)
        try values.encode(iteration, forKey: .iteration)
        try values.encode(lastIteration, forKey: .lastIteration)
        try values.encode(bestValidationAccuracy, forKey: .bestValidationAccuracy)
        try values.encode(bestEpoch, forKey: .bestEpoch)
        try values.encode(startedAt, forKey: .startedAt)
        try values.encode(elapsed, forKey: .elapsed)
        try values.encode(process, forKey: .process)
    }
}

extension RunDirectory {
    /// What the lock, the log and a living worker say of this run.
    public func summary() -> RunSummary {
        let owner = owner
        let isOwned = owner != nil || isOwned
        let log = LogDigest(self)
        var summary = RunSummary(
            name: name, directory: path, preset: log.description?.preset ?? "", state: .died, epoch: 0,
            iteration: log.lastIteration?.iteration ?? log.description?.firstIteration ?? 0)
        summary.epoch = log.lastIteration?.epoch ?? 0
        summary.maxEpochs = log.plan?.maxEpochs
        summary.lastIteration = log.plan?.lastIteration
        summary.bestValidationAccuracy = log.best?.accuracy
        summary.bestEpoch = log.best?.epoch
        summary.startedAt = log.startedAt
        summary.elapsed = log.lastIteration?.elapsed
        summary.process = owner
        if let stop = log.stop { summary.stopReason = stop.reason }
        summary.state = state(isOwned: isOwned, stop: log.stop)
        return summary
    }

    private func state(isOwned: Bool, stop: StopRecord?) -> RunSummary.State {
        if isOwned && stop == nil { return isPaused ? .paused : .running }
        guard let stop else { return .died }
        return stop.reason == .diverged ? .diverged : .finished
    }

    /// What the run tells apart, as its log says; empty before it began.
    public var classNames: [String] { LogDigest(self).description?.classNames ?? [] }

    /// Asks the worker, which tells a new client its activity at once; a fifth of a second is all it gets.
    private var isPaused: Bool {
        let client = ControlClient(self)
        guard (try? client.connect()) != nil, client.wait(seconds: 0.2) else { return false }
        for case .activityChanged(let activity) in client.poll() {
            if case .paused = activity { return true }
        }
        return false
    }

    /// All runs of a runs directory, newest first.
    public static func list(in runsDirectory: String) -> [RunDirectory] {
        let runs = names(in: runsDirectory).map { RunDirectory(path: runsDirectory + "/" + $0) }.filter(
            \.exists)
        let dated = runs.map { run in (run: run, began: run.began) }
        return dated.sorted { left, right in
            left.began == right.began ? left.run.name > right.run.name : left.began > right.began
        }.map { $0.run }
    }

    /// When its first session began to log, or else its folder was made.
    private var began: Double {
        guard let first = eventFiles.first else { return modificationTime(of: path) ?? 0 }
        return EventLogWriter.stamp(of: first).map(Double.init) ?? modificationTime(of: first) ?? 0
    }

    /// The run that a user means: a path, a name in the runs directory or a part of one that fits one run only;
    /// without any, the newest run that is going, or else the newest.
    public static func find(_ name: String?, in runsDirectory: String) throws(RunDirectoryError)
        -> RunDirectory
    {
        let runs = list(in: runsDirectory)
        guard let name, !name.isEmpty else {
            guard let newest = runs.first(where: \.isOwned) ?? runs.first else {
                throw .noRuns(directory: runsDirectory)
            }
            return newest
        }
        if let exact = runs.first(where: { $0.name == name }) { return exact }
        let path = RunDirectory(path: name)
        if path.exists { return path }
        let candidates = runs.filter { $0.name.contains(name) }
        guard candidates.count <= 1 else { throw .ambiguous(name: name, candidates: candidates.map(\.name)) }
        guard let run = candidates.first else {
            throw .notFound(name: name, directory: runsDirectory, nearest: runs.prefix(3).map(\.name))
        }
        return run
    }
}
