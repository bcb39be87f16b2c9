import CVectorKernels
import Tensors

extension UnsafeMutablePointer {
    /// Numbers that are known to be Float: only plans of Float have kernels that ask for it.
    @inline(__always)
    var floats: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Float.self)
    }
}

/// A convolution through the vector kernels, with its buffers.
struct ChannelsLastConvolutionKernel<Element: Scalar> {
    var convolution: ChannelsLastConvolution
    var input, output: SampleArray<Element>
    var weights: UnsafeMutablePointer<Element>
    var bias: UnsafeMutablePointer<Element>?
    /// Of a normalisation that is folded into the weights: one for each filter.
    var factors: UnsafeMutablePointer<Element>?
    /// Added to the output: the other side of a residual connection.
    var addend: SampleArray<Element>?
    var clampsAtZero = false

    // Training only.
    var outputGradient: SampleArray<Element>?
    /// Nil where nobody needs it: the first layer.
    var inputGradient: SampleArray<Element>?
    /// `[pieces, partialStride]`: gradients `[G, CR, F]`, then of the bias.
    var partials: UnsafeMutablePointer<Element>?
    var partialStride = 0
    var weightGradient: UnsafeMutablePointer<Element>?
    var biasGradient: UnsafeMutablePointer<Element>?

    private var weightCount: Int { convolution.groups * convolution.weightsPerGroup }

    /// Once a step, a part of the weights.
    func pack(_ scope: Scope<Element>) {
        convolution.pack(weights.floats, factors: factors?.floats, block: scope.index)
    }

    /// The same for the gradient of the input.
    func packTurned(_ scope: Scope<Element>) {
        convolution.packTurned(weights.floats, block: scope.index)
    }

    var packingBlocks: Int { convolution.packingBlocks }
    var turningBlocks: Int { convolution.turningBlocks }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        forward(scope, scope.samples, part: 0, of: 1)
    }

    // Of a batch of few samples: shares of a sample instead of whole ones.

    /// Samples of the largest batch; 0 where whole samples are the work.
    var blockSamples = 0
    var forwardBlocks: Int { blockSamples * convolution.shares }

    @inline(__always)
    func forwardBlock(_ scope: Scope<Element>) {
        let shares = convolution.shares
        let (sample, part) = (scope.index / shares, scope.index % shares)
        if sample < scope.batch.count { forward(scope, sample..<sample &+ 1, part: part, of: shares) }
    }

    @inline(__always)
    private func forward(_ scope: Scope<Element>, _ samples: Range<Int>, part: Int, of parts: Int) {
        let first = samples.lowerBound
        convolution.forward(
            input.maps(from: first, scope), samples: samples.count,
            ConvolutionTail(
                bias: bias?.floats, addend: addend.map { $0.maps(from: first, scope) },
                clampsAtZero: clampsAtZero),
            into: output.maps(from: first, scope), part: part, of: parts, workspace: scope.workspace.floats)
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let partials else { return }
        let partial = partials + scope.index &* partialStride
        if bias != nil { sumBias(outputGradient, into: partial + weightCount, scope) }
        let first = scope.samples.lowerBound
        if let winograd = convolution.winograd, let tables = convolution.tables {
            winograd.backward(
                input.maps(from: first, scope), outputGradient.maps(from: first, scope),
                samples: scope.samples.count,
                inputGradients: inputGradient.map { $0.maps(from: first, scope) },
                weightGradient: partial.floats,
                start: tables.start, workspace: scope.workspace.floats)
            return
        }
        addWeightGradient(outputGradient, into: partial, scope)
        guard let inputGradient else { return }
        for sample in scope.samples {
            convolution.inputGradient(
                outputGradient[sample, scope].floats, into: inputGradient[sample, scope].floats,
                workspace: scope.workspace.floats)
        }
    }

    @inline(__always)
    private func addWeightGradient(
        _ outputGradient: SampleArray<Element>, into partial: UnsafeMutablePointer<Element>,
        _ scope: Scope<Element>
    ) {
        var start = scope.samples.lowerBound
        while start < scope.samples.upperBound {
            let count = min(convolution.samplesTogether, scope.samples.upperBound &- start)
            convolution.addWeightGradient(
                input[start, scope].floats, stride: input.stride, outputGradient[start, scope].floats,
                gradientStride: outputGradient.stride, samples: count, into: partial.floats,
                adds: start != scope.samples.lowerBound, workspace: scope.workspace.floats)
            start &+= count
        }
    }

    @inline(__always)
    private func sumBias(
        _ gradient: SampleArray<Element>, into target: UnsafeMutablePointer<Element>, _ scope: Scope<Element>
    ) {
        let filters = convolution.allFilters
        target.clear(count: filters)
        for sample in scope.samples {
            channels_sums(
                gradient[sample, scope].floats, convolution.geometry.outputArea, Int32(filters), target.floats
            )
        }
    }

    // MARK: Reduction

    /// Rows of weights (one a channel and kernel position) that one block sums over the pieces.
    private var rowsPerBlock: Int { max(1, 4096 / convolution.filters) }
    private var allRows: Int { convolution.groups * convolution.geometry.rows }

    /// The bias is the last one's.
    var reductionBlocks: Int { (allRows + rowsPerBlock - 1) / rowsPerBlock }

    /// Adds up the pieces' partial gradients, in the order of the pieces, and puts them where the solver reads them.
    @inline(__always)
    func reduce(_ scope: Scope<Element>) {
        guard let partials else { return }
        let rows = scope.index &* rowsPerBlock..<min((scope.index &+ 1) &* rowsPerBlock, allRows)
        let filters = convolution.filters
        let start = rows.lowerBound &* filters
        let isLast = rows.upperBound == allRows
        let biasCount = isLast && bias != nil ? convolution.allFilters : 0
        let count = rows.count &* filters &+ biasCount
        for piece in 1..<max(scope.batch.activePieces, 1) {
            (partials + start).add(partials + (piece &* partialStride &+ start), count: count)
        }
        for row in rows { deliver(partials + row &* filters, row: row) }
        if biasCount > 0 { biasGradient?.update(from: partials + weightCount, count: biasCount) }
    }

    /// From `[G, kernel position, C, F]` to `[G, F, C, kernel position]`.
    @inline(__always)
    private func deliver(_ sums: UnsafeMutablePointer<Element>, row: Int) {
        guard let weightGradient else { return }
        let geometry = convolution.geometry
        let (group, within) = (row / geometry.rows, row % geometry.rows)
        let (position, channel) = (within / geometry.channels, within % geometry.channels)
        var target =
            weightGradient
            + (group &* convolution.weightsPerGroup &+ channel &* geometry.kernelArea &+ position)
        for filter in 0..<convolution.filters {
            target.pointee = sums[filter]
            target += geometry.rows
        }
    }
}

extension SampleArray {
    /// The samples from `first` on, all of which lie in one piece.
    @inline(__always)
    func maps(from first: Int, _ scope: Scope<Element>) -> SampleMaps {
        SampleMaps(base: self[first, scope].floats, stride: stride)
    }
}
