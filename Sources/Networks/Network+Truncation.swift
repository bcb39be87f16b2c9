import Tensors

extension Network {
    /// The part of the network that leads to a layer, which becomes its output: what computes features.
    ///
    /// Nil if no layer has this name.
    public func truncated(after layer: String) -> Network? {
        var needed: Set<String> = [layer]
        let inputs = Dictionary(nodes.map { ($0.name, $0.inputs) }, uniquingKeysWith: { first, _ in first })
        guard inputs[layer] != nil else { return nil }
        var waiting = [layer]
        while let name = waiting.popLast() {
            for input in inputs[name] ?? [] where needed.insert(input).inserted { waiting.append(input) }
        }
        var part = Network(name: name, input: input)
        let kept = nodes.filter { needed.contains($0.name) && $0.name != layer }
        // The output is the last layer.
        for node in kept + nodes.filter({ $0.name == layer }) {
            part.append(node.layer, named: node.name, after: node.inputs)
        }
        return part
    }
}

extension Parameters {
    /// The values of a part of a network, taken from those of the whole.
    public convenience init(of part: Network, from whole: Parameters) throws(NetworkError) {
        try self.init(unfilled: part)
        for entry in entries + stateEntries {
            guard let values = whole[entry.name] else {
                preconditionFailure("the whole network has no parameter \(entry.name)")
            }
            set(entry.name, to: values)
        }
    }
}
