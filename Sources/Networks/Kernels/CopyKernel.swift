import Tensors

/// Copies samples, or adds them to what is there: what joins and forks of the graph are made of.
struct CopyKernel<Element: Scalar> {
    var source, target: SampleArray<Element>
    var accumulates: Bool

    @inline(__always)
    func run(_ scope: Scope<Element>) {
        for sample in scope.samples {
            if accumulates {
                target[sample, scope].add(source[sample, scope], count: source.count)
            } else {
                target[sample, scope].update(from: source[sample, scope], count: source.count)
            }
        }
    }
}
