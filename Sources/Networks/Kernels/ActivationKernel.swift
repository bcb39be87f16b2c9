import Tensors

/// Activations with figures of their own. Backward reads the input, which therefore is not overwritten in training.
struct ActivationKernel<Element: Scalar> {
    enum Function {
        case elu(alpha: Element, gamma: Element)
        case hardSigmoid(alpha: Element, beta: Element)
        case hardSwish
        case clip(low: Element, high: Element)
    }

    var function: Function

    init(_ activation: Activation) {
        switch activation {
        case .elu(let alpha): function = .elu(alpha: Element(alpha), gamma: 1)
        case .selu(let alpha, let gamma): function = .elu(alpha: Element(alpha), gamma: Element(gamma))
        case .hardSigmoid(let alpha, let beta):
            function = .hardSigmoid(alpha: Element(alpha), beta: Element(beta))
        case .hardSwish: function = .hardSwish
        case .clip(let low, let high): function = .clip(low: Element(low), high: Element(high))
        }
    }

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        let (x, y, count) = (operands.x, operands.y, operands.count)
        switch function {
        case .elu(let alpha, let gamma):
            for index in 0..<count {
                let value = x[index]
                y[index] = gamma * (value > 0 ? value : alpha * (Element.exponential(value) - 1))
            }
        case .hardSigmoid(let alpha, let beta):
            for index in 0..<count { y[index] = Self.clip(alpha * x[index] + beta, 0, 1) }
        case .hardSwish:
            for index in 0..<count { y[index] = x[index] * Self.clip(x[index] / 6 + 0.5, 0, 1) }
        case .clip(let low, let high):
            for index in 0..<count { y[index] = Self.clip(x[index], low, high) }
        }
    }

    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        guard let dx = operands.dx, let dy = operands.dy else { return }
        let (x, count) = (operands.x, operands.count)
        switch function {
        case .elu(let alpha, let gamma):
            for index in 0..<count {
                dx[index] = dy[index] * gamma * (x[index] > 0 ? 1 : alpha * Element.exponential(x[index]))
            }
        case .hardSigmoid(let alpha, let beta):
            for index in 0..<count {
                let line = alpha * x[index] + beta
                dx[index] = line > 0 && line < 1 ? alpha * dy[index] : 0
            }
        case .hardSwish:
            for index in 0..<count {
                let value = x[index]
                dx[index] = dy[index] * (value <= -3 ? 0 : value >= 3 ? 1 : value / 3 + 0.5)
            }
        case .clip(let low, let high):
            for index in 0..<count { dx[index] = x[index] > low && x[index] < high ? dy[index] : 0 }
        }
    }

    /// Comparisons this way round let NaN through.
    @inline(__always)
    private static func clip(_ value: Element, _ low: Element, _ high: Element) -> Element {
        value < low ? low : value > high ? high : value
    }
}

/// PReLU: `x` where positive, else `slope · x` with a slope for each channel, or one for all (`area` is everything).
struct SlopeKernel<Element: Scalar> {
    var slopes: UnsafeMutablePointer<Element>
    var slopeCount: Int

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        let area = operands.count / slopeCount
        for channel in 0..<slopeCount {
            let slope = slopes[channel]
            let (x, y) = (operands.x + channel &* area, operands.y + channel &* area)
            for index in 0..<area { y[index] = x[index] > 0 ? x[index] : slope * x[index] }
        }
    }

    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        guard let allDy = operands.dy else { return }
        let area = operands.count / slopeCount
        for channel in 0..<slopeCount {
            let slope = slopes[channel]
            let (x, dy) = (operands.x + channel &* area, allDy + channel &* area)
            if let dx = operands.dx.map({ $0 + channel &* area }) {
                for index in 0..<area { dx[index] = x[index] > 0 ? dy[index] : slope * dy[index] }
            }
            guard let sums = operands.sums else { continue }
            var sum: Element = 0
            for index in 0..<area { sum += x[index] > 0 ? 0 : x[index] * dy[index] }
            sums[channel] += sum
        }
    }
}
