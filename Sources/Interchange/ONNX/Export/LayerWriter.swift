import Networks
import Tensors

/// One layer as one node or a few.
struct LayerWriter {
    typealias Value = GraphWriter.Value

    let name: String
    private let layer: any Layer
    private let inputs: [Value]
    private let shape: Shape
    private var x: Value { inputs[0] }

    init(_ node: Network.Node, _ inputs: [Value], _ shape: Shape) {
        name = node.name
        layer = node.layer
        self.inputs = inputs
        self.shape = shape
    }

    func write(to graph: inout GraphWriter) throws(ONNXError) -> Value {
        switch layer {
        case let layer as Convolution: return convolution(layer, &graph)
        case let layer as FullyConnected: return product(layer, &graph)
        case let layer as BatchNormalization:
            return node(
                "BatchNormalization", &graph, [x],
                parameters: ["scale", "offset", "mean", "variance"].map { ($0, [x.shape.channels]) },
                [.real("epsilon", layer.epsilon), .real("momentum", 1 - layer.momentum)])
        case let layer as InstanceNormalization:
            return node(
                "InstanceNormalization", &graph, [graph.map(x)],
                parameters: ["scale", "offset"].map { ($0, [x.shape.channels]) },
                [.real("epsilon", layer.epsilon)])
        case let layer as CrossChannelNormalization:
            return node(
                "LRN", &graph, [graph.map(x)],
                [
                    .integer("size", layer.size), .real("alpha", layer.alpha), .real("beta", layer.beta),
                    .real("bias", layer.k),
                ])
        case let layer as MaxPooling: return pooling("MaxPool", layer.rows, layer.columns, &graph, [])
        case let layer as AveragePooling:
            // Dilated averages are younger.
            if layer.rows.dilation != 1 || layer.columns.dilation != 1 { graph.opset = 19 }
            return pooling(
                "AveragePool", layer.rows, layer.columns, &graph,
                [.integer("count_include_pad", layer.countsPadding ? 1 : 0)])
        case is GlobalAveragePooling: return node("GlobalAveragePool", &graph, [graph.map(x)])
        case is GlobalMaxPooling: return node("GlobalMaxPool", &graph, [graph.map(x)])
        case is Softmax: return node("Softmax", &graph, [x], [.integer("axis", 1)])
        case is LogSoftmax: return node("LogSoftmax", &graph, [x], [.integer("axis", 1)])
        default: return try activation(&graph)
        }
    }

    /// A node of one output in the form of its first input.
    private func node(
        _ type: String, _ graph: inout GraphWriter, _ inputs: [Value],
        parameters: [(name: String, dims: [Int])] = [], _ attributes: [Onnx_AttributeProto] = []
    ) -> Value {
        let weights = parameters.map { parameter in
            graph.tensor("\(name).\(parameter.name)", parameter.dims, .parameter("\(name).\(parameter.name)"))
        }
        let output = graph.add(type, name, inputs.map(\.name) + weights, attributes)
        return Value(name: output, shape: shape, isMap: inputs[0].isMap)
    }

    private func pads(_ rows: Window, _ columns: Window) -> [Int] {
        [
            rows.paddingBefore(x.shape.height), columns.paddingBefore(x.shape.width),
            rows.paddingAfter(x.shape.height), columns.paddingAfter(x.shape.width),
        ]
    }

    private func sliding(_ rows: Window, _ columns: Window) -> [Onnx_AttributeProto] {
        var attributes: [Onnx_AttributeProto] = [
            .integers("kernel_shape", [rows.kernel, columns.kernel]),
            .integers("strides", [rows.stride, columns.stride]), .integers("pads", pads(rows, columns)),
        ]
        if rows.dilation != 1 || columns.dilation != 1 {
            attributes.append(.integers("dilations", [rows.dilation, columns.dilation]))
        }
        return attributes
    }

