import CVectorKernels
import Tensors

/// Fully connected layer: `Y[N×O] = X[N×I] · W[O×I]ᵀ + b`, for N samples, I inputs, O outputs.
///
/// A small one is computed with its piece of the batch. A large one (weights beyond the L2 cache) takes the whole
/// batch at once, split in fixed blocks of outputs or inputs, so that each weight is read once per batch. The weight
/// gradient `dW[O×I] = dY[N×O]ᵀ · X[N×I]` is always one product over the batch, split in fixed blocks.
struct FullyConnectedKernel<Element: Scalar> {
    var input, output: SampleArray<Element>
    var weights: UnsafeMutablePointer<Element>
    var bias: UnsafeMutablePointer<Element>?
    var outputGradient: SampleArray<Element>?
    var inputGradient: SampleArray<Element>?
    var weightGradient: UnsafeMutablePointer<Element>?
    var biasGradient: UnsafeMutablePointer<Element>?
    /// Only where the element is Float.
    var usesVectorKernels = false

    private var inputs: Int { input.count }
    private var outputs: Int { output.count }

    /// Above this many weights (1 MiB of Float) a layer takes the whole batch at once.
    private static var largestInPiece: Int { 1 << 17 }
    private static var outputsPerBlock: Int { 128 }
    private static var inputsPerBlock: Int { 256 }
    /// Up to here the weights' way from memory takes longer than the multiplications: no product of matrices pays.
    private static var fewSamples: Int { 8 }

    static func isLarge(inputs: Int, outputs: Int) -> Bool { inputs * outputs > largestInPiece }
    var forwardBlocks: Int { (outputs + Self.outputsPerBlock - 1) / Self.outputsPerBlock }
    var inputBlocks: Int { (inputs + Self.inputsPerBlock - 1) / Self.inputsPerBlock }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        multiply(scope, samples: scope.samples, outputs: 0..<outputs)
    }

    @inline(__always)
    func forwardBlock(_ scope: Scope<Element>) {
        let start = scope.index &* Self.outputsPerBlock
        multiply(
            scope, samples: 0..<scope.batch.count,
            outputs: start..<min(start &+ Self.outputsPerBlock, outputs))
    }

    @inline(__always)
    private func multiply(_ scope: Scope<Element>, samples: Range<Int>, outputs block: Range<Int>) {
        if usesVectorKernels, samples.count <= Self.fewSamples {
            dense_products(
                input[samples.lowerBound, scope].floats, input.stride, Int32(samples.count),
                weights.floats + block.lowerBound &* inputs, Int32(block.count), Int32(inputs),
                bias.map { $0.floats + block.lowerBound },
                output[samples.lowerBound, scope].floats + block.lowerBound, output.stride)
            return
        }
        if let bias {
            for sample in samples {
                (output[sample, scope] + block.lowerBound).update(
                    from: bias + block.lowerBound, count: block.count)
            }
        }
        Element.multiply(
            MatrixOperand(input[samples.lowerBound, scope], stride: input.stride),
            MatrixOperand(weights + block.lowerBound &* inputs, stride: inputs, transposed: true),
            into: output[samples.lowerBound, scope] + block.lowerBound, stride: output.stride,
            rows: samples.count, columns: block.count, inner: inputs, alpha: 1, beta: bias == nil ? 0 : 1)
    }

    /// `dX = dY · W`.
    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        dataGradient(scope, samples: scope.samples, inputs: 0..<inputs)
    }

    @inline(__always)
    func backwardBlock(_ scope: Scope<Element>) {
        let start = scope.index &* Self.inputsPerBlock
        dataGradient(
            scope, samples: 0..<scope.batch.count, inputs: start..<min(start &+ Self.inputsPerBlock, inputs))
    }

    @inline(__always)
    private func dataGradient(_ scope: Scope<Element>, samples: Range<Int>, inputs block: Range<Int>) {
        guard let outputGradient, let inputGradient else { return }
        Element.multiply(
            MatrixOperand(outputGradient[samples.lowerBound, scope], stride: outputGradient.stride),
            MatrixOperand(weights + block.lowerBound, stride: inputs),
            into: inputGradient[samples.lowerBound, scope] + block.lowerBound, stride: inputGradient.stride,
            rows: samples.count, columns: block.count, inner: outputs, alpha: 1, beta: 0)
    }

    /// Blocks of the weight gradient lie along the longer side.
    private var splitsOutputs: Bool { outputs >= 2 * Self.outputsPerBlock }
    var gradientBlocks: Int { splitsOutputs ? forwardBlocks : inputBlocks }

    @inline(__always)
    func gradientBlock(_ scope: Scope<Element>) {
        guard let outputGradient, let weightGradient else { return }
        var (rows, columns) = (0..<outputs, 0..<inputs)
        if splitsOutputs {
            let start = scope.index &* Self.outputsPerBlock
            rows = start..<min(start &+ Self.outputsPerBlock, outputs)
        } else {
            let start = scope.index &* Self.inputsPerBlock
            columns = start..<min(start &+ Self.inputsPerBlock, inputs)
        }
        Element.multiply(
            MatrixOperand(
                outputGradient[0] + rows.lowerBound, stride: outputGradient.stride, transposed: true),
            MatrixOperand(input[0] + columns.lowerBound, stride: input.stride),
            into: weightGradient + (rows.lowerBound &* inputs &+ columns.lowerBound), stride: inputs,
            rows: rows.count, columns: columns.count, inner: scope.batch.count, alpha: 1, beta: 0)
        if scope.index == 0 { sumBias(outputGradient, samples: scope.batch.count) }
    }

    @inline(__always)
    private func sumBias(_ gradient: SampleArray<Element>, samples: Int) {
        guard let biasGradient else { return }
        biasGradient.clear(count: outputs)
        for sample in 0..<samples { biasGradient.add(gradient[sample], count: outputs) }
    }
}
