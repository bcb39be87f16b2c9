import Tensors

/// Convolution of planes by matrix products: the reference, and the way for Double and for machines without vector
/// kernels. One sample at a time so that the operands stay in the core's L2 cache.
///
/// Letters: F filters and C channels of one group, R kernel positions, P output and Q input positions of one map.
/// Forward `Y[F×P] = W[F×CR] · columns(X)[CR×P]`; backward `dW[F×CR] += dY[F×P] · columns(X)ᵀ` and
/// `dX = roll(Wᵀ[CR×F] · dY[F×P])`. Unrolling the input again costs less than keeping its columns: they would be
/// nine times the input.
struct ConvolutionKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    var geometry: ColumnGeometry
    var groups: Int
    /// Filters of one group.
    var filters: Int
    var weights: UnsafeMutablePointer<Element>
    var bias: UnsafeMutablePointer<Element>?
    /// Added to the output: the other side of a residual connection.
    var addend: SampleArray<Element>?
    var clampsAtZero = false

    // Training only.
    var outputGradient: SampleArray<Element>?
    /// Nil where nobody needs it: the first layer.
    var inputGradient: SampleArray<Element>?
    /// `[pieces, partialStride]`: `partialCount` numbers each, weight gradients, then bias gradients.
    var partials: UnsafeMutablePointer<Element>?
    var partialCount = 0
    var partialStride = 0
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
                multiplyInCache(
                    MatrixOperand(weights + group &* weightsPerGroup, stride: geometry.rows),
                    MatrixOperand(columns, stride: positions),
                    into: output[sample, scope] + group &* filters &* positions,
                    rows: filters, columns: positions, inner: geometry.rows)
            }
            if let addend { output[sample, scope].add(addend[sample, scope], count: output.count) }
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
                backward(
                    gradient: gradient, sample: sample, group: group, weightGradient: weightGradient,
                    beta: beta,
                    scope)
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

    @inline(__always)
    private func backward(
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
        multiplyInCache(
            MatrixOperand(weights + group &* weightsPerGroup, stride: geometry.rows, transposed: true),
            MatrixOperand(gradient, stride: positions), into: target,
            rows: geometry.rows, columns: positions, inner: filters)
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

    /// Puts summed gradients where the solver reads them.
    @inline(__always)
    private func deliver(_ sums: UnsafeMutablePointer<Element>, _ range: Range<Int>) {
        for index in range {
            if index < weightCount {
                weightGradient?[index] = sums[index]
            } else {
                biasGradient?[index &- weightCount] = sums[index]
            }
        }
    }
}

/// `C = op(A) · B` for operands that fit the L2 cache, `C` and `B` with `columns` elements a row.
///
/// OpenBLAS multiplies up to 10⁶ terms straight from the operands, and packs them first beyond that: a loss of a third
/// for a few times 10⁶. Such products are cut along their columns.
@inline(__always)
private func multiplyInCache<Element: Scalar>(
    _ a: MatrixOperand<Element>, _ b: MatrixOperand<Element>, into c: UnsafeMutablePointer<Element>,
    rows: Int,
    columns: Int, inner: Int
) {
    let terms = rows &* columns &* inner
    let cuts = terms > 1_000_000 && terms < 4_000_000 ? (terms &+ 999_999) / 1_000_000 : 1
    let width = ((columns &+ cuts &- 1) / cuts &+ 15) / 16 &* 16
    var start = 0
    while start < columns {
        Element.multiply(
            a, b.fromColumn(start), into: c + start, stride: columns, rows: rows,
            columns: min(width, columns &- start), inner: inner, alpha: 1, beta: 0)
        start &+= width
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
