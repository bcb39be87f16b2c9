import Tensors

/// The numbers of one batch normalisation that do not depend on how maps lie in memory: statistics of the batch put
/// together from its pieces, and what the passes multiply by.
struct NormalizationCoefficients<Element: Scalar> {
    var channels: Int
    /// Numbers of one channel in one sample.
    var area: Int
    var scale, offset, runningMean, runningVariance: UnsafeMutablePointer<Element>
    var epsilon, momentum: Double
    /// `[6, channels]`: see `Coefficient`.
    var coefficients: UnsafeMutablePointer<Element>

    // Training only.
    /// `[pieces, 2, channels]`: means and summed squared deviations, then `Σ dy` and `Σ dy · x̂`.
    var partials: UnsafeMutablePointer<Element>?
    /// Samples of a full piece.
    var pieceSize = 1
    var scaleGradient, offsetGradient: UnsafeMutablePointer<Element>?

    /// `y = a·x + b`; `x̂ = (x − mean)·inverseDeviation`; `dx = S·dy + P·x + Q` with `S = a`.
    enum Coefficient: Int { case a, b, mean, inverseDeviation, p, q }

    static var coefficientCount: Int { 6 }

    @inline(__always)
    func row(_ coefficient: Coefficient) -> UnsafeMutablePointer<Element> {
        coefficients + coefficient.rawValue &* channels
    }

    @inline(__always)
    func value(_ coefficient: Coefficient, _ channel: Int) -> Element { row(coefficient)[channel] }

    private func set(_ coefficient: Coefficient, _ channel: Int, _ value: Double) {
        row(coefficient)[channel] = Element(value)
    }

    // MARK: Statistics

    /// Chan, Golub and LeVeque (1979): statistics of two sets together, without cancellation.
    @inline(__always)
    static func merge(
        _ count: inout Double, _ mean: inout Double, _ square: inout Double,
        _ addedCount: Double, _ addedMean: Double, _ addedSquare: Double
    ) {
        let total = count + addedCount
        let difference = addedMean - mean
        mean += difference * addedCount / total
        square += addedSquare + difference * difference * count * addedCount / total
        count = total
    }

    func combineStatistics(_ scope: Scope<Element>) {
        guard let partials else { return }
        for channel in 0..<channels {
            var (count, mean, square) = (0.0, 0.0, 0.0)
            for piece in 0..<scope.batch.activePieces {
                let samples = min(pieceSize, scope.batch.count - piece * pieceSize)
                let sums = partials + piece * 2 * channels
                Self.merge(
                    &count, &mean, &square, Double(samples * area), Double(sums[channel]),
                    Double(sums[channels + channel]))
            }
            useStatistics(channel, mean: mean, variance: square / count)
            let unbiased = square / max(count - 1, 1)
            runningMean[channel] = Element(Double(runningMean[channel]) * (1 - momentum) + mean * momentum)
            runningVariance[channel] = Element(
                Double(runningVariance[channel]) * (1 - momentum) + unbiased * momentum)
        }
    }

    /// For inference: the running statistics.
    func useRunningStatistics() {
        for channel in 0..<channels {
            useStatistics(
                channel, mean: Double(runningMean[channel]), variance: Double(runningVariance[channel]))
        }
    }

    private func useStatistics(_ channel: Int, mean: Double, variance: Double) {
        let inverse = 1 / (variance + epsilon).squareRoot()
        let a = Double(scale[channel]) * inverse
        set(.a, channel, a)
        set(.b, channel, Double(offset[channel]) - a * mean)
        set(.mean, channel, mean)
        set(.inverseDeviation, channel, inverse)
    }

    // MARK: Gradients

    /// `dScale = Σ dy·x̂`, `dOffset = Σ dy`, and from them
    /// `dx = a·(dy − mean(dy) − x̂·mean(dy·x̂)) = S·dy + P·x + Q`.
    func combineGradientSums(_ scope: Scope<Element>) {
        guard let partials else { return }
        let count = Double(scope.batch.count * area)
        for channel in 0..<channels {
            var (sum, product) = (0.0, 0.0)
            for piece in 0..<scope.batch.activePieces {
                let sums = partials + piece * 2 * channels
                sum += Double(sums[channel])
                product += Double(sums[channels + channel])
            }
            scaleGradient?[channel] = Element(product)
            offsetGradient?[channel] = Element(sum)
            let inverse = Double(value(.inverseDeviation, channel))
            let a = Double(scale[channel]) * inverse
            let p = -a * inverse * product / count
            set(.p, channel, p)
            set(.q, channel, -a * sum / count - p * Double(value(.mean, channel)))
        }
    }
}
