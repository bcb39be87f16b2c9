import Interchange
import Networks
import Tensors

extension Trial {
    /// Sets up a case, or says why it is out of scope.
    init(_ test: OperatorCase) throws(OutOfScope) {
        switch test.node.opType {
        case "Conv": self = try .convolution(test)
        case "MaxPool", "AveragePool": self = try .pooling(test)
        case "GlobalAveragePool": self = try .simple(GlobalAveragePooling(), test)
        case "BatchNormalization": self = try .batchNormalization(test)
        case "LRN": self = try .responseNormalization(test)
        case "Relu": self = try .simple(ReLU(), test)
        case "LeakyRelu": self = try .simple(LeakyReLU(slope: test.real("alpha", or: 0.01)), test)
        case "Sigmoid": self = try .simple(Sigmoid(), test)
        case "Tanh": self = try .simple(Tanh(), test)
        case "Softmax": self = try .softmax(test)
        case "Flatten": self = try .flatten(test)
        case "Dropout": self = try .dropout(test)
        case "Gemm", "MatMul": self = try .fullyConnected(test)
        case "Add", "Sum": self = try .addition(test)
        case "Concat": self = try .concatenation(test)
        case "SoftmaxCrossEntropyLoss", "Momentum", "Adam": throw OutOfScope("tested apart")
        default: throw OutOfScope("no layer for \(test.node.opType)")
        }
    }

    /// The first input, the first output and the shape of a sample.
    private static func maps(
        _ test: OperatorCase
    ) throws(OutOfScope) -> (input: Shape, samples: [Float], expected: [Float], dims: [Int]) {
        guard let input = test.input(0), let samples = input.floats, let expected = test.outputs.first?.floats
        else {
            throw OutOfScope("elements that are not floating-point")
        }
        // Without a batch axis it is one sample.
        let sample = input.shape.count > 1 ? Array(input.shape.dropFirst()) : input.shape
        return (try shape(of: sample), samples, expected, input.shape)
    }

    private static func shape(of dims: [Int]) throws(OutOfScope) -> Shape {
        switch dims.count {
        case 1: Shape(dims[0])
        case 2: Shape(dims[0], 1, dims[1])
        case 3: Shape(dims[0], dims[1], dims[2])
        default: throw OutOfScope("more than two spatial axes")
        }
    }

    private static func simple(_ layer: any Layer, _ test: OperatorCase) throws(OutOfScope) -> Trial {
        let maps = try maps(test)
        return Trial(layer, input: maps.input, samples: maps.samples, expected: maps.expected)
    }

    private static func convolution(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let maps = try maps(test)
        guard let weights = test.input(1), let values = weights.floats else {
            throw OutOfScope("weights are missing")
        }
        let bias = test.input(2)?.floats
        let window = try SlidingWindow(test, input: maps.input)
        let layer = Convolution(
            filters: weights.shape[0], kernel: window.kernel, stride: window.stride, padding: window.padding,
            dilation: window.dilation, groups: test.integer("group", or: 1), hasBias: bias != nil)
        var trial = Trial(layer, input: maps.input, samples: maps.samples, expected: maps.expected)
        trial.parameters["\(Trial.layer).weights"] = values
        trial.parameters["\(Trial.layer).bias"] = bias
        return trial
    }

    private static func pooling(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let maps = try maps(test)
        let window = try SlidingWindow(test, input: maps.input)
        let roundsUp = test.integer("ceil_mode", or: 0) == 1
        guard test.node.opType == "AveragePool" else {
            return try simple(
                MaxPooling(
                    size: window.kernel, stride: window.stride, padding: window.padding,
                    dilation: window.dilation,
                    roundsUp: roundsUp), test)
        }
        return try simple(
            AveragePooling(
                size: window.kernel, stride: window.stride, padding: window.padding,
                dilation: window.dilation,
                countsPadding: test.integer("count_include_pad", or: 0) == 1, roundsUp: roundsUp), test)
    }

