import Networks
import Tensors

// Layers to which the order of a vector's numbers matters, and those that join.
extension KerasBuilder {
    /// For a map `[C, H, W]` of ours, number by number, where Keras has it in `[H, W, C]`.
    private func order(of shape: Shape) -> [Int]? {
        guard shape.channels > 1, shape.area > 1 else { return nil }
        var order: [Int] = []
        order.reserveCapacity(shape.count)
        for channel in 0..<shape.channels {
            for position in 0..<shape.area { order.append(position * shape.channels + channel) }
        }
        return order
    }

    /// Flattening is left to what takes the numbers; only their order is noted, and the shape where a layer needs it.
    mutating func flattened(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        guard input.rank > 1 else { return input }
        // Channels first, Keras flattens as it has them, unless the layer is told and puts them last.
        let keepsOrder = isChannelsFirst && step.options.text("data_format") != "channels_first"
        var flow = try emit(Flatten(), named: step.name, after: [input])
        flow.rank = 1
        flow.order = keepsOrder ? nil : order(of: input.shape)
        return flow
    }

    /// Between vectors and maps, as far as it only adds or drops axes of size 1 or flattens.
    mutating func reshape(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let target = step.options.json["target_shape"]?.array?.compactMap(\.integer) ?? []
        let count = input.shape.count
        guard (1...3).contains(target.count), target.allSatisfy({ $0 == -1 || (1...count).contains($0) })
        else {
            throw step.options.damaged("target_shape")
        }
        var flow = input
        flow.rank = target.count
        if target.count == 1 { return try flattened(step, input) }
        let known = target.filter { $0 > 0 }.reduce(1.0) { $0 * Double($1) }
        let sizes = target.map { $0 == -1 ? Int(Double(count) / max(known, 1)) : $0 }
        guard sizes.allSatisfy({ $0 > 0 }), sizes.reduce(1.0, { $0 * Double($1) }) == Double(count) else {
            throw step.options.damaged("target_shape")
        }
        let shape =
            sizes.count == 2 ? Shape(sizes[1], 1, sizes[0]) : Shape(sizes[2], sizes[0], sizes[1])
        // Only where Keras's order of the numbers is ours.
        let isSameOrder = shape.channels == 1 || shape.area == 1
        let isOrdered =
            input.order == nil && (input.rank == 1 || input.shape.channels == 1 || input.shape.area == 1)
        guard isSameOrder, isOrdered, !isChannelsFirst else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)), which moves numbers between channels and positions,",
                    instead: "use Flatten or pooling there"))
        }
        return shape == input.shape ? flow : try emit(Reshape(to: shape), named: step.name, after: [flow])
    }

    /// Over a vector; over maps it is a convolution of 1×1.
    mutating func dense(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let units = try step.options.integer("units")
        let hasBias = step.options.flag("use_bias", true)
        let isVector = input.rank == 1
        let layer: any Layer =
            isVector
            ? FullyConnected(outputs: units, hasBias: hasBias)
            : Convolution(filters: units, kernel: 1, hasBias: hasBias)
        var flow = try emit(layer, named: step.name, after: [input])
        need(
            "\(step.name).weights", of: step, 0,
            [isVector ? input.shape.count : input.shape.channels, units],
            .dense(order: input.order))
        if hasBias { need("\(step.name).bias", of: step, 1, [units], .vector(order: nil)) }
        flow.order = nil
        return try activated(flow, step)
    }

    mutating func batchNormalization(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let options = step.options
        guard options.isChannelAxis("axis", rank: input.rank, isChannelsFirst: isChannelsFirst) else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)), which normalises along another axis than the channels,",
                    instead: "use axis -1"))
        }
        let layer = BatchNormalization(
            epsilon: try options.number("epsilon", 1e-3), momentum: 1 - (try options.number("momentum", 0.99))
        )
        let flow = try emit(layer, named: step.name, after: [input])
        let channels = [flow.shape.channels]
        var index = 0
        for (entry, isThere) in [
            ("scale", options.flag("scale", true)), ("offset", options.flag("center", true)), ("mean", true),
            ("variance", true),
        ] where isThere {
            need("\(step.name).\(entry)", of: step, index, channels, .vector(order: input.order))
            index += 1
        }
        return flow
    }

    mutating func join(_ step: KerasStep, _ inputs: [Flow]) throws(WeightFileError) -> Flow {
        guard inputs.count > 1 else { return inputs[0] }
        guard inputs.allSatisfy({ $0.rank == inputs[0].rank }) else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)) of inputs of unlike ranks", instead: "reshape them"))
        }
        if step.className == "Concatenate" { return try concatenation(step, inputs) }
        guard inputs.allSatisfy({ $0.order == inputs[0].order }) else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)) of vectors in unlike orders", instead: "flatten later"))
        }
        let areEqual = inputs.allSatisfy { $0.shape == inputs[0].shape }
        switch step.className {
        case "Add" where areEqual: return try emit(Addition(), named: step.name, after: inputs)
        case "Average" where areEqual:
            let sum = try emit(Addition(), named: "\(step.name)/sum", after: inputs)
            return try scaled(sum, by: 1 / Float(inputs.count), offset: nil, named: step.name)
        case "Average": throw error(.damaged("layer \(inQuotes(step.name)) averages unlike shapes"))
        default: return try arithmetic(step, inputs)
        }
    }

    private mutating func arithmetic(_ step: KerasStep, _ inputs: [Flow]) throws(WeightFileError) -> Flow {
        let operations: [String: Arithmetic.Operation] = [
            "Add": .addition, "Subtract": .subtraction, "Multiply": .multiplication,
        ]
        guard let operation = operations[step.className] else { throw step.options.damaged("class_name") }
        var flow = inputs[0]
        for (index, input) in inputs.dropFirst().enumerated() {
            let isLast = index == inputs.count - 2
            let name = isLast ? step.name : "\(step.name)/\(index + 1)"
            flow = try emit(Arithmetic(operation), named: name, after: [flow, input])
        }
        return flow
    }

    /// Of maps along the channels, of vectors one behind the other.
    private mutating func concatenation(_ step: KerasStep, _ inputs: [Flow]) throws(WeightFileError) -> Flow {
        guard step.options.isChannelAxis("axis", rank: inputs[0].rank, isChannelsFirst: isChannelsFirst)
        else {
            throw error(
                .unsupported(
                    "layer \(inQuotes(step.name)), which concatenates along another axis than the channels,",
                    instead: "use axis -1"))
        }
        var flow = try emit(DepthConcatenation(), named: step.name, after: inputs)
        guard inputs.contains(where: { $0.order != nil }) else { return flow }
        var order: [Int] = []
        for input in inputs {
            let start = order.count
            order += (input.order ?? Array(0..<input.shape.count)).map { $0 + start }
        }
        flow.order = order
        return flow
    }
}
