import Tensors

extension Network {
    /// What can be run but is probably not meant, each at its layer.
    func warnings(from graph: ResolvedGraph) -> [NetworkError.Problem] {
        var warnings: [NetworkError.Problem] = []
        for index in nodes.indices {
            let inputs = graph.inputShapes(of: index)
            for message in doubts(about: index, graph) {
                warnings.append(
                    NetworkError.Problem(layer: nodes[index].name, message: message, inputs: inputs))
            }
        }
        if let last = nodes.last, !(last.layer is Softmax) {
            warnings.append(
                NetworkError.Problem(
                    layer: last.name,
                    message: "is the last layer and no softmax, so the loss is the mean squared error of a "
                        + "regression; end in softmax to classify"))
        }
        return warnings
    }

    private func doubts(about index: Int, _ graph: ResolvedGraph) -> [String] {
        let layer = nodes[index].layer
        let isLast = index == nodes.indices.last
        var doubts: [String] = []
        if layer is Softmax && !isLast {
            doubts.append(
                "softmax within the network squeezes what it hands on into 0…1; only the end needs it")
        }
        if !layer.isDifferentiable {
            doubts.append("\(layer.kind) has no gradient: the network can be used, not trained")
        }
        // Windows of a layer whose shape is unknown may have any sizes, also such as overflow.
        if graph.shapes[index] != nil, let window = slidingWindow(of: layer), window.skips {
            doubts.append(
                "its stride \(window.stride) is larger than its window \(window.size): what lies between is not seen"
            )
        }
        if isLinear(layer), let before = onlySource(of: index, graph), isLinear(nodes[before].layer) {
            doubts.append(
                "follows \(nodes[before].name) with nothing between them; two linear layers in a row can do no "
                    + "more than one")
        }
        return doubts
    }

    private func slidingWindow(of layer: any Layer) -> (size: String, stride: String, skips: Bool)? {
        let windows: (Window, Window)? =
            switch layer {
            case let layer as Convolution where layer.rows.kernel > 1 || layer.columns.kernel > 1:
                (layer.rows, layer.columns)
            case let layer as MaxPooling: (layer.rows, layer.columns)
            case let layer as AveragePooling: (layer.rows, layer.columns)
            default: nil
            }
        guard let (rows, columns) = windows else { return nil }
        return (
            "\(rows.kernel)×\(columns.kernel)", "\(rows.stride)×\(columns.stride)",
            rows.stride > rows.extent || columns.stride > columns.extent
        )
    }

    private func isLinear(_ layer: any Layer) -> Bool { layer is Convolution || layer is FullyConnected }

    private func onlySource(of index: Int, _ graph: ResolvedGraph) -> Int? {
        guard graph.sources[index].count == 1, case .layer(let before)? = graph.sources[index].first else {
            return nil
        }
        return before
    }
}
