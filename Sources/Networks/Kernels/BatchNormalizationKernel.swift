import Tensors

/// Batch normalisation, alone or with the ReLU and the max-pooling that follow it.
///
/// Training crosses the whole batch twice: `statistics` → combine → `forward`, and `gradientSums` → combine →
/// `backward`. Each piece leaves its sums, which are combined in the order of the pieces.
///
/// With ReLU and pooling fused only the pooled maps are stored. Their gradient is zero except where a number won its
/// window and is positive, so `backward` computes the dense part `P·x + Q` and adds `S·dy` at the winners, which it
/// finds again from `x`.
struct BatchNormalizationKernel<Element: Scalar> {
    enum Tail {
        case none
        case relu
        /// ReLU and max-pooling by windows that tile the map (any rest at the right and bottom is dropped).
        case pooledReLU(rows: Int, columns: Int)
    }

    var tail: Tail
    var input, output: SampleArray<Element>
    var channels, height, width: Int
    var scale, offset, runningMean, runningVariance: UnsafeMutablePointer<Element>
    var epsilon, momentum: Double
    /// `[6, channels]`: what the passes multiply by; see `Coefficient`.
    var coefficients: UnsafeMutablePointer<Element>

    // Training only.
    /// `[pieces, 2, channels]`.
    var partials: UnsafeMutablePointer<Element>?
    /// Samples of a full piece.
    var pieceSize = 1
    var outputGradient, inputGradient: SampleArray<Element>?
    var scaleGradient, offsetGradient: UnsafeMutablePointer<Element>?

    /// `y = a·x + b`; `x̂ = (x − mean)·inverseDeviation`; `dx = S·dy + P·x + Q` with `S = a`.
    private enum Coefficient: Int { case a, b, mean, inverseDeviation, p, q }

    static var coefficientCount: Int { 6 }

    private var area: Int { height * width }
    private var outputHeight: Int {
        if case .pooledReLU(let rows, _) = tail { height / rows } else { height }
    }
    private var outputWidth: Int {
        if case .pooledReLU(_, let columns) = tail { width / columns } else { width }
    }

    @inline(__always)
    private func value(_ coefficient: Coefficient, _ channel: Int) -> Element {
        coefficients[coefficient.rawValue &* channels &+ channel]
    }

    private func set(_ coefficient: Coefficient, _ channel: Int, _ value: Double) {
        coefficients[coefficient.rawValue &* channels &+ channel] = Element(value)
    }

    // MARK: Statistics

    /// Mean and summed squared deviation of each channel over this piece.
    @inline(__always)
    func statistics(_ scope: Scope<Element>) {
        guard let partials else { return }
        let means = partials + scope.index &* 2 &* channels
        let squares = means + channels
        for channel in 0..<channels {
            var (count, mean, square) = (0.0, 0.0, 0.0)
            for sample in scope.samples {
                let x = input[sample, scope] + channel &* area
                let sampleMean = x.sum(count: area) / Element(area)
                let deviations = x.squaredDeviations(from: sampleMean, count: area)
                Self.merge(&count, &mean, &square, Double(area), Double(sampleMean), Double(deviations))
            }
            means[channel] = Element(mean)
            squares[channel] = Element(square)
        }
    }

    /// Chan, Golub and LeVeque (1979): statistics of two sets together, without cancellation.
    @inline(__always)
    private static func merge(
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

    // MARK: Forward

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        let outputArea = outputHeight &* outputWidth
        for sample in scope.samples {
            for channel in 0..<channels {
                let (a, b) = (value(.a, channel), value(.b, channel))
                let x = input[sample, scope] + channel &* area
                let y = output[sample, scope] + channel &* outputArea
                switch tail {
                case .none:
                    for index in 0..<area { y[index] = a * x[index] + b }
                case .relu:
                    for index in 0..<area {
                        let value = a * x[index] + b
                        y[index] = value > 0 ? value : 0
                    }
                case .pooledReLU(2, 2): poolPairs(x, y, a, b)
                case .pooledReLU(let rows, let columns): pool(x, y, a, b, rows, columns)
                }
            }
        }
    }

    @inline(__always)
    private func poolPairs(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ a: Element, _ b: Element
    ) {
        let columns = outputWidth
        for row in 0..<outputHeight {
            let upper = x + 2 &* row &* width
            let lower = upper + width
            let target = y + row &* columns
            for column in 0..<columns {
                let one = a * upper[2 &* column] + b
                let two = a * upper[2 &* column &+ 1] + b
                let three = a * lower[2 &* column] + b
                let four = a * lower[2 &* column &+ 1] + b
                let left = one > two ? one : two
                let right = three > four ? three : four
                let best = left > right ? left : right
                target[column] = best > 0 ? best : 0
            }
        }
    }

