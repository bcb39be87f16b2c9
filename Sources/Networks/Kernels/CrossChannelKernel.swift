import Tensors

/// Local response normalisation: `y_c = x_c · d_c^(−β)` with `d_c = k + α/n · Σ x²` over the n channels around c.
///
/// The window reaches `(n − 1) / 2` channels down (rounded down) and as many up (rounded up).
struct CrossChannelKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    /// `d` of every number, for the backward pass.
    var denominators: SampleArray<Element>
    var outputGradient, inputGradient: SampleArray<Element>?
    var channels: Int
    var size: Int
    var alpha, beta, k: Element

    private var positions: Int { input.count / channels }
    private var below: Int { (size - 1) / 2 }
    private var above: Int { size / 2 }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples {
            let (x, y, d) = (input[sample, scope], output[sample, scope], denominators[sample, scope])
            for channel in 0..<channels {
                let row = channel &* positions
                for index in row..<row &+ positions { d[index] = 0 }
                for other in max(channel &- below, 0)...min(channel &+ above, channels &- 1) {
                    let shift = (other &- channel) &* positions
                    for index in row..<row &+ positions { d[index] += x[index &+ shift] * x[index &+ shift] }
                }
                for index in row..<row &+ positions {
                    d[index] = k + alpha / Element(size) * d[index]
                    y[index] = x[index] * Element.power(d[index], -beta)
                }
            }
        }
    }

    /// `dx_j = dy_j · d_j^(−β) − 2αβ/n · x_j · Σ dy_c · y_c / d_c` over the channels c whose window holds j.
    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        let factor = 2 * alpha * beta / Element(size)
        for sample in scope.samples {
            let (x, y, d) = (input[sample, scope], output[sample, scope], denominators[sample, scope])
            let (dy, dx) = (outputGradient[sample, scope], inputGradient[sample, scope])
            for channel in 0..<channels {
                let row = channel &* positions
                for index in row..<row &+ positions { dx[index] = 0 }
                for other in max(channel &- above, 0)...min(channel &+ below, channels &- 1) {
                    let shift = (other &- channel) &* positions
                    for index in row..<row &+ positions {
                        let place = index &+ shift
                        dx[index] += dy[place] * y[place] / d[place]
                    }
                }
                for index in row..<row &+ positions {
                    dx[index] = dy[index] * Element.power(d[index], -beta) - factor * x[index] * dx[index]
                }
            }
        }
    }
}
