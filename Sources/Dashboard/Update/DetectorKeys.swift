import Runs

extension State {
    /// The threshold in force: the user's, or the detector's own.
    public var threshold: Double { detector.threshold ?? run?.detector?.threshold ?? 0.5 }

    /// Moves the operating point along the curve; `nil` when the action is none of that.
    mutating func performAtDetector(_ action: Action) -> [Effect]? {
        guard focus == .detector else { return nil }
        switch action {
        case .moveRight, .moveDown: return moveThreshold(by: 1)
        case .moveLeft, .moveUp: return moveThreshold(by: -1)
        case .pageDown: return moveThreshold(by: 10)
        case .pageUp: return moveThreshold(by: -10)
        case .toStart: return moveThreshold(by: -10_000)
        case .toEnd: return moveThreshold(by: 10_000)
        case .bestThreshold:
            guard let curve = run?.detector else { return [] }
            return choose(threshold: curve.thresholds[curve.mostSeparating])
        case .ownThreshold: return choose(threshold: nil)
        default: return nil
        }
    }

    private mutating func moveThreshold(by steps: Int) -> [Effect] {
        guard let curve = run?.detector else { return [] }
        let place = curve.index(of: threshold) ?? -1
        let target = min(max(0, place + steps), curve.thresholds.count - 1)
        return choose(threshold: curve.thresholds[target])
    }

    private mutating func choose(threshold: Double?) -> [Effect] {
        guard detector.threshold != threshold else { return [] }
        detector.threshold = threshold
        return [.keepThreshold(threshold)]
    }
}