    private static func batchNormalization(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        var trial = try simple(
            BatchNormalization(
                epsilon: test.real("epsilon", or: 1e-5), momentum: 1 - test.real("momentum", or: 0.9)), test)
        for (position, name) in [(1, "scale"), (2, "offset"), (3, "mean"), (4, "variance")] {
            trial.parameters["\(Trial.layer).\(name)"] = test.input(position)?.floats
        }
        guard test.integer("training_mode", or: 0) == 1 else { return trial }
        trial.isTraining = true
        guard test.outputs.count == 3, let mean = test.outputs[1].floats,
            let variance = test.outputs[2].floats,
            let before = test.input(4)?.floats
        else { throw OutOfScope("training without running statistics") }
        // ONNX moves the running variance towards the batch's own (÷ n), this program and PyTorch towards the
        // unbiased one (÷ n − 1).
        let n = Float(trial.samples.count / trial.network.input.channels)
        let share = Float(1 - test.real("momentum", or: 0.9))
        trial.expectedState["\(Trial.layer).mean"] = mean
        trial.expectedState["\(Trial.layer).variance"] = zip(variance, before).map {
            $0 + ($0 - (1 - share) * $1) / (n - 1)
        }
        return trial
    }

    private static func responseNormalization(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        try simple(
            CrossChannelNormalization(
                size: test.integer("size", or: 1), alpha: test.real("alpha", or: 1e-4),
                beta: test.real("beta", or: 0.75), k: test.real("bias", or: 1)), test)
    }

    /// Any axis will do: what lies before it are samples, what lies behind it positions.
    private static func softmax(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let maps = try maps(test)
        let axis = test.axis(rank: maps.dims.count, or: -1)
        let positions = maps.dims[(axis + 1)...].reduce(1, *)
        return Trial(
            Softmax(), input: Shape(maps.dims[axis], 1, positions), samples: maps.samples,
            expected: maps.expected)
    }

    private static func flatten(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        guard let input = test.input(0), let samples = input.floats, let expected = test.outputs[0].floats
        else {
            throw OutOfScope("elements that are not floating-point")
        }
        let axis = test.axis(rank: input.shape.count, or: 1)
        return Trial(
            Flatten(), input: try shape(of: Array(input.shape[axis...])), samples: samples, expected: expected
        )
    }

    private static func dropout(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let ratio = test.input(1)?.floats?.first.map { Double($0) } ?? test.real("ratio", or: 0.5)
        let isTraining = test.input(2)?.integers == [1]
        guard !isTraining || ratio == 0 else { throw OutOfScope("random numbers of another generator") }
        var trial = try simple(Dropout(probability: ratio), test)
        trial.isTraining = isTraining
        return trial
    }

    /// `alpha · A · B + beta · C`: the rows of A are samples, the columns of B are units.
    private static func fullyConnected(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        guard let a = test.input(0), let b = test.input(1), let left = a.floats, let right = b.floats else {
            throw OutOfScope("elements that are not floating-point")
        }
        guard a.shape.count == 2, b.shape.count == 2 else { throw OutOfScope("a product for each sample") }
        let transposesA = test.integer("transA", or: 0) == 1
        let transposesB = test.integer("transB", or: 0) == 1
        let (inputs, outputs) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
        let bias = try test.input(2).map { (c) throws(OutOfScope) in try unitBias(c, outputs: outputs) }
        var trial = Trial(
            FullyConnected(outputs: outputs, hasBias: bias != nil), input: Shape(inputs),
            samples: transposesA ? transposed(left, a.shape) : left, expected: test.outputs[0].floats ?? [])
        let alpha = Float(test.real("alpha", or: 1))
        let beta = Float(test.real("beta", or: 1))
        trial.parameters["\(Trial.layer).weights"] = (transposesB ? right : transposed(right, b.shape)).map {
            alpha * $0
        }
        trial.parameters["\(Trial.layer).bias"] = bias?.map { beta * $0 }
        return trial
    }

    private static func unitBias(_ bias: ONNXTensor, outputs: Int) throws(OutOfScope) -> [Float] {
        let values = bias.floats ?? []
        if values.count == 1 { return Array(repeating: values[0], count: outputs) }
        guard values.count == outputs else { throw OutOfScope("a bias for each sample") }
        return values
    }

    private static func transposed(_ values: [Float], _ shape: [Int]) -> [Float] {
        (0..<values.count).map { values[$0 % shape[0] * shape[1] + $0 / shape[0]] }
    }
}

extension OperatorCase {
    /// The attribute `axis`, counted from the front.
    func axis(rank: Int, or other: Int) -> Int {
        let axis = integer("axis", or: other)
        return axis < 0 ? axis + rank : axis
    }
}
