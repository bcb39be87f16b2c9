import Tensors

/// The way through the vector kernels, which only kernels of Float take.
extension ConvolutionKernel {
    @inline(__always)
    private func floats(_ elements: UnsafeMutablePointer<Element>) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(elements).assumingMemoryBound(to: Float.self)
    }

    /// - Parameter buffers: the tables, then the turned weights where they are needed.
    mutating func useVectorMemory(_ buffers: [UnsafeMutablePointer<Element>]) {
        guard let tables = buffers.first else { return vectors = nil }
        let turned = buffers.dropFirst().first.map { floats($0) }
        vectors?.useMemory(tables: UnsafeMutableRawPointer(tables), turned: turned)
    }

    func turnWeights() { vectors?.turn(floats(weights)) }

    @inline(__always)
    func forward(_ scope: Scope<Element>, _ vectors: VectorConvolution) {
        let inputs = geometry.channels &* geometry.height &* geometry.width
        let outputs = filters &* geometry.outputArea
        for sample in scope.samples {
            for group in 0..<groups {
                vectors.forward(
                    floats(input[sample, scope] + group &* inputs),
                    weights: floats(weights + group &* weightsPerGroup),
                    bias: bias.map { UnsafePointer(floats($0 + group &* filters)) },
                    clampsAtZero: clampsAtZero, into: floats(output[sample, scope] + group &* outputs),
                    workspace: floats(scope.workspace))
            }
            if !vectors.isDirect { finish(output[sample, scope]) }
        }
    }

    @inline(__always)
    func backward(
        _ scope: Scope<Element>, _ vectors: VectorConvolution, _ outputGradient: SampleArray<Element>,
        into partial: UnsafeMutablePointer<Element>
    ) {
        let inputs = geometry.channels &* geometry.height &* geometry.width
        let outputs = filters &* geometry.outputArea
        var start = scope.samples.lowerBound
        while start < scope.samples.upperBound {
            let count = min(vectors.samplesTogether, scope.samples.upperBound &- start)
            let isFirst = start == scope.samples.lowerBound
            for group in 0..<groups {
                let samples = VectorConvolution.Samples(
                    count: count, map: floats(input[start, scope] + group &* inputs),
                    mapStride: input.stride,
                    gradient: floats(outputGradient[start, scope] + group &* outputs),
                    gradientStride: outputGradient.stride,
                    inputGradient: inputGradient.map { floats($0[start, scope] + group &* inputs) },
                    inputGradientStride: inputGradient?.stride ?? 0)
                vectors.backward(
                    samples, group: group, into: floats(partial + group &* weightsPerGroup), adds: !isFirst,
                    workspace: floats(scope.workspace))
            }
            if bias != nil {
                for sample in start..<start &+ count {
                    let beta: Element = sample == scope.samples.lowerBound ? 0 : 1
                    sumBias(outputGradient[sample, scope], into: partial + weightCount, beta: beta)
                }
            }
            start &+= count
        }
    }
}
