import CVectorKernels
import Tensors

/// Turns maps from planes to pixels with their channels side by side, or back; the gradient goes the other way round.
struct TransposeKernel<Element: Scalar> {
    var source, target: SampleArray<Element>
    /// Of the source: `[rows, columns]` becomes `[columns, rows]`.
    var rows, columns: Int
    var accumulates = false

    @inline(__always)
    func run(_ scope: Scope<Element>) {
        for sample in scope.samples {
            channels_transpose(
                source[sample, scope].floats, Int32(rows), Int32(columns), target[sample, scope].floats,
                accumulates ? 1 : 0)
        }
    }
}
