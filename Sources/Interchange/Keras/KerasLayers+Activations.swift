import Networks
import Tensors

extension KerasBuilder {
    /// The function that a layer applies to what it has computed, under a name of its own.
    mutating func activated(_ flow: Flow, _ step: KerasStep) throws(WeightFileError) -> Flow {
        let name = try function(step)
        return name == "linear" ? flow : try apply(name, to: flow, named: "\(step.name)/\(name)", step)
    }

    /// The layers that are an activation and nothing else.
    mutating func activation(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let options = step.options
        let layer: any Layer
        switch step.className {
        case "Activation":
            let name = try function(step)
            return name == "linear" ? input : try apply(name, to: input, named: step.name, step)
        case "ReLU": layer = try rectifier(step)
        case "LeakyReLU":
            layer = LeakyReLU(slope: try options.number("negative_slope", try options.number("alpha", 0.3)))
        case "ELU": layer = ELU(alpha: try options.number("alpha", 1))
        case "PReLU": return try learnedSlope(step, input)
        default:
            guard options.isChannelAxis("axis", rank: input.rank, isChannelsFirst: isChannelsFirst) else {
                throw step.options.damaged("axis")
            }
            layer = Softmax()
        }
        return try emit(layer, named: step.name, after: [input])
    }

    private func function(_ step: KerasStep) throws(WeightFileError) -> String {
        guard let value = step.options.json["activation"] else { return "linear" }
        // Keras 3 may write `{"class_name": "function", "config": "relu"}` or the like.
        guard let name = value.text ?? value["config"]?.text ?? value["class_name"]?.text else {
            throw step.options.damaged("activation")
        }
        return name
    }

    private mutating func apply(
        _ function: String, to flow: Flow, named name: String, _ step: KerasStep
    ) throws(WeightFileError) -> Flow {
        let layer: any Layer
        switch function {
        case "relu", "ReLU": layer = ReLU()
        case "relu6": layer = Clip(low: 0, high: 6)
        case "leaky_relu": layer = LeakyReLU(slope: 0.2)
        case "sigmoid": layer = Sigmoid()
        case "tanh": layer = Tanh()
        case "softmax":
            guard flow.order == nil else {
                throw error(
                    .unsupported("softmax of a flattened map", instead: "add a dense layer before it"))
            }
            layer = Softmax()
        case "log_softmax": layer = LogSoftmax()
        case "elu": layer = ELU()
        case "selu": layer = SELU()
        case "hard_sigmoid": layer = hardSigmoid
        case "hard_swish", "hard_silu": layer = HardSwish()
        case "swish", "silu":
            let gate = try emit(Sigmoid(), named: "\(name)/gate", after: [flow])
            return try emit(Arithmetic(.multiplication), named: name, after: [flow, gate])
        default:
            throw error(
                .unsupported(
                    "the activation \(inQuotes(function)) of layer \(inQuotes(step.name))",
                    instead: "use relu, elu, selu, sigmoid, tanh, swish or softmax"))
        }
        return try emit(layer, named: name, after: [flow])
    }

    /// Keras 2 takes a fifth of x, Keras 3 a sixth.
    private var hardSigmoid: HardSigmoid {
        isVersion3 ? HardSigmoid(alpha: 1 / 6, beta: 0.5) : HardSigmoid(alpha: 0.2, beta: 0.5)
    }

    private func rectifier(_ step: KerasStep) throws(WeightFileError) -> any Layer {
        let options = step.options
        let slope = try options.number("negative_slope", 0)
        let most = try options.number("max_value", .infinity)
        guard try options.number("threshold", 0) == 0, slope == 0 || most == .infinity else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)) with these figures", instead: "use ReLU, ReLU6 or LeakyReLU"
                ))
        }
        if most < .infinity { return Clip(low: 0, high: most) }
        return slope == 0 ? ReLU() : LeakyReLU(slope: slope)
    }

    /// Ours learns one slope for each channel, Keras's one for each number unless axes share it.
    private mutating func learnedSlope(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let shared = Set(step.options.json["shared_axes"]?.array?.compactMap(\.integer) ?? [])
        let spatial = Set(isChannelsFirst ? 2..<input.rank + 1 : 1..<input.rank)
        guard spatial.isSubset(of: shared) || input.shape.area == 1, input.order == nil, !isChannelsFirst
        else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)) with a slope for each position",
                    instead: "share the axes of rows and columns"))
        }
        let flow = try emit(PReLU(), named: step.name, after: [input])
        let ones = Array(repeating: 1, count: input.rank - 1)
        need(
            "\(step.name).slope", of: step, 0, ones + [input.shape.channels], .axes(Array(0..<input.rank)))
        return flow
    }

    mutating func rescaling(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let scale = Float(try step.options.number("scale", 1))
        let offset = Float(try step.options.number("offset", 0))
        return try scaled(input, by: scale, offset: offset, named: step.name)
    }

    /// `scale · x + offset` with figures that are known here.
    mutating func scaled(
        _ input: Flow, by scale: Float, offset: Float?, named name: String
    ) throws(WeightFileError) -> Flow {
        let flow = try emit(Affine(over: [], hasOffset: offset != nil), named: name, after: [input])
        constants["\(name).scale"] = [scale]
        if let offset { constants["\(name).offset"] = [offset] }
        return flow
    }
}
