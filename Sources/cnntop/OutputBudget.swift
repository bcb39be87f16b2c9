/// Keeps what a dashboard sends within what a slow connection takes: a frame that cost much makes the next one wait.
///
/// A bucket that fills at `rate` bytes a second; frames after a key are drawn at once and paid for all the same.
struct OutputBudget {
    /// Bytes a second.
    private let rate: Double
    private var level: Double
    private var filledAt = 0.0

    init(rate: Double) {
        self.rate = rate
        level = rate
    }

    /// Whether a frame that nobody waits for may be drawn.
    mutating func allowsFrame(at now: Double) -> Bool {
        level = min(rate, level + rate * (now - filledAt))
        filledAt = now
        return level >= 0
    }

    /// Two seconds are the longest that the next frame waits, however much the last one cost.
    mutating func spend(_ bytes: Int) { level = max(-2 * rate, level - Double(bytes)) }
}
