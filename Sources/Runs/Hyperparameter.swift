/// One knob of a run, described well enough that a dashboard can show, edit and nudge it without knowing the trainer.
public struct Hyperparameter: Sendable, Equatable, Codable {
    /// The option's name in presets and `--set`: `initialLearnRate`.
    public var key: String
    /// For the panel: `learning rate`.
    public var title: String
    /// As the user would type it: `0.01`, `piecewise`, `inf`.
    public var value: String
    public var kind: Kind
    /// Whether it can be changed while the run is going.
    public var isLive: Bool
    /// A word that it takes beside numbers: `inf`, `all`, `declared`.
    public var word: String?

    public enum Kind: Sendable, Equatable, Codable {
        /// A nudge multiplies or divides (1 → 2 → 5 → 10).
        case logarithmic(minimum: Double, maximum: Double)
        /// A nudge adds or subtracts `step`.
        case linear(minimum: Double, maximum: Double, step: Double)
        case integer(minimum: Int, maximum: Int, step: Int)
        case choice([String])
        case toggle
    }

    public init(
        key: String, title: String, value: String, kind: Kind, isLive: Bool, word: String? = nil
    ) {
        self.key = key
        self.title = title
        self.value = value
        self.kind = kind
        self.isLive = isLive
        self.word = word
    }
}
