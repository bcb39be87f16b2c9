/// How long a trainer that no user looks at waits for a fault of the world, such as a full disk, to pass.
public struct FaultPatience: Sendable {
    /// Seconds between two tries.
    public var interval: Double
    /// Seconds until it gives up.
    public var limit: Double

    public init(interval: Double = 5, limit: Double = 300) {
        self.interval = interval
        self.limit = limit
    }

    /// For who reads that the run is paused.
    var announcement: String {
        "trying again every \(optionText(interval)) s, giving up after \(optionText(limit)) s"
    }
}

extension Trainer {
    enum Patience { case waiting, tryingAgain, exhausted }

    /// What to do about a fault that is waited out, where nobody else is there to say; waiting for a user's word where
    /// one is.
    func patienceNow() -> Patience {
        guard let faultPatience, pause.reason != nil else { return .waiting }
        let now = clock()
        let begun = pause.faultSince ?? now
        pause.faultSince = begun
        if now - (pause.triedAt ?? begun) >= faultPatience.interval {
            pause.triedAt = now
            return .tryingAgain
        }
        return now - begun >= faultPatience.limit ? .exhausted : .waiting
    }
}
