import Tensors

extension BatchNormalizationKernel {
    /// `Σ dy` and `Σ dy · x̂` of each channel over this piece.
    @inline(__always)
    func gradientSums(_ scope: Scope<Element>) {
        let channels = numbers.channels
        guard let partials = numbers.partials, let outputGradient else { return }
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
        let (scale, offset) = (numbers.scale[channel], numbers.offset[channel])
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

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        let channels = numbers.channels
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
