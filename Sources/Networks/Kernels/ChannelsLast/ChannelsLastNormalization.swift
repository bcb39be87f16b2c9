import CVectorKernels
import Tensors

/// `BatchNormalizationKernel` on maps that hold a pixel's channels side by side, through the vector kernels.
struct ChannelsLastNormalization<Element: Scalar> {
    typealias Tail = BatchNormalizationKernel<Element>.Tail

    var numbers: NormalizationCoefficients<Element>
    var tail: Tail
    var input, output: SampleArray<Element>
    var height, width: Int
    var outputGradient, inputGradient: SampleArray<Element>?

    private var channels: Int32 { Int32(numbers.channels) }
    private var area: Int { height * width }

    @inline(__always)
    private func row(
        _ coefficient: NormalizationCoefficients<Element>.Coefficient
    ) -> UnsafeMutablePointer<Float> { numbers.row(coefficient).floats }

    private func tiling(_ rows: Int, _ columns: Int) -> channels_tiling {
        channels_tiling(
            height: Int32(height), width: Int32(width), channels: channels, rows: Int32(rows),
            columns: Int32(columns))
    }

    /// Mean and summed squared deviation of each channel over this piece.
    @inline(__always)
    func statistics(_ scope: Scope<Element>) {
        guard let partials = numbers.partials else { return }
        let means = (partials + scope.index &* 2 &* numbers.channels).floats
        let squares = means + numbers.channels
        means.update(repeating: 0, count: 2 &* numbers.channels)
        for sample in scope.samples { channels_sums(input[sample, scope].floats, area, channels, means) }
        let count = Float(scope.samples.count &* area)
        for channel in 0..<numbers.channels { means[channel] /= count }
        for sample in scope.samples {
            channels_squares(input[sample, scope].floats, area, channels, means, squares)
        }
    }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples {
            let (x, y) = (input[sample, scope].floats, output[sample, scope].floats)
            switch tail {
            case .none: channels_affine(x, y, area, channels, row(.a), row(.b), 0)
            case .relu: channels_affine(x, y, area, channels, row(.a), row(.b), 1)
            case .pooledReLU(let rows, let columns):
                var tiling = tiling(rows, columns)
                channels_affine_pool(&tiling, x, y, row(.a), row(.b))
            }
        }
    }

    /// `Σ dy` and `Σ dy · x̂` of each channel over this piece. After ReLU `dy` is left zeroed where it was stopped.
    @inline(__always)
    func gradientSums(_ scope: Scope<Element>) {
        guard let partials = numbers.partials, let outputGradient else { return }
        let sums = (partials + scope.index &* 2 &* numbers.channels).floats
        let products = sums + numbers.channels
        sums.update(repeating: 0, count: 2 &* numbers.channels)
        let readsOutput = outputsTellAll
        for sample in scope.samples {
            let (x, y) = (input[sample, scope].floats, output[sample, scope].floats)
            let dy = outputGradient[sample, scope].floats
            switch tail {
            case .none: channels_gradient_sums(dy, x, area, channels, row(.mean), sums, products)
            case .relu, .pooledReLU:
                var (rows, columns) = (1, 1)
                if case .pooledReLU(let windowRows, let windowColumns) = tail {
                    (rows, columns) = (windowRows, windowColumns)
                }
                if readsOutput {
                    let pixels = (height / rows) &* (width / columns)
                    channels_clamped_gradient_sums(dy, y, pixels, channels, sums, products)
                } else {
                    var tiling = tiling(rows, columns)
                    channels_pooled_gradient_sums(
                        &tiling, dy, x, y, row(.a), row(.b), row(.mean), sums, products)
                }
            }
        }
        finish(sums, products, fromOutput: readsOutput)
    }

    /// After ReLU, where `y > 0`, `x̂ = (y − offset) / scale`, so the stored output tells all; but with a scale near 0
    /// that would divide noise, and `x` is looked up instead.
    private var outputsTellAll: Bool {
        if case .none = tail { return false }
        return (0..<numbers.channels).allSatisfy { channel in
            let (scale, offset) = (numbers.scale[channel], numbers.offset[channel])
            return abs(scale) > 0.01 * abs(offset) && abs(scale) > 1e-6
        }
    }

    /// From what was summed to `Σ dy · x̂`.
    @inline(__always)
    private func finish(
        _ sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>, fromOutput: Bool
    ) {
        let inverse = row(.inverseDeviation)
        let (scale, offset) = (numbers.scale.floats, numbers.offset.floats)
        for channel in 0..<numbers.channels {
            products[channel] =
                fromOutput
                ? (products[channel] - offset[channel] * sums[channel]) / scale[channel]
                : products[channel] * inverse[channel]
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        for sample in scope.samples {
            let x = input[sample, scope].floats
            let (dy, dx) = (outputGradient[sample, scope].floats, inputGradient[sample, scope].floats)
            switch tail {
            case .none, .relu:
                channels_affine_gradient(dy, x, dx, area, channels, row(.a), row(.p), row(.q))
            case .pooledReLU(let rows, let columns):
                var tiling = tiling(rows, columns)
                channels_affine_pool_gradient(&tiling, dy, x, dx, row(.a), row(.b), row(.p), row(.q))
            }
        }
    }
}