    private func convolution(_ layer: Convolution, _ graph: inout GraphWriter) -> Value {
        let channels = x.shape.channels / layer.groups
        var parameters = [("weights", [layer.filters, channels, layer.rows.kernel, layer.columns.kernel])]
        if layer.hasBias { parameters.append(("bias", [layer.filters])) }
        return node(
            "Conv", &graph, [graph.map(x)], parameters: parameters.map { (name: $0.0, dims: $0.1) },
            sliding(layer.rows, layer.columns) + [.integer("group", layer.groups)])
    }

    private func product(_ layer: FullyConnected, _ graph: inout GraphWriter) -> Value {
        var parameters = [("weights", [layer.outputs, x.shape.count])]
        if layer.hasBias { parameters.append(("bias", [layer.outputs])) }
        return node(
            "Gemm", &graph, [graph.flattened(x)], parameters: parameters.map { (name: $0.0, dims: $0.1) },
            [.integer("transB", 1)])
    }

    private func pooling(
        _ type: String, _ rows: Window, _ columns: Window, _ graph: inout GraphWriter,
        _ attributes: [Onnx_AttributeProto]
    ) -> Value {
        node(
            type, &graph, [graph.map(x)],
            sliding(rows, columns) + [.integer("ceil_mode", rows.roundsUp ? 1 : 0)] + attributes)
    }

    private func activation(_ graph: inout GraphWriter) throws(ONNXError) -> Value {
        switch layer {
        case is ReLU: return node("Relu", &graph, [x])
        case let layer as LeakyReLU: return node("LeakyRelu", &graph, [x], [.real("alpha", layer.slope)])
        case is Sigmoid: return node("Sigmoid", &graph, [x])
        case is Tanh: return node("Tanh", &graph, [x])
        case let layer as ELU: return node("Elu", &graph, [x], [.real("alpha", layer.alpha)])
        case let layer as SELU:
            return node(
                "Selu", &graph, [x], [.real("alpha", layer.alpha), .real("gamma", layer.gamma)])
        case let layer as HardSigmoid:
            return node(
                "HardSigmoid", &graph, [x], [.real("alpha", layer.alpha), .real("beta", layer.beta)])
        case is HardSwish: return node("HardSwish", &graph, [x])
        case let layer as Clip:
            let low = graph.tensor("\(name).low", [], .floats([Float(layer.low)]))
            let high = graph.tensor("\(name).high", [], .floats([Float(layer.high)]))
            let output = graph.add("Clip", name, [x.name, low, high])
            return Value(name: output, shape: shape, isMap: x.isMap)
        case let layer as PReLU:
            let dims = layer.isShared ? [1] : x.isMap ? [x.shape.channels, 1, 1] : [x.shape.channels]
            return node("PRelu", &graph, [x], parameters: [("slope", dims)])
        case let layer as Dropout:
            let ratio = graph.tensor("\(name).ratio", [], .floats([Float(layer.probability)]))
            return Value(
                name: graph.add("Dropout", name, [x.name, ratio]), shape: shape, isMap: x.isMap)
        default: return try join(&graph)
        }
    }

    private func join(_ graph: inout GraphWriter) throws(ONNXError) -> Value {
        switch layer {
        case is Flatten:
            let output = graph.add("Flatten", name, [x.name], [.integer("axis", 1)])
            return Value(name: output, shape: shape, isMap: false)
        case is Addition: return node("Sum", &graph, alike(&graph))
        case is DepthConcatenation: return node("Concat", &graph, alike(&graph), [.integer("axis", 1)])
        case let layer as Arithmetic:
            let types: [Arithmetic.Operation: String] = [
                .addition: "Add", .subtraction: "Sub", .multiplication: "Mul", .division: "Div",
            ]
            return node(types[layer.operation] ?? "Add", &graph, inputs.map { graph.map($0) })
        case let layer as Affine: return affine(layer, &graph)
        default: return try rearrangement(&graph)
        }
    }

    /// All inputs as maps, or all as vectors.
    private func alike(_ graph: inout GraphWriter) -> [Value] {
        inputs.contains(where: \.isMap) ? inputs.map { graph.map($0) } : inputs
    }

