/// What training makes small. The mean over the batch, without regularisation.
public enum Loss: Sendable, Hashable {
    /// `−Σ t · log p` over the network's softmax outputs, fused with the softmax so that no logarithm of 0 occurs.
    /// The target `t` is 1 for the label's class, or with smoothing `1 − s + s/K` there and `s/K` elsewhere.
    case crossEntropy(labelSmoothing: Float = 0)
    /// `−y_label` over outputs that are logarithms of probabilities already (a log-softmax before it).
    case negativeLogLikelihood
    /// `Σ (y − t)² / K` over the `K` outputs; `t` is one-hot, or for a single output the label itself.
    case meanSquaredError
}
