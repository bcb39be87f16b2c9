import Networks
import Tensors

// Layers that slide a window.
extension KerasBuilder {
    mutating func convolution(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        guard input.rank > 1 else {
            throw error(.damaged("layer \(inQuotes(step.name)) takes a vector where it needs maps"))
        }
        let output =
            if step.className.hasPrefix("Depthwise") {
                try depthwise(step, input, named: step.name, bias: 1)
            } else if step.className.hasPrefix("Separable") {
                try separable(step, input)
            } else {
                try plain(step, input)
            }
        return try activated(output, step)
    }

    private mutating func plain(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let options = step.options
        let isSignal = input.rank == 2
        let kernel = try options.extent("kernel_size", isSignal: isSignal)
        let dilation = try options.extent("dilation_rate", isSignal: isSignal, 1)
        let groups = try options.integer("groups", 1)
        guard groups > 0 else { throw options.damaged("groups") }
        let layer = Convolution(
            filters: try options.integer("filters"), kernel: kernel,
            stride: try options.extent("strides", isSignal: isSignal, 1),
            padding: try padding(step, input, kernel, dilation), dilation: dilation, groups: groups,
            hasBias: options.flag("use_bias", true))
        let output = try emit(layer, named: step.name, after: [input])
        need(
            "\(step.name).weights", of: step, 0,
            sizes(kernel, isSignal) + [input.shape.channels / groups, layer.filters],
            Self.kernelAxes(isSignal))
        if layer.hasBias { need("\(step.name).bias", of: step, 1, [layer.filters], .vector(order: nil)) }
        return output
    }

    /// `[rows, columns, inputs, outputs]` or `[steps, inputs, outputs]` → `[outputs, inputs, …]`.
    private static func kernelAxes(_ isSignal: Bool) -> Arrangement {
        .axes(isSignal ? [2, 1, 0] : [3, 2, 0, 1])
    }

    private func sizes(_ kernel: Extent, _ isSignal: Bool) -> [Int] {
        isSignal ? [kernel.columns] : [kernel.rows, kernel.columns]
    }

    /// Each channel has `depth_multiplier` filters of its own; output `c · multiplier + m` is filter `m` of channel `c`.
    private mutating func depthwise(
        _ step: KerasStep, _ input: Flow, named name: String, bias: Int?
    ) throws(WeightFileError) -> Flow {
        let options = step.options
        let isSignal = input.rank == 2
        let kernel = try options.extent("kernel_size", isSignal: isSignal)
        let dilation = try options.extent("dilation_rate", isSignal: isSignal, 1)
        let multiplier = try options.integer("depth_multiplier", 1)
        guard multiplier > 0 else { throw options.damaged("depth_multiplier") }
        let (channels, filters) = (input.shape.channels, input.shape.channels * multiplier)
        let hasBias = bias != nil && options.flag("use_bias", true)
        let output = try emit(
            Convolution(
                filters: filters, kernel: kernel,
                stride: try options.extent("strides", isSignal: isSignal, 1),
                padding: try padding(step, input, kernel, dilation), dilation: dilation, groups: channels,
                hasBias: hasBias), named: name, after: [input])
        need(
            "\(name).weights", of: step, 0, sizes(kernel, isSignal) + [channels, multiplier],
            .axes(isSignal ? [1, 2, 0] : [2, 3, 0, 1]))
        if let bias, hasBias { need("\(name).bias", of: step, bias, [filters], .vector(order: nil)) }
        return output
    }

    /// A depthwise convolution, then one of 1×1 over all its channels.
    private mutating func separable(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let isSignal = input.rank == 2
        let maps = try depthwise(step, input, named: "\(step.name)/depthwise", bias: nil)
        let layer = Convolution(
            filters: try step.options.integer("filters"), kernel: 1,
            hasBias: step.options.flag("use_bias", true))
        let output = try emit(layer, named: step.name, after: [maps])
        need(
            "\(step.name).weights", of: step, 1, sizes(1, isSignal) + [maps.shape.channels, layer.filters],
            Self.kernelAxes(isSignal))
        if layer.hasBias { need("\(step.name).bias", of: step, 2, [layer.filters], .vector(order: nil)) }
        return output
    }

    /// What a convolution adds around its input, with the zeros of a padding layer before it.
    ///
    /// TensorFlow's `same` puts the odd one at the bottom and right, as ours does.
    private mutating func padding(
        _ step: KerasStep, _ input: Flow, _ kernel: Extent, _ dilation: Extent
    ) throws(WeightFileError) -> Padding {
        let borders = input.borders ?? [0, 0, 0, 0]
        switch step.options.text("padding") ?? "valid" {
        case "valid":
            return .explicit(top: borders[0], left: borders[2], bottom: borders[1], right: borders[3])
        case "same" where input.borders == nil: return .same
        case "same":
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)) with same padding after a padding layer",
                    instead: "use valid padding there"))
        case "causal" where input.rank == 2:
            guard kernel.columns >= 1, kernel.columns <= 1 << 16, dilation.columns <= 1 << 16 else {
                throw step.options.damaged("kernel_size")
            }
            let before = (kernel.columns - 1) * dilation.columns
            return .explicit(top: 0, left: borders[2] + before, bottom: 0, right: borders[3])
        default: throw step.options.damaged("padding")
        }
    }

    mutating func pooling(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let options = step.options
        let isSignal = input.rank == 2
        guard input.rank > 1 else {
            throw error(.damaged("layer \(inQuotes(step.name)) takes a vector where it needs maps"))
        }
        let size = try options.extent("pool_size", isSignal: isSignal)
        let stride = try options.extent("strides", isSignal: isSignal, size)
        let words = ["valid": Padding.none, "same": .same]
        guard let padding = words[options.text("padding") ?? "valid"] else {
            throw options.damaged("padding")
        }
        let layer: any Layer =
            step.className.hasPrefix("Max")
            ? MaxPooling(size: size, stride: stride, padding: padding)
            : AveragePooling(size: size, stride: stride, padding: padding, countsPadding: false)
        return try emit(layer, named: step.name, after: [input])
    }

    mutating func globalPooling(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let layer: any Layer =
            step.className.hasPrefix("GlobalMax") ? GlobalMaxPooling() : GlobalAveragePooling()
        var flow = try emit(layer, named: step.name, after: [input])
        flow.order = nil
        if !step.options.flag("keepdims", false) { flow.rank = 1 }
        return flow
    }
}
