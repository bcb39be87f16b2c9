import Runs

/// What a dashboard knows of one run: all of it by replaying the run's events.
public struct RunState: Sendable, Equatable {
    public private(set) var description: RunDescription?
    public private(set) var latest: IterationRecord?
    public private(set) var activity: TrainerActivity?
    public private(set) var stop: StopRecord?

    public init() {}

    public init(replaying events: [RunEvent]) {
        for event in events { apply(event) }
    }

    public mutating func apply(_ event: RunEvent) {
        switch event {
        case .described(let description): self.description = description
        case .iterationFinished(let record): latest = record
        case .activityChanged(let activity): self.activity = activity
        case .stopped(let record): stop = record
        default: break
        }
    }
}
