import CVectorKernels
import Tensors

/// `CrossChannelKernel` on maps that hold a pixel's channels side by side, through the vector kernels.
struct ChannelsLastCrossChannel<Element: Scalar> {
    var input, output, denominators: SampleArray<Element>
    var outputGradient, inputGradient: SampleArray<Element>?
    var neighbourhood: channels_neighbourhood

    /// Whether there is a vector kernel: exponents of ½, ¾ and 1, and windows of a usual size.
    static func computes(_ layer: CrossChannelNormalization, channels: Int) -> Bool {
        [0.5, 0.75, 1].contains(layer.beta)
            && channels + layer.size + 32 <= Int(CHANNELS_LARGEST_NEIGHBOURHOOD)
    }

    init(_ planar: CrossChannelKernel<Element>, _ layer: CrossChannelNormalization) {
        (input, output, denominators) = (planar.input, planar.output, planar.denominators)
        (outputGradient, inputGradient) = (planar.outputGradient, planar.inputGradient)
        neighbourhood = channels_neighbourhood(
            channels: Int32(planar.channels), size: Int32(planar.size), quarters: Int32(4 * layer.beta),
            share: Float(layer.alpha) / Float(layer.size), k: Float(layer.k))
    }

    private var pixels: Int { input.count / Int(neighbourhood.channels) }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        var neighbourhood = neighbourhood
        for sample in scope.samples {
            channels_cross_normalize(
                &neighbourhood, input[sample, scope].floats, output[sample, scope].floats,
                denominators[sample, scope].floats, pixels)
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        var neighbourhood = neighbourhood
        for sample in scope.samples {
            channels_cross_normalize_gradient(
                &neighbourhood, input[sample, scope].floats, output[sample, scope].floats,
                denominators[sample, scope].floats, outputGradient[sample, scope].floats,
                inputGradient[sample, scope].floats, pixels)
        }
    }
}