    private func affine(_ layer: Affine, _ graph: inout GraphWriter) -> Value {
        let input = graph.map(x)
        let dims = [
            layer.axes.contains(.channels) ? x.shape.channels : 1,
            layer.axes.contains(.rows) ? x.shape.height : 1,
            layer.axes.contains(.columns) ? x.shape.width : 1,
        ]
        var value = input
        if layer.hasScale {
            let scale = graph.tensor("\(name).scale", dims, .parameter("\(name).scale"))
            let own = layer.hasOffset ? "\(name).scaled" : name
            value.name = graph.add("Mul", own, [value.name, scale])
        }
        if layer.hasOffset {
            let offset = graph.tensor("\(name).offset", dims, .parameter("\(name).offset"))
            value.name = graph.add("Add", name, [value.name, offset])
        }
        return value
    }

    // MARK: Rearrangements

    private func rearrangement(_ graph: inout GraphWriter) throws(ONNXError) -> Value {
        let input = graph.map(x)
        func value(_ output: String) -> Value { Value(name: output, shape: shape, isMap: true) }
        switch layer {
        case is Reshape:
            let sizes = graph.integers("\(name).shape", [-1, shape.channels, shape.height, shape.width])
            return value(graph.add("Reshape", name, [x.name, sizes]))
        case let layer as Transposition:
            let view = graph.reshaped(x.name, layer.sizes)
            let turned = graph.add(
                "Transpose", "\(name).turned", [view],
                [.integers("perm", [0] + layer.order.map { $0 + 1 })])
            let sizes = graph.integers("\(name).shape", [-1, shape.channels, shape.height, shape.width])
            return value(graph.add("Reshape", name, [turned, sizes]))
        case let layer as Slicing:
            return value(slice(input, [layer.channels, layer.rows, layer.columns], &graph))
        case let layer as Subsampling:
            let ranges = [
                Slicing.Range(count: shape.channels),
                Slicing.Range(count: shape.height, step: layer.rows.stride),
                Slicing.Range(count: shape.width, step: layer.columns.stride),
            ]
            return value(slice(input, ranges, &graph))
        case let layer as ChannelSelection:
            let indices = graph.integers("\(name).channels", layer.indices)
            return value(graph.add("Gather", name, [input.name, indices], [.integer("axis", 1)]))
        case let layer as Border: return value(border(layer, input, &graph))
        default: throw graph.refuse(name, "there is no operator for a \(layer.kind) layer")
        }
    }

    private func slice(_ input: Value, _ ranges: [Slicing.Range], _ graph: inout GraphWriter) -> String {
        let ends = ranges.map { range in
            let end = range.start + (range.count - 1) * range.step + (range.step > 0 ? 1 : -1)
            // An end before the first place would count from the back.
            return end < 0 ? Int(Int32.min) : end
        }
        return graph.add(
            "Slice", name,
            [
                input.name, graph.integers("\(name).starts", ranges.map(\.start)),
                graph.integers("\(name).ends", ends), graph.integers("\(name).axes", [1, 2, 3]),
                graph.integers("\(name).steps", ranges.map(\.step)),
            ])
    }

    private func border(_ layer: Border, _ input: Value, _ graph: inout GraphWriter) -> String {
        let axes = [layer.channels, layer.rows, layer.columns]
        let pads = graph.integers(
            "\(name).pads", [0] + axes.map(\.before) + [0] + axes.map(\.after))
        var inputs = [input.name, pads]
        let mode: String
        switch layer.filling {
        case .constant(let value):
            mode = "constant"
            inputs.append(graph.tensor("\(name).value", [], .floats([Float(value)])))
        case .reflect: mode = "reflect"
        case .edge: mode = "edge"
        case .wrap:
            mode = "wrap"
            graph.opset = 19
        }
        return graph.add("Pad", name, inputs, [.text("mode", mode)])
    }
}
