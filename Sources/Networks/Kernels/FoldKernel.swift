import Tensors

/// Batch normalisation folded into the convolution before it, for inference:
/// `a·(W·x + bias) + b = (a·W)·x + (a·bias + b)` with `a = scale / √(variance + ε)`, `b = offset − a·mean`.
struct FoldKernel<Element: Scalar> {
    var weights: UnsafeMutablePointer<Element>
    var bias: UnsafeMutablePointer<Element>?
    var scale, offset, mean, variance: UnsafeMutablePointer<Element>
    var epsilon: Element
    var filters, weightsPerFilter: Int
    /// `[filters]`: each `a`.
    var factors: UnsafeMutablePointer<Element>
    /// Nil where the factors are enough.
    var foldedWeights: UnsafeMutablePointer<Element>?
    var foldedBias: UnsafeMutablePointer<Element>

    func run() {
        for filter in 0..<filters {
            let a = scale[filter] / (variance[filter] + epsilon).squareRoot()
            factors[filter] = a
            foldedBias[filter] = a * ((bias?[filter] ?? 0) - mean[filter]) + offset[filter]
            guard let foldedWeights else { continue }
            let start = filter * weightsPerFilter
            for index in start..<start + weightsPerFilter { foldedWeights[index] = a * weights[index] }
        }
    }
}
