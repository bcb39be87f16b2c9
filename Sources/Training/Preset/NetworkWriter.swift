import Networks
import Tensors

extension Network {
    /// Its layers in the language of presets, one a line: what `network:` in a preset would say.
    public var presetLines: [String] {
        var previous = Self.inputName
        return nodes.map { node in
            let written = PresetLayerText(node.layer)
            var arguments = written.arguments
            arguments.append("name: \(quoted(node.name))")
            if node.inputs != [previous] {
                arguments.append("inputs: [\(node.inputs.map(quoted).joined(separator: ", "))]")
            }
            previous = node.name
            return "- \(written.key): {\(arguments.joined(separator: ", "))}"
        }
    }
}

/// A scalar in double quotes, as YAML and JSON both read it.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\\(scalar)"
        case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// A layer as presets spell it.
struct PresetLayerText {
    private(set) var key = ""
    private(set) var arguments: [String] = []

    init(_ layer: any Layer) { describe(layer) }

    private mutating func describe(_ layer: any Layer) {
        switch layer {
        case let layer as Convolution:
            key = "convolution"
            arguments =
                ["filters: \(layer.filters)", "kernel: [\(layer.rows.kernel), \(layer.columns.kernel)]"]
                + Self.sliding(layer.rows, layer.columns)
            if layer.groups > 1 { arguments.append("groups: \(layer.groups)") }
            addParameters(layer.hasBias, layer.initializer, layer.weightFactors, layer.biasFactors)
        case let layer as FullyConnected:
            key = "fullyConnected"
            arguments = ["outputs: \(layer.outputs)"]
            addParameters(layer.hasBias, layer.initializer, layer.weightFactors, layer.biasFactors)
        case let layer as BatchNormalization:
            key = "batchNormalization"
            arguments = ["epsilon: \(layer.epsilon)", "momentum: \(layer.momentum)"]
            addFactors("scale", layer.scaleFactors, LearnFactors())
            addFactors("offset", layer.offsetFactors, LearnFactors())
        case let layer as CrossChannelNormalization:
            key = "crossChannelNormalization"
            arguments = [
                "size: \(layer.size)", "alpha: \(layer.alpha)", "beta: \(layer.beta)", "k: \(layer.k)",
            ]
        case let layer as MaxPooling:
            key = "maxPooling"
            arguments = Self.pooling(layer.rows, layer.columns)
        case let layer as AveragePooling:
            key = "averagePooling"
            arguments =
                Self.pooling(layer.rows, layer.columns) + ["countsPadding: \(layer.countsPadding)"]
        case let layer as Subsampling:
            key = "subsampling"
            arguments = ["stride: [\(layer.rows.stride), \(layer.columns.stride)]"]
        default:
            describe(plain: layer)
        }
    }

    /// What has few figures or none.
    private mutating func describe(plain layer: any Layer) {
        switch layer {
        case is ReLU: key = "relu"
        case let layer as LeakyReLU:
            key = "leakyRelu"
            arguments = ["slope: \(layer.slope)"]
        case is Sigmoid: key = "sigmoid"
        case is Tanh: key = "tanh"
        case is Step: key = "step"
        case is Softmax: key = "softmax"
        case is GlobalAveragePooling: key = "globalAveragePooling"
        case let layer as Dropout:
            key = "dropout"
            arguments = ["probability: \(layer.probability)"]
        case is Flatten: key = "flatten"
        case is Addition: key = "addition"
        case is DepthConcatenation: key = "depthConcatenation"
        default: describe(imported: layer)
        }
    }

