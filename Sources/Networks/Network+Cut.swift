import Tensors

extension Network {
    /// The layers that everything goes through on its way from the input to the output, in their order: where the
    /// network can be cut in two.
    ///
    /// Empty for a network with problems.
    public var cutLayers: [String] {
        let graph = ResolvedGraph(self)
        guard graph.problems.isEmpty else { return [] }
        let place = Dictionary(uniqueKeysWithValues: graph.order.enumerated().map { ($1, $0) })
        // Of each place (the input's is −1, stored at 0), the furthest place that takes its output.
        var furthest = Array(repeating: -1, count: graph.order.count + 1)
        for (user, sources) in graph.sources.enumerated() {
            for source in sources {
                let from = if case .layer(let index) = source { (place[index] ?? 0) + 1 } else { 0 }
                furthest[from] = max(furthest[from], place[user] ?? 0)
            }
        }
        var reach = -1
        var cuts: [String] = []
        for (position, layer) in graph.order.enumerated() {
            // Nothing from before this layer is taken by a layer behind it.
            reach = max(reach, furthest[position])
            if reach <= position { cuts.append(nodes[layer].name) }
        }
        return cuts
    }

    /// What comes behind a layer that everything goes through, with that layer's output as its input.
    ///
    /// Nil if the network cannot be cut there or nothing comes behind.
    public func rest(after layer: String) -> Network? {
        guard cutLayers.contains(layer), let before = truncated(after: layer),
            let shape = before.inspect().rows.last?.activations
        else { return nil }
        let taken = Set(before.nodes.map(\.name))
        var rest = Network(name: name, input: shape)
        for node in nodes where !taken.contains(node.name) {
            rest.append(
                node.layer, named: node.name,
                after: node.inputs.map { $0 == layer ? Self.inputName : $0 })
        }
        return rest.nodes.isEmpty ? nil : rest
    }

    /// The names of the layers that have something to learn.
    public var learningLayers: Set<String> {
        let graph = ResolvedGraph(self)
        return Set(
            nodes.indices.filter { !nodes[$0].layer.parameters(for: graph.inputShapes(of: $0)).isEmpty }
                .map { nodes[$0].name })
    }
}
