import Tensors

/// Convolution by matrix products, one sample at a time so that the operands stay in the core's L2 cache.
///
/// Letters: F filters and C channels of one group, R kernel positions, P output and Q input positions of one map.
/// Forward `Y[F×P] = W[F×CR] · columns(X)[CR×P]`.
/// Backward with stride 1: the gradient is unrolled once, for both products (`backwardFromGradientColumns`);
/// otherwise the input is unrolled again and the data gradient rolled up (`backwardFromInputColumns`).
struct ConvolutionKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    var geometry: ColumnGeometry
    var groups: Int
    /// Filters of one group.
    var filters: Int
    var weights: UnsafeMutablePointer<Element>
    var bias: UnsafeMutablePointer<Element>?
    var clampsAtZero = false

    // Training only.
    var outputGradient: SampleArray<Element>?
    /// Nil where nobody needs it: the first layer.
    var inputGradient: SampleArray<Element>?
    /// `[pieces, partialStride]`: `partialCount` numbers each, weight gradients, then bias gradients.
    var partials: UnsafeMutablePointer<Element>?
    var partialCount = 0
    var partialStride = 0
    /// Unrolls the output's gradient; nil to unroll the input instead.
    var gradientGeometry: ColumnGeometry?
    /// `[groups, C, F·R]`: the filters turned by 180°, channels first.
    var turnedWeights: UnsafeMutablePointer<Element>?
    var weightGradient: UnsafeMutablePointer<Element>?
    var biasGradient: UnsafeMutablePointer<Element>?

    var weightsPerGroup: Int { filters * geometry.rows }
    var weightCount: Int { groups * weightsPerGroup }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        let positions = geometry.outputArea
        for sample in scope.samples {
            for group in 0..<groups {
                let map =
                    input[sample, scope] + group &* geometry.channels &* geometry.height &* geometry.width
                let columns = geometry.unroll(map, workspace: scope.workspace)
                Element.multiply(
                    MatrixOperand(weights + group &* weightsPerGroup, stride: geometry.rows),
                    MatrixOperand(columns, stride: positions),
                    into: output[sample, scope] + group &* filters &* positions, stride: positions,
                    rows: filters, columns: positions, inner: geometry.rows, alpha: 1, beta: 0)
            }
            finish(output[sample, scope])
        }
    }

    /// Bias and ReLU in one pass while the product is in L1.
    @inline(__always)
    private func finish(_ maps: UnsafeMutablePointer<Element>) {
        guard let bias else {
            if clampsAtZero { clampAtZero(maps, count: output.count) }
            return
        }
        let positions = geometry.outputArea
        var map = maps
        for filter in 0..<groups &* filters {
            let offset = bias[filter]
            var index = 0
            if clampsAtZero {
                while index < positions {
                    let value = map[index] + offset
                    map[index] = value > 0 ? value : 0
                    index &+= 1
                }
            } else {
                while index < positions {
                    map[index] += offset
                    index &+= 1
                }
            }
            map += positions
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let partials else { return }
        let partial = partials + scope.index &* partialStride
        for sample in scope.samples {
            let beta: Element = sample == scope.samples.lowerBound ? 0 : 1
            for group in 0..<groups {
                let gradient = outputGradient[sample, scope] + group &* filters &* geometry.outputArea
                let weightGradient = partial + group &* weightsPerGroup
                if let gradientGeometry, let turnedWeights {
                    backwardFromGradientColumns(
                        gradientGeometry, turnedWeights + group &* weightsPerGroup, gradient: gradient,
                        sample: sample, group: group, weightGradient: weightGradient, beta: beta, scope)
                } else {
                    backwardFromInputColumns(
                        gradient: gradient, sample: sample, group: group, weightGradient: weightGradient,
                        beta: beta, scope)
                }
            }
            if bias != nil { sumBias(outputGradient[sample, scope], into: partial + weightCount, beta: beta) }
        }
    }

    @inline(__always)
    private func sumBias(
        _ gradient: UnsafeMutablePointer<Element>, into target: UnsafeMutablePointer<Element>, beta: Element
    ) {
        for filter in 0..<groups &* filters {
            let sum = (gradient + filter &* geometry.outputArea).sum(count: geometry.outputArea)
            target[filter] = beta == 0 ? sum : target[filter] + sum
        }
    }

    /// With G = columns(dY)[FR×Q]: `dX[C×Q] = turned[C×FR] · G` and `dW'[C×FR] += X[C×Q] · Gᵀ`, turned back when
    /// the pieces are summed.
    @inline(__always)
    private func backwardFromGradientColumns(
        _ unrolled: ColumnGeometry, _ turned: UnsafeMutablePointer<Element>,
        gradient: UnsafeMutablePointer<Element>, sample: Int, group: Int,
        weightGradient: UnsafeMutablePointer<Element>, beta: Element, _ scope: Scope<Element>
    ) {
        let positions = geometry.height &* geometry.width
        let offset = group &* geometry.channels &* positions
        let columns = unrolled.unroll(gradient, workspace: scope.workspace)
        if let inputGradient {
            Element.multiply(
                MatrixOperand(turned, stride: unrolled.rows), MatrixOperand(columns, stride: positions),
                into: inputGradient[sample, scope] + offset, stride: positions,
                rows: geometry.channels, columns: positions, inner: unrolled.rows, alpha: 1, beta: 0)
        }
        Element.multiply(
            MatrixOperand(input[sample, scope] + offset, stride: positions),
            MatrixOperand(columns, stride: positions, transposed: true),
            into: weightGradient, stride: unrolled.rows,
            rows: geometry.channels, columns: unrolled.rows, inner: positions, alpha: 1, beta: beta)
    }

    /// `dW[F×CR] += dY[F×P] · columns(X)ᵀ` and `dX = roll(Wᵀ[CR×F] · dY[F×P])`.
    @inline(__always)
    private func backwardFromInputColumns(
        gradient: UnsafeMutablePointer<Element>, sample: Int, group: Int,
        weightGradient: UnsafeMutablePointer<Element>, beta: Element, _ scope: Scope<Element>
    ) {
        let positions = geometry.outputArea
        let offset = group &* geometry.channels &* geometry.height &* geometry.width
        let columns = geometry.unroll(input[sample, scope] + offset, workspace: scope.workspace)
        Element.multiply(
            MatrixOperand(gradient, stride: positions),
            MatrixOperand(columns, stride: positions, transposed: true),
            into: weightGradient, stride: geometry.rows,
            rows: filters, columns: geometry.rows, inner: positions, alpha: 1, beta: beta)
        guard let inputGradient else { return }
        let target = geometry.isIdentity ? inputGradient[sample, scope] + offset : scope.workspace
        Element.multiply(
            MatrixOperand(weights + group &* weightsPerGroup, stride: geometry.rows, transposed: true),
            MatrixOperand(gradient, stride: positions), into: target, stride: positions,
            rows: geometry.rows, columns: positions, inner: filters, alpha: 1, beta: 0)
        if !geometry.isIdentity {
            geometry.roll(scope.workspace, into: inputGradient[sample, scope] + offset)
        }
    }

    /// Numbers of the gradient that one block sums over the pieces.
    private static var blockSize: Int { 4096 }

    var reductionBlocks: Int { (partialCount + Self.blockSize - 1) / Self.blockSize }

    /// Adds up the pieces' partial gradients, in the order of the pieces.
    @inline(__always)
    func reduce(_ scope: Scope<Element>) {
        guard let partials else { return }
        let start = scope.index &* Self.blockSize
        let end = min(start &+ Self.blockSize, partialCount)
        for piece in 1..<max(scope.batch.activePieces, 1) {
            (partials + start).add(partials + (piece &* partialStride &+ start), count: end &- start)
        }
        deliver(partials, start..<end)
    }

    /// Puts summed gradients where the solver reads them, turning filters back.
    @inline(__always)
    private func deliver(_ sums: UnsafeMutablePointer<Element>, _ range: Range<Int>) {
        guard let weightGradient else { return }
        let area = geometry.kernelArea
        for index in range {
            if index >= weightCount {
                biasGradient?[index &- weightCount] = sums[index]
            } else if gradientGeometry == nil {
                weightGradient[index] = sums[index]
            } else {
                let (group, within) = index.quotientAndRemainder(dividingBy: weightsPerGroup)
                let (pair, position) = within.quotientAndRemainder(dividingBy: area)
                let (channel, filter) = pair.quotientAndRemainder(dividingBy: filters)
                weightGradient[
                    group &* weightsPerGroup &+ (filter &* geometry.channels &+ channel) &* area &+ area &- 1
                        &- position] = sums[index]
            }
        }
    }
}

@inline(__always)
func clampAtZero<Element: Scalar>(_ values: UnsafeMutablePointer<Element>, count: Int) {
    var index = 0
    while index < count {
        let value = values[index]
        values[index] = value > 0 ? value : 0
        index &+= 1
    }
}
