import Networks
import Tensors
import Yams

/// Layers that networks of other programs need, beside the common ones.
extension LayerKind {
    static let imported: [LayerKind] = activations + arithmetic + rearrangements

    private static let activations: [LayerKind] = [
        LayerKind("elu", "elu", keys: ["alpha"], shorthand: "alpha") { (fields) throws(PresetError) in
            ELU(alpha: try fields.figure("alpha", like: 1) ?? 1)
        },
        LayerKind("selu", "selu", keys: ["alpha", "gamma"]) { (fields) throws(PresetError) in
            SELU(
                alpha: try fields.figure("alpha", like: 1.6732632423543772) ?? 1.6732632423543772,
                gamma: try fields.figure("gamma", like: 1.0507009873554805) ?? 1.0507009873554805)
        },
        LayerKind("hardSigmoid", "hardsigmoid", keys: ["alpha", "beta"]) { (fields) throws(PresetError) in
            HardSigmoid(
                alpha: try fields.figure("alpha", like: 0.2) ?? 0.2,
                beta: try fields.figure("beta", like: 0.5) ?? 0.5)
        },
        LayerKind("hardSwish", "hardswish") { (_) throws(PresetError) in HardSwish() },
        LayerKind("clip", "clip", keys: ["low", "high"]) { (fields) throws(PresetError) in
            Clip(
                low: try fields.figure("low", like: 0) ?? -.infinity,
                high: try fields.figure("high", like: 6) ?? .infinity)
        },
        LayerKind(
            "prelu", "prelu", keys: ["shared", "slopeLearnRateFactor", "slopeL2Factor"], shorthand: "shared"
        ) { (fields) throws(PresetError) in
            var layer = PReLU(isShared: try fields["shared"]?.toggle() ?? false)
            layer.slopeFactors = try fields.factors("slope", .bias)
            return layer
        },
        LayerKind("logSoftmax", "logsoftmax") { (_) throws(PresetError) in LogSoftmax() },
        LayerKind("globalMaxPooling", "gmp") { (_) throws(PresetError) in GlobalMaxPooling() },
    ]

    private static let figureKeys = [
        "scaleLearnRateFactor", "scaleL2Factor", "offsetLearnRateFactor", "offsetL2Factor",
    ]

    private static let arithmetic: [LayerKind] =
        [
            ("multiplication", "mul", Arithmetic.Operation.multiplication),
            ("subtraction", "sub", .subtraction), ("division", "div", .division),
            ("broadcastAddition", "badd", .addition),
        ].map { key, stem, operation in
            LayerKind(key, stem) { (_) throws(PresetError) in Arithmetic(operation) }
        } + [
            LayerKind(
                "affine", "affine", keys: ["over", "scale", "offset"] + figureKeys, shorthand: "over"
            ) { (fields) throws(PresetError) in
                var layer = Affine(
                    over: try fields.axes() ?? .channels, hasScale: try fields["scale"]?.toggle() ?? true,
                    hasOffset: try fields["offset"]?.toggle() ?? true)
                layer.scaleFactors = try fields.factors("scale", LearnFactors())
                layer.offsetFactors = try fields.factors("offset", .bias)
                return layer
            },
            LayerKind(
                "instanceNormalization", "in", keys: ["epsilon"] + figureKeys, shorthand: "epsilon"
            ) { (fields) throws(PresetError) in
                var layer = InstanceNormalization(
                    epsilon: try fields.real("epsilon", 0...1, like: 1e-5) ?? 1e-5)
                layer.scaleFactors = try fields.factors("scale", LearnFactors())
                layer.offsetFactors = try fields.factors("offset", LearnFactors())
                return layer
            },
        ]