    @inline(__always)
    private func pool(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ a: Element, _ b: Element,
        _ rows: Int, _ columns: Int
    ) {
        for row in 0..<outputHeight {
            for column in 0..<outputWidth {
                let winner = self.winner(x, row &* rows, column &* columns, rows, columns, a, b)
                let best = a * x[winner] + b
                y[row &* outputWidth &+ column] = best > 0 ? best : 0
            }
        }
    }

    /// Place of the first largest `a·x + b` in the window that starts at `(row, column)`.
    @inline(__always)
    private func winner(
        _ x: UnsafeMutablePointer<Element>, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int,
        _ a: Element,
        _ b: Element
    ) -> Int {
        var place = row &* width &+ column
        var best = a * x[place] + b
        for kernelRow in 0..<rows {
            for kernelColumn in 0..<columns {
                let candidate = (row &+ kernelRow) &* width &+ column &+ kernelColumn
                let value = a * x[candidate] + b
                if value > best {
                    best = value
                    place = candidate
                }
            }
        }
        return place
    }

    // MARK: Backward

    /// `Σ dy` and `Σ dy · x̂` of each channel over this piece.
    @inline(__always)
    func gradientSums(_ scope: Scope<Element>) {
        guard let partials, let outputGradient else { return }
        let sums = partials + scope.index &* 2 &* channels
        sums.clear(count: 2 &* channels)
        let outputArea = outputHeight &* outputWidth
        for sample in scope.samples {
            for channel in 0..<channels {
                let x = input[sample, scope] + channel &* area
                let y = output[sample, scope] + channel &* outputArea
                let dy = outputGradient[sample, scope] + channel &* outputArea
                let (sum, product): (Element, Element)
                switch tail {
                case .none: (sum, product) = sumsAgainstInput(dy, x, channel)
                case .relu, .pooledReLU: (sum, product) = sumsAgainstOutput(dy, x, y, channel)
                }
                sums[channel] += sum
                sums[channels &+ channel] += product
            }
        }
    }

    @inline(__always)
    private func sumsAgainstInput(
        _ dy: UnsafeMutablePointer<Element>, _ x: UnsafeMutablePointer<Element>, _ channel: Int
    ) -> (Element, Element) {
        let (mean, inverse) = (value(.mean, channel), value(.inverseDeviation, channel))
        var (sums, products) = (SIMD8<Element>(), SIMD8<Element>())
        let center = SIMD8(repeating: mean)
        var index = 0
        while index &+ 8 <= area {
            let gradient = dy.vector8(index)
            sums += gradient
            products += gradient * (x.vector8(index) - center)
            index &+= 8
        }
        var (sum, product) = (sums.sum(), products.sum())
        while index < area {
            sum += dy[index]
            product += dy[index] * (x[index] - mean)
            index &+= 1
        }
        return (sum, product * inverse)
    }

    /// After ReLU: where `y > 0`, `x̂ = (y − offset) / scale`, so the stored output tells all.
    /// With a scale near 0 that would divide noise; then `x` is looked up instead.
    /// Leaves `dy` zeroed where ReLU stopped it, as `backward` expects.
    @inline(__always)
    private func sumsAgainstOutput(
        _ dy: UnsafeMutablePointer<Element>, _ x: UnsafeMutablePointer<Element>,
        _ y: UnsafeMutablePointer<Element>, _ channel: Int
    ) -> (Element, Element) {
        let (scale, offset) = (self.scale[channel], self.offset[channel])
        guard abs(scale) > 0.01 * abs(offset), abs(scale) > 1e-6 else {
            return sumsAtWinners(dy, x, y, channel)
        }
        let count = outputHeight &* outputWidth
        var (sums, products) = (SIMD8<Element>(), SIMD8<Element>())
        var index = 0
        while index &+ 8 <= count {
            let output = y.vector8(index)
            let gradient = Element.keep(dy.vector8(index), where: output, exceeds: SIMD8())
            dy.store(gradient, at: index)
            sums += gradient
            products += gradient * output
            index &+= 8
        }
        var (sum, product) = (sums.sum(), products.sum())
        while index < count {
            let gradient = y[index] > 0 ? dy[index] : 0
            dy[index] = gradient
            sum += gradient
            product += gradient * y[index]
            index &+= 1
        }
        return (sum, (product - offset * sum) / scale)
    }