    private mutating func describe(imported layer: any Layer) {
        switch layer {
        case let layer as ELU:
            key = "elu"
            arguments = ["alpha: \(layer.alpha)"]
        case let layer as SELU:
            key = "selu"
            arguments = ["alpha: \(layer.alpha)", "gamma: \(layer.gamma)"]
        case let layer as HardSigmoid:
            key = "hardSigmoid"
            arguments = ["alpha: \(layer.alpha)", "beta: \(layer.beta)"]
        case is HardSwish: key = "hardSwish"
        case let layer as Clip:
            key = "clip"
            if layer.low.isFinite { arguments.append("low: \(layer.low)") }
            if layer.high.isFinite { arguments.append("high: \(layer.high)") }
        case let layer as PReLU:
            key = "prelu"
            arguments = ["shared: \(layer.isShared)"]
            addFactors("slope", layer.slopeFactors, .bias)
        case is LogSoftmax: key = "logSoftmax"
        case is GlobalMaxPooling: key = "globalMaxPooling"
        case let layer as Arithmetic:
            key = layer.operation == .addition ? "broadcastAddition" : layer.operation.rawValue
        case let layer as Affine:
            key = "affine"
            arguments = [
                "over: [\(Self.names(layer.axes))]", "scale: \(layer.hasScale)", "offset: \(layer.hasOffset)",
            ]
            addFactors("scale", layer.scaleFactors, LearnFactors())
            addFactors("offset", layer.offsetFactors, .bias)
        case let layer as InstanceNormalization:
            key = "instanceNormalization"
            arguments = ["epsilon: \(layer.epsilon)"]
            addFactors("scale", layer.scaleFactors, LearnFactors())
            addFactors("offset", layer.offsetFactors, LearnFactors())
        default: describe(rearranging: layer)
        }
    }

    private mutating func describe(rearranging layer: any Layer) {
        switch layer {
        case let layer as Reshape:
            key = "reshape"
            arguments = ["to: \(Self.list(layer.shape))"]
        case let layer as Transposition:
            key = "transposition"
            arguments = ["sizes: \(layer.sizes)", "order: \(layer.order)", "to: \(Self.list(layer.shape))"]
        case let layer as Slicing:
            key = "slicing"
            arguments = [("channels", layer.channels), ("rows", layer.rows), ("columns", layer.columns)].map {
                "\($0): [\($1.start), \($1.count), \($1.step)]"
            }
        case let layer as ChannelSelection:
            key = "channelSelection"
            arguments = ["channels: \(layer.indices)"]
        case let layer as Border:
            key = "padding"
            arguments = [("channels", layer.channels), ("rows", layer.rows), ("columns", layer.columns)].map {
                "\($0): [\($1.before), \($1.after)]"
            }
            arguments.append("filling: \(Self.filling(layer.filling))")
        default: preconditionFailure("presets have no name for the layer \(layer.kind)")
        }
    }

    // MARK: Arguments

    private mutating func addParameters(
        _ hasBias: Bool, _ initializer: Initializer, _ weights: LearnFactors, _ bias: LearnFactors
    ) {
        if !hasBias { arguments.append("bias: false") }
        if initializer != .glorot { arguments.append("initializer: \(initializer.rawValue)") }
        addFactors("weight", weights, LearnFactors())
        addFactors("bias", bias, .bias)
    }

    private mutating func addFactors(_ name: String, _ factors: LearnFactors, _ standard: LearnFactors) {
        if factors.rate != standard.rate { arguments.append("\(name)LearnRateFactor: \(factors.rate)") }
        if factors.l2 != standard.l2 { arguments.append("\(name)L2Factor: \(factors.l2)") }
    }

    private static func sliding(_ rows: Window, _ columns: Window) -> [String] {
        ["stride: [\(rows.stride), \(columns.stride)]"]
            + (rows.dilation == 1 && columns.dilation == 1
                ? [] : ["dilation: [\(rows.dilation), \(columns.dilation)]"]) + padding(rows, columns)
    }

    private static func padding(_ rows: Window, _ columns: Window) -> [String] {
        guard case .explicit(let top, let bottom) = rows.padding,
            case .explicit(let left, let right) = columns.padding
        else { return ["padding: same"] }
        if [top, bottom, left, right].allSatisfy({ $0 == 0 }) { return [] }
        return ["padding: {top: \(top), left: \(left), bottom: \(bottom), right: \(right)}"]
    }

    private static func pooling(_ rows: Window, _ columns: Window) -> [String] {
        ["size: [\(rows.kernel), \(columns.kernel)]"] + sliding(rows, columns)
            + (rows.roundsUp ? ["roundsUp: true"] : [])
    }

    private static func names(_ axes: Affine.Axes) -> String {
        [(Affine.Axes.channels, "channels"), (.rows, "rows"), (.columns, "columns")]
            .filter { axes.contains($0.0) }.map(\.1).joined(separator: ", ")
    }

    private static func list(_ shape: Shape) -> String {
        "[\(shape.channels), \(shape.height), \(shape.width)]"
    }

    private static func filling(_ filling: Border.Filling) -> String {
        switch filling {
        case .constant(let value): "\(value)"
        case .reflect: "reflect"
        case .edge: "edge"
        case .wrap: "wrap"
        }
    }
}
