import Tensors

/// Softmax over the channels of each position. Not used where it is fused with the loss.
struct SoftmaxKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    var channels: Int
    var outputGradient, inputGradient: SampleArray<Element>?

    private var positions: Int { output.count / channels }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples {
            for position in 0..<positions {
                softmax(
                    input[sample, scope] + position, output[sample, scope] + position, channels,
                    stride: positions)
            }
        }
    }

    /// `dx_c = y_c · (dy_c − Σ y · dy)`.
    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        for sample in scope.samples {
            for position in 0..<positions {
                let (y, dy) = (output[sample, scope] + position, outputGradient[sample, scope] + position)
                let dx = inputGradient[sample, scope] + position
                var dot: Element = 0
                for channel in 0..<channels { dot += y[channel &* positions] * dy[channel &* positions] }
                for channel in 0..<channels {
                    let index = channel &* positions
                    dx[index] = y[index] * (dy[index] - dot)
                }
            }
        }
    }
}

/// `exp(x − max) / Σ exp(x − max)` of `count` numbers that stand `stride` apart; `x` and `y` may be one.
@inline(__always)
func softmax<Element: Scalar>(
    _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ count: Int, stride: Int
) {
    var largest = x[0]
    for index in 1..<max(count, 1) where x[index &* stride] > largest { largest = x[index &* stride] }
    var sum: Element = 0
    for index in 0..<count {
        let value = Element.exponential(x[index &* stride] - largest)
        y[index &* stride] = value
        sum += value
    }
    for index in 0..<count { y[index &* stride] /= sum }
}
