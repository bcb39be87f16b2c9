/// The names under which TensorBoard shows a run, and those under which we find our exact values again.
enum EventTag {
    static let trainingLoss = "training/loss"
    static let trainingAccuracy = "training/accuracy"
    static let learningRate = "learningRate"
    static let epoch = "epoch"
    static let elapsed = "elapsed"
    static let validationLoss = "validation/loss"
    static let validationAccuracy = "validation/accuracy"
    static let confusion = "validation/confusion"

    static func filters(_ layer: String) -> String { "filters/\(layer)" }
    static func weights(_ layer: String) -> String { "weights/\(layer)" }
    static func layer(_ layer: String, _ quantity: String) -> String { "layers/\(layer)/\(quantity)" }

    static let search = "search/accuracy"

    static let description = "run/description"
    static let changes = "run/changes"
    static let notes = "run/notes"
    static let checkpoints = "run/checkpoints"
    static let stop = "run/stop"

    /// Three doubles, `[epoch, learningRate, elapsed]`, because scalars are single precision; NaN for no rate.
    static let exactIteration = "cnntop/iteration"
    /// The event as JSON, without the numbers that stand in a tensor beside it.
    static let exactEvent = "cnntop/event"
    /// TensorBoard leaves values of a plugin it does not have alone.
    static let plugin = "cnntop"
}

/// TensorFlow's numbers of element types (tensorflow/core/framework/types.proto).
enum TensorElement {
    static let float: Int32 = 1
    static let double: Int32 = 2
    static let string: Int32 = 7
    static let int64: Int32 = 9
}
