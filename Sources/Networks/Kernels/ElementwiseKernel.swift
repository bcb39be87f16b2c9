import Tensors

/// A function of each number by itself, in place where input and output are one buffer.
///
/// Backward needs only the output: every derivative here is a function of `y`.
struct ElementwiseKernel<Element: Scalar> {
    enum Function {
        case relu
        case leakyReLU(slope: Element)
        case sigmoid
        case tanh
        case step
    }

    var function: Function
    var input, output: SampleArray<Element>
    var outputGradient, inputGradient: SampleArray<Element>?

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        for sample in scope.samples {
            let (x, y, count) = (input[sample, scope], output[sample, scope], output.count)
            switch function {
            case .relu: Self.map(x, y, count) { $0 > 0 ? $0 : 0 }
            case .leakyReLU(let slope): Self.map(x, y, count) { $0 > 0 ? $0 : slope * $0 }
            case .sigmoid: Self.map(x, y, count) { 1 / (1 + Element.exponential(-$0)) }
            case .tanh: Self.map(x, y, count) { Element.hyperbolicTangent($0) }
            case .step: Self.map(x, y, count) { $0 >= 0 ? 1 : 0 }
            }
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        for sample in scope.samples {
            let (y, dy, dx) = (
                output[sample, scope], outputGradient[sample, scope], inputGradient[sample, scope]
            )
            let count = output.count
            switch function {
            case .relu: Self.map2(y, dy, dx, count) { $0 > 0 ? $1 : 0 }
            case .leakyReLU(let slope): Self.map2(y, dy, dx, count) { $0 > 0 ? $1 : slope * $1 }
            case .sigmoid: Self.map2(y, dy, dx, count) { $1 * $0 * (1 - $0) }
            case .tanh: Self.map2(y, dy, dx, count) { $1 * (1 - $0 * $0) }
            case .step: dx.clear(count: count)
            }
        }
    }

    @inline(__always)
    private static func map(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ count: Int,
        _ function: (Element) -> Element
    ) {
        var index = 0
        while index < count {
            y[index] = function(x[index])
            index &+= 1
        }
    }

    @inline(__always)
    private static func map2(
        _ y: UnsafeMutablePointer<Element>, _ dy: UnsafeMutablePointer<Element>,
        _ dx: UnsafeMutablePointer<Element>, _ count: Int, _ function: (Element, Element) -> Element
    ) {
        var index = 0
        while index < count {
            dx[index] = function(y[index], dy[index])
            index &+= 1
        }
    }
}