    private static let rearrangements: [LayerKind] = [
        LayerKind("reshape", "reshape", keys: ["to"], shorthand: "to") { (fields) throws(PresetError) in
            Reshape(to: try fields.required("to", expected: "[channels, height, width]").shape())
        },
        LayerKind("transposition", "transpose", keys: ["sizes", "order", "to"]) {
            (fields) throws(PresetError) in
            Transposition(
                of: try fields.required("sizes", expected: "sizes, like [8, 4, 4]").integers(from: 1),
                order: try fields.required("order", expected: "an order of axes, like [2, 0, 1]").integers(
                    from: 0),
                to: try fields.required("to", expected: "[channels, height, width]").shape())
        },
        LayerKind("slicing", "slice", keys: ["channels", "rows", "columns"]) { (fields) throws(PresetError) in
            Slicing(
                channels: try fields.range("channels"), rows: try fields.range("rows"),
                columns: try fields.range("columns"))
        },
        LayerKind("channelSelection", "select", keys: ["channels"], shorthand: "channels") {
            (fields) throws(PresetError) in
            ChannelSelection(
                try fields.required("channels", expected: "numbers of channels, like [0, 2, 1]").integers(
                    from: 0))
        },
        LayerKind("padding", "pad", keys: ["channels", "rows", "columns", "filling"], shorthand: "filling") {
            (fields) throws(PresetError) in
            Border(
                channels: try fields.amount("channels"), rows: try fields.amount("rows"),
                columns: try fields.amount("columns"), filling: try fields.filling())
        },
    ]
}

extension PresetFields {
    fileprivate func figure(_ key: String, like example: Double) throws(PresetError) -> Double? {
        try real(key, -1e6...1e6, like: example)
    }

    fileprivate func axes() throws(PresetError) -> Affine.Axes? {
        guard let node = self["over"] else { return nil }
        var axes: Affine.Axes = []
        for item in try node.list(expected: "axes, like [channels]") {
            switch try item.choice(["channels", "rows", "columns"]) {
            case "channels": axes.insert(.channels)
            case "rows": axes.insert(.rows)
            default: axes.insert(.columns)
            }
        }
        return axes
    }

    /// `[start, count, step]`; the step may be left out.
    fileprivate func range(_ key: String) throws(PresetError) -> Slicing.Range {
        let node = try required(key, expected: "[start, count] or [start, count, step]")
        let numbers = try node.integers(from: Int(Int32.min))
        guard numbers.count == 2 || numbers.count == 3 else {
            throw node.error(
                .wrongKind(of: key, found: "a list of \(numbers.count)", expected: "[start, count, step]"))
        }
        return Slicing.Range(start: numbers[0], count: numbers[1], step: numbers.count > 2 ? numbers[2] : 1)
    }

    /// `2`, or `[before, after]`.
    fileprivate func amount(_ key: String) throws(PresetError) -> Border.Amount {
        guard let node = self[key] else { return Border.Amount(before: 0, after: 0) }
        guard node.node.sequence != nil else {
            let both = try node.integer(-65536...65536, like: 1)
            return Border.Amount(before: both, after: both)
        }
        let numbers = try node.integers(from: -65536)
        guard numbers.count == 2 else {
            throw node.error(
                .wrongKind(of: key, found: "a list of \(numbers.count)", expected: "[before, after]"))
        }
        return Border.Amount(before: numbers[0], after: numbers[1])
    }

    /// `reflect`, `edge`, `wrap`, or the number that is filled in.
    fileprivate func filling() throws(PresetError) -> Border.Filling {
        guard let node = self["filling"] else { return .constant(0) }
        let words = ["reflect", "edge", "wrap"]
        if let text = node.node.scalar?.string, !words.contains(text), let number = Double(text) {
            return .constant(number)
        }
        switch try node.choice(words) {
        case "reflect": return .reflect
        case "edge": return .edge
        default: return .wrap
        }
    }
}

extension PresetNode {
    /// A list of whole numbers.
    func integers(from least: Int) throws(PresetError) -> [Int] {
        var numbers: [Int] = []
        for item in try list(expected: "a list of whole numbers, like [3, 1]") {
            numbers.append(try item.integer(least...Int(Int32.max), like: 3))
        }
        return numbers
    }

    /// `[channels, height, width]`, or fewer for a signal or a vector.
    func shape() throws(PresetError) -> Shape {
        let sizes = try integers(from: 1)
        switch sizes.count {
        case 1: return Shape(sizes[0])
        case 2: return Shape(sizes[0], 1, sizes[1])
        case 3: return Shape(sizes[0], sizes[1], sizes[2])
        default:
            throw error(
                .wrongKind(
                    of: name, found: "a list of \(sizes.count)", expected: "[channels, height, width]"))
        }
    }
}
