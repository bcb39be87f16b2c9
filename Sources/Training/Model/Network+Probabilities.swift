import Networks

extension Network {
    /// The last layer that computes; those behind it only give its numbers another shape.
    var outputNode: Node? { nodes.last { !($0.layer is Reshape || $0.layer is Flatten) } }

    /// Whether the outputs are probabilities already: those of a softmax or sigmoid, or sums of a softmax's.
    public var endsInProbabilities: Bool {
        let last = outputNode
        if let sums = last?.layer as? FullyConnected, !sums.hasBias {
            // Probabilities of classes that stand for the same, added up.
            return nodes.contains { $0.name == last?.inputs.first && $0.layer is Softmax }
        }
        return last?.layer is Softmax || last?.layer is Sigmoid
    }
}
