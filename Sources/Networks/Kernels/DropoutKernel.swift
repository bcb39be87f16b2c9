import Tensors

/// Dropout in place or not; the mask is drawn anew in the backward pass from the sample's own stream.
struct DropoutKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    var outputGradient, inputGradient: SampleArray<Element>?
    var probability: Double
    /// Tells the streams of a network's dropout layers apart.
    var layer: UInt64

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples {
            apply(input[sample, scope], output[sample, scope], sample, scope.batch)
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        for sample in scope.samples {
            apply(outputGradient[sample, scope], inputGradient[sample, scope], sample, scope.batch)
        }
    }

    @inline(__always)
    private func apply(
        _ source: UnsafeMutablePointer<Element>, _ target: UnsafeMutablePointer<Element>, _ sample: Int,
        _ batch: Batch
    ) {
        let dropped = batch.dropoutProbability >= 0 ? batch.dropoutProbability : probability
        let threshold = UInt64(dropped * 0x1p32)
        let scale = Element(1 / (1 - dropped))
        var random = batch.random.stream(layer, UInt64(sample))
        var index = 0
        while index < output.count {
            // Each draw decides two numbers.
            let bits = random.next()
            target[index] = bits & 0xFFFF_FFFF >= threshold ? source[index] * scale : 0
            if index &+ 1 < output.count {
                target[index &+ 1] = bits >> 32 >= threshold ? source[index &+ 1] * scale : 0
            }
            index &+= 2
        }
    }
}
