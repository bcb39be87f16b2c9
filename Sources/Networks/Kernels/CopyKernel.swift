import Tensors

/// Copies samples, or adds them to what is there: what joins and forks of the graph are made of.
///
/// A sample is one run of numbers, or many of the same length where the channels of a pixel lie side by side and only
/// some of them are meant.
struct CopyKernel<Element: Scalar> {
    var source, target: SampleArray<Element>
    var accumulates: Bool
    var runs = 1
    /// From one run to the next.
    var sourceRun = 0
    var targetRun = 0

    @inline(__always)
    func run(_ scope: Scope<Element>) {
        for sample in scope.samples {
            var (from, to) = (source[sample, scope], target[sample, scope])
            for _ in 0..<runs {
                if accumulates {
                    to.add(from, count: runLength)
                } else {
                    to.update(from: from, count: runLength)
                }
                from += sourceRun
                to += targetRun
            }
        }
    }

    @inline(__always)
    private var runLength: Int { min(source.count, target.count) / runs }
}
