import Tensors

/// Any kernel of a layer that nothing is fused with: one or two inputs, up to two parameters, one output.
///
/// Gradients of parameters are first summed for each piece of the batch and then over the pieces in their order, so
/// they do not depend on which worker took which piece.
struct StandaloneKernel<Element: Scalar> {
    enum Function {
        case activation(ActivationKernel<Element>)
        case logSoftmax(channels: Int)
        case slope(SlopeKernel<Element>)
        case rearrangement(RearrangementKernel<Element>)
        case arithmetic(ArithmeticKernel<Element>)
        case affine(AffineKernel<Element>)
        case instanceNormalization(InstanceNormalizationKernel<Element>)
        case globalMaximum(channels: Int)
    }

    /// What a function reads and writes: pointers to one sample each.
    struct Operands {
        var x: UnsafeMutablePointer<Element>
        /// The second input; the first again where there is none.
        var other: UnsafeMutablePointer<Element>
        var y: UnsafeMutablePointer<Element>
        var dy: UnsafeMutablePointer<Element>?
        /// Gradients of the inputs; nil where not wanted.
        var dx, dOther: UnsafeMutablePointer<Element>?
        /// Sums over the samples of this piece so far, of both parameters one behind the other.
        var sums: UnsafeMutablePointer<Element>?
        var count: Int
        var inputCount: Int
    }

    var function: Function
    var input, output: SampleArray<Element>
    var other: SampleArray<Element>?
    var outputGradient, inputGradient, otherGradient: SampleArray<Element>?
    /// `[pieces, parameterCount]`.
    var partials: UnsafeMutablePointer<Element>?
    var parameterCount = 0
    /// Where the parameters' gradients begin, and how many of the numbers belong to the first.
    var firstGradient, secondGradient: UnsafeMutablePointer<Element>?
    var firstCount = 0

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples { compute(operands(sample, scope)) }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        let sums = partials.map { $0 + scope.index &* parameterCount }
        sums?.clear(count: parameterCount)
        for sample in scope.samples {
            var operands = operands(sample, scope)
            operands.dy = outputGradient?[sample, scope]
            operands.dx = inputGradient?[sample, scope]
            operands.dOther = otherGradient?[sample, scope]
            operands.sums = sums
            if operands.dy != nil { differentiate(operands) }
        }
    }

    /// Adds the pieces' sums, in their order.
    @inline(__always)
    func combine(_ scope: Scope<Element>) {
        guard let partials else { return }
        for index in 0..<parameterCount {
            var sum: Element = 0
            for piece in 0..<scope.batch.activePieces { sum += partials[piece &* parameterCount &+ index] }
            if index < firstCount {
                firstGradient?[index] = sum
            } else {
                secondGradient?[index &- firstCount] = sum
            }
        }
    }

    @inline(__always)
    private func operands(_ sample: Int, _ scope: Scope<Element>) -> Operands {
        let x = input[sample, scope]
        return Operands(
            x: x, other: other?[sample, scope] ?? x, y: output[sample, scope], count: output.count,
            inputCount: input.count)
    }

    @inline(__always)
    private func compute(_ operands: Operands) {
        switch function {
        case .activation(let kernel): kernel.forward(operands)
        case .logSoftmax(let channels): logSoftmax(operands, channels: channels)
        case .slope(let kernel): kernel.forward(operands)
        case .rearrangement(let kernel): kernel.forward(operands)
        case .arithmetic(let kernel): kernel.forward(operands)
        case .affine(let kernel): kernel.forward(operands)
        case .instanceNormalization(let kernel): kernel.forward(operands)
        case .globalMaximum(let channels):
            let area = input.count / channels
            for channel in 0..<channels {
                operands.y[channel] = operands.x[Self.largest(operands.x, channel &* area, area)]
            }
        }
    }

    @inline(__always)
    private func differentiate(_ operands: Operands) {
        switch function {
        case .activation(let kernel): kernel.backward(operands)
        case .logSoftmax(let channels): logSoftmaxGradient(operands, channels: channels)
        case .slope(let kernel): kernel.backward(operands)
        case .rearrangement(let kernel): kernel.backward(operands)
        case .arithmetic(let kernel): kernel.backward(operands)
        case .affine(let kernel): kernel.backward(operands)
        case .instanceNormalization(let kernel): kernel.backward(operands)
        case .globalMaximum(let channels):
            guard let dx = operands.dx, let dy = operands.dy else { return }
            let area = input.count / channels
            dx.clear(count: input.count)
            for channel in 0..<channels {
                dx[Self.largest(operands.x, channel &* area, area)] = dy[channel]
            }
        }
    }

    /// The place of the largest of `count` numbers from `start` on; the first of equals.
    @inline(__always)
    private static func largest(_ x: UnsafeMutablePointer<Element>, _ start: Int, _ count: Int) -> Int {
        var best = start
        for index in start..<start &+ count where x[index] > x[best] { best = index }
        return best
    }

    @inline(__always)
    private func logSoftmax(_ operands: Operands, channels: Int) {
        let positions = operands.count / channels
        for position in 0..<positions {
            let (x, y) = (operands.x + position, operands.y + position)
            var largest = x[0]
            for channel in 1..<max(channels, 1) where x[channel &* positions] > largest {
                largest = x[channel &* positions]
            }
            var sum: Element = 0
            for channel in 0..<channels { sum += Element.exponential(x[channel &* positions] - largest) }
            let logarithm = Element.logarithm(sum)
            for channel in 0..<channels {
                // In this order nothing is lost where the numbers are large.
                y[channel &* positions] = x[channel &* positions] - largest - logarithm
            }
        }
    }

    /// `dx_c = dy_c − exp(y_c) · Σ dy`.
    @inline(__always)
    private func logSoftmaxGradient(_ operands: Operands, channels: Int) {
        guard let dx = operands.dx, let dy = operands.dy else { return }
        let positions = operands.count / channels
        for position in 0..<positions {
            var sum: Element = 0
            for channel in 0..<channels { sum += dy[channel &* positions &+ position] }
            for channel in 0..<channels {
                let index = channel &* positions &+ position
                dx[index] = dy[index] - Element.exponential(operands.y[index]) * sum
            }
        }
    }
}
