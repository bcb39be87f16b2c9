import Networks
import Tensors

extension KerasBuilder {
    /// Layers that work in training only.
    private static let trainingOnly: Set<String> = [
        "SpatialDropout2D", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "ActivityRegularization",
        "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast",
        "RandomBrightness",
    ]

    private static let convolutions: Set<String> = [
        "Conv2D", "Conv1D", "Convolution2D", "Convolution1D", "DepthwiseConv2D", "DepthwiseConv1D",
        "SeparableConv2D", "SeparableConv1D", "SeparableConvolution2D",
    ]

    private static let others: Set<String> = [
        "Dense", "MaxPooling2D", "MaxPooling1D", "AveragePooling2D", "AveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling1D", "Flatten", "Reshape",
        "ZeroPadding2D", "ZeroPadding1D", "BatchNormalization", "Add", "Subtract", "Multiply", "Average",
        "Concatenate", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Rescaling", "Dropout",
        "AlphaDropout", "InputLayer",
    ]

    /// Refuses a model with all the classes at once that have no equal here.
    static func checkClasses(of model: KerasConfiguration, path: String) throws(WeightFileError) {
        let known = trainingOnly.union(convolutions).union(others)
        let missing = model.layers.filter { $0.model == nil && !known.contains($0.className) }
            .map { inQuotes("\($0.className) \($0.name)") }
        guard missing.isEmpty else {
            let listed = missing.prefix(6).joined(separator: ", ")
            let more = missing.count > 6 ? " and \(missing.count - 6) more" : ""
            throw WeightFileError(
                path,
                .unsupported(
                    "Keras's \(listed)\(more)", instead: "use a model of convolutions and dense layers"))
        }
    }

    mutating func convert(_ step: KerasStep, _ inputs: [Flow]) throws(WeightFileError) -> Flow {
        if Self.convolutions.contains(step.className) { return try convolution(step, inputs[0]) }
        if step.className.hasPrefix("ZeroPadding") { return try zeroPadding(step, inputs[0]) }
        // Only convolutions add the zeros of a padding layer themselves.
        var settled: [Flow] = []
        for input in inputs { settled.append(try self.settled(input)) }
        let input = settled[0]
        switch step.className {
        case "Dense": return try dense(step, input)
        case "MaxPooling2D", "MaxPooling1D", "AveragePooling2D", "AveragePooling1D":
            return try pooling(step, input)
        case "GlobalAveragePooling2D", "GlobalAveragePooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling1D":
            return try globalPooling(step, input)
        case "Flatten": return try flattened(step, input)
        case "Reshape": return try reshape(step, input)
        case "BatchNormalization": return try batchNormalization(step, input)
        case "Add", "Subtract", "Multiply", "Average", "Concatenate": return try join(step, settled)
        case "Rescaling": return try rescaling(step, input)
        case "Dropout", "AlphaDropout":
            return try emit(
                Dropout(probability: try step.options.number("rate", 0.5)), named: step.name, after: [input])
        case let name where Self.trainingOnly.contains(name):
            notes.append("\(name) \(inQuotes(step.name)) works in training only and is left out")
            return input
        default: return try activation(step, input)
        }
    }

    private func zeroPadding(_ step: KerasStep, _ input: Flow) throws(WeightFileError) -> Flow {
        let isSignal = step.className.hasSuffix("1D")
        let borders = try step.options.borders("padding", isSignal: isSignal)
        var flow = input
        flow.borders = zip(borders, input.borders ?? [0, 0, 0, 0]).map { $0 + $1 }
        guard let added = flow.borders, added.allSatisfy({ $0 <= 1 << 16 }) else {
            throw step.options.damaged("padding")
        }
        return flow
    }

    /// The flow with its borders added by a layer of their own.
    mutating func settled(_ flow: Flow) throws(WeightFileError) -> Flow {
        guard let borders = flow.borders else { return flow }
        let border = Border(
            rows: .init(before: borders[0], after: borders[1]),
            columns: .init(before: borders[2], after: borders[3]))
        let name = "\(flow.source)/padding \(borders)"
        guard network.nodes.contains(where: { $0.name == name }) else {
            return try emit(border, named: name, after: [flow])
        }
        var known = flow
        known.source = name
        known.borders = nil
        known.shape = Shape(
            flow.shape.channels, flow.shape.height + borders[0] + borders[1],
            flow.shape.width + borders[2] + borders[3])
        return known
    }
}
