import Tensors

/// Steps from one place to the next along each axis of a map; 0 along an axis where a value is repeated.
struct BroadcastStrides {
    var channel, row, column: Int

    init(of shape: Shape) {
        channel = shape.channels == 1 ? 0 : shape.area
        row = shape.height == 1 ? 0 : shape.width
        column = shape.width == 1 ? 0 : 1
    }
}

/// Calls the body row by row with where the row starts in the result and in two values that may be repeated.
@inline(__always)
private func forEachRow(
    of shape: Shape, _ one: BroadcastStrides, _ other: BroadcastStrides, _ body: (Int, Int, Int) -> Void
) {
    for channel in 0..<shape.channels {
        for row in 0..<shape.height {
            body(
                (channel &* shape.height &+ row) &* shape.width,
                channel &* one.channel &+ row &* one.row, channel &* other.channel &+ row &* other.row)
        }
    }
}

/// Two values combined number by number, either repeated where it has size 1.
struct ArithmeticKernel<Element: Scalar> {
    var operation: Arithmetic.Operation
    var shape: Shape
    var one, other: BroadcastStrides
    var oneCount, otherCount: Int

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        switch operation {
        case .addition: combine(operands) { $0 + $1 }
        case .subtraction: combine(operands) { $0 - $1 }
        case .multiplication: combine(operands) { $0 * $1 }
        case .division: combine(operands) { $0 / $1 }
        }
    }

    @inline(__always)
    private func combine(
        _ operands: StandaloneKernel<Element>.Operands, _ function: (Element, Element) -> Element
    ) {
        let width = shape.width
        forEachRow(of: shape, one, other) { start, a, b in
            let (y, x, z) = (operands.y + start, operands.x + a, operands.other + b)
            for index in 0..<width {
                y[index] = function(x[index &* one.column], z[index &* other.column])
            }
        }
    }

    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        operands.dx?.clear(count: oneCount)
        operands.dOther?.clear(count: otherCount)
        switch operation {
        case .addition: differentiate(operands, { _, _ in 1 }, { _, _ in 1 })
        case .subtraction: differentiate(operands, { _, _ in 1 }, { _, _ in -1 })
        case .multiplication: differentiate(operands, { $1 }, { a, _ in a })
        case .division: differentiate(operands, { 1 / $1 }, { -$0 / ($1 * $1) })
        }
    }

    /// `dx += dy · ∂/∂x`, the same for the other: sums where a value was repeated.
    @inline(__always)
    private func differentiate(
        _ operands: StandaloneKernel<Element>.Operands, _ byOne: (Element, Element) -> Element,
        _ byOther: (Element, Element) -> Element
    ) {
        guard let dy = operands.dy else { return }
        let width = shape.width
        forEachRow(of: shape, one, other) { start, a, b in
            for index in 0..<width {
                let (i, j) = (a &+ index &* one.column, b &+ index &* other.column)
                let (x, z) = (operands.x[i], operands.other[j])
                if let dx = operands.dx { dx[i] += dy[start &+ index] * byOne(x, z) }
                if let dOther = operands.dOther { dOther[j] += dy[start &+ index] * byOther(x, z) }
            }
        }
    }
}

/// `scale · x + offset` with figures that are repeated along the axes where they have size 1.
struct AffineKernel<Element: Scalar> {
    var scale, offset: UnsafeMutablePointer<Element>?
    var shape: Shape
    /// Of scale and offset alike.
    var strides: BroadcastStrides
    /// Numbers of the scale; 0 without one. The sums of the offset lie behind those of the scale.
    var scaleCount: Int

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        let width = shape.width
        forEachRow(of: shape, strides, strides) { start, figure, _ in
            for index in 0..<width {
                let place = figure &+ index &* strides.column
                var value = operands.x[start &+ index]
                if let scale { value *= scale[place] }
                if let offset { value += offset[place] }
                operands.y[start &+ index] = value
            }
        }
    }

    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        guard let dy = operands.dy else { return }
        let width = shape.width
        forEachRow(of: shape, strides, strides) { start, figure, _ in
            for index in 0..<width {
                let (from, place) = (start &+ index, figure &+ index &* strides.column)
                if let dx = operands.dx { dx[from] = dy[from] * (scale?[place] ?? 1) }
                guard let sums = operands.sums else { continue }
                if scale != nil { sums[place] += dy[from] * operands.x[from] }
                if offset != nil { sums[scaleCount &+ place] += dy[from] }
            }
        }
    }
}

/// Each channel of each sample normalised over its positions.
struct InstanceNormalizationKernel<Element: Scalar> {
    var scale, offset: UnsafeMutablePointer<Element>
    var channels: Int
    var epsilon: Element

    @inline(__always)
    private func statistics(_ x: UnsafeMutablePointer<Element>, _ area: Int) -> (
        mean: Element, factor: Element
    ) {
        let mean = x.sum(count: area) / Element(area)
        let variance = x.squaredDeviations(from: mean, count: area) / Element(area)
        return (mean, 1 / (variance + epsilon).squareRoot())
    }

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        let area = operands.count / channels
        for channel in 0..<channels {
            let (x, y) = (operands.x + channel &* area, operands.y + channel &* area)
            let (mean, factor) = statistics(x, area)
            let a = scale[channel] * factor
            for index in 0..<area { y[index] = a * (x[index] - mean) + offset[channel] }
        }
    }

    /// With `x̂ = (x − mean) · factor`: `dx = scale · factor · (dy − mean(dy) − x̂ · mean(dy · x̂))`.
    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        guard let allDy = operands.dy else { return }
        let area = operands.count / channels
        for channel in 0..<channels {
            let (x, dy) = (operands.x + channel &* area, allDy + channel &* area)
            let (mean, factor) = statistics(x, area)
            var (sum, product): (Element, Element) = (0, 0)
            for index in 0..<area {
                sum += dy[index]
                product += dy[index] * (x[index] - mean) * factor
            }
            if let sums = operands.sums {
                sums[channel] += product
                sums[channels &+ channel] += sum
            }
            guard let dx = operands.dx.map({ $0 + channel &* area }) else { continue }
            let (meanGradient, slope) = (sum / Element(area), product / Element(area))
            for index in 0..<area {
                let normal = (x[index] - mean) * factor
                dx[index] = scale[channel] * factor * (dy[index] - meanGradient - normal * slope)
            }
        }
    }
}