    private func sumsAtWinners(
        _ dy: UnsafeMutablePointer<Element>, _ x: UnsafeMutablePointer<Element>,
        _ y: UnsafeMutablePointer<Element>, _ channel: Int
    ) -> (Element, Element) {
        let (a, b) = (value(.a, channel), value(.b, channel))
        var (rows, columns) = (1, 1)
        if case .pooledReLU(let windowRows, let windowColumns) = tail {
            (rows, columns) = (windowRows, windowColumns)
        }
        var (sum, product): (Element, Element) = (0, 0)
        for row in 0..<outputHeight {
            for column in 0..<outputWidth {
                guard y[row * outputWidth + column] > 0 else {
                    dy[row * outputWidth + column] = 0
                    continue
                }
                let gradient = dy[row * outputWidth + column]
                let place = winner(x, row * rows, column * columns, rows, columns, a, b)
                sum += gradient
                product += gradient * (x[place] - value(.mean, channel))
            }
        }
        return (sum, product * value(.inverseDeviation, channel))
    }

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

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        let outputArea = outputHeight &* outputWidth
        for sample in scope.samples {
            for channel in 0..<channels {
                let (s, p, q) = (value(.a, channel), value(.p, channel), value(.q, channel))
                let x = input[sample, scope] + channel &* area
                let dy = outputGradient[sample, scope] + channel &* outputArea
                let dx = inputGradient[sample, scope] + channel &* area
                switch tail {
                case .none, .relu:
                    for index in 0..<area { dx[index] = s * dy[index] + p * x[index] + q }
                case .pooledReLU(2, 2): unpoolPairs(x, dy, dx, channel)
                case .pooledReLU(let rows, let columns): unpool(x, dy, dx, channel, rows, columns)
                }
            }
        }
    }

    @inline(__always)
    private func unpool(
        _ x: UnsafeMutablePointer<Element>, _ dy: UnsafeMutablePointer<Element>,
        _ dx: UnsafeMutablePointer<Element>, _ channel: Int, _ rows: Int, _ columns: Int
    ) {
        let (p, q) = (value(.p, channel), value(.q, channel))
        let (a, b) = (value(.a, channel), value(.b, channel))
        for index in 0..<area { dx[index] = p * x[index] + q }
        for row in 0..<outputHeight {
            for column in 0..<outputWidth where dy[row &* outputWidth &+ column] != 0 {
                let place = winner(x, row &* rows, column &* columns, rows, columns, a, b)
                dx[place] += a * dy[row &* outputWidth &+ column]
            }
        }
    }

    /// Four windows of 2×2 at a time; the last four overlap those before, so no row needs a remainder.
    @inline(__always)
    private func unpoolPairs(
        _ x: UnsafeMutablePointer<Element>, _ dy: UnsafeMutablePointer<Element>,
        _ dx: UnsafeMutablePointer<Element>, _ channel: Int
    ) {
        let columns = outputWidth
        guard columns >= 4 else { return unpool(x, dy, dx, channel, 2, 2) }
        let (p, q) = (value(.p, channel), value(.q, channel))
        let (a, b) = (value(.a, channel), value(.b, channel))
        for row in 0..<outputHeight {
            let first = 2 &* row &* width
            var column = 0
            while column < columns {
                let start = min(column, columns &- 4)
                let place = first &+ 2 &* start
                let gradient = a * dy.vector4(row &* columns &+ start)
                let (upper, lower) = (x.vector8(place), x.vector8(place &+ width))
                let shares = Self.share(gradient, among: a * upper + b, a * lower + b)
                dx.store(p * upper + q + shares.upper, at: place)
                dx.store(p * lower + q + shares.lower, at: place &+ width)
                column &+= 4
            }
            for column in 2 &* columns..<width {
                dx[first &+ column] = p * x[first &+ column] + q
                dx[first &+ width &+ column] = p * x[first &+ width &+ column] + q
            }
        }
        for index in 2 &* outputHeight &* width..<area { dx[index] = p * x[index] + q }
    }

    /// Gives each of four windows' gradient to its largest number, the first of equal ones, as `winner` does.
    @inline(__always)
    private static func share(
        _ gradient: SIMD4<Element>, among upper: SIMD8<Element>, _ lower: SIMD8<Element>
    ) -> (upper: SIMD8<Element>, lower: SIMD8<Element>) {
        let (one, two) = (upper.evenHalf, upper.oddHalf)
        let (three, four) = (lower.evenHalf, lower.oddHalf)
        let left = Element.larger(one, two)
        let right = Element.larger(three, four)
        let below = Element.keep(gradient, where: right, exceeds: left)
        let above = gradient - below
        var (upperShares, lowerShares) = (SIMD8<Element>(), SIMD8<Element>())
        upperShares.oddHalf = Element.keep(above, where: two, exceeds: one)
        upperShares.evenHalf = above - upperShares.oddHalf
        lowerShares.oddHalf = Element.keep(below, where: four, exceeds: three)
        lowerShares.evenHalf = below - lowerShares.oddHalf
        return (upperShares, lowerShares)
    }
}
