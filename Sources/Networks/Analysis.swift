import Tensors

/// The layer table of a network, as far as its shapes could be worked out, and everything that is wrong with it.
///
/// Input, softmax and output count as layers, as MATLAB counts them.
public struct Analysis: Sendable, Equatable {
    public struct Row: Sendable, Equatable {
        public var name: String
        public var type: String
        /// One sample's output; nil where a problem hides it.
        public var activations: Shape?
        public var learnables: Int
        /// Multiply-accumulate operations for one sample.
        public var macs: Int
        public var inputs: [String]
    }

    public var network: String
    public var rows: [Row]
    public var problems: [NetworkError.Problem]

    public var totalLayers: Int { rows.count }
    public var totalLearnables: Int { rows.reduce(0) { $0 + $1.learnables } }
    public var totalMACs: Int { rows.reduce(0) { $0 + $1.macs } }
}

extension Network {
    /// The layer table.
    ///
    /// Throws every problem at once, each naming the layer and what was found and expected.
    public func analyze() throws(NetworkError) -> Analysis {
        let analysis = inspect()
        guard analysis.problems.isEmpty else {
            throw NetworkError(network: name, problems: analysis.problems)
        }
        return analysis
    }

    /// The layer table as far as it goes, with the problems beside it.
    public func inspect() -> Analysis {
        let graph = ResolvedGraph(self)
        var rows = [
            Analysis.Row(
                name: Self.inputName,
                type: input.height == 1 && input.width > 1 ? "signal input" : "image input",
                activations: input, learnables: 0, macs: 0, inputs: [])
        ]
        for (index, node) in nodes.enumerated() {
            let inputs = graph.inputShapes(of: index)
            let isKnown = graph.shapes[index] != nil
            rows.append(
                Analysis.Row(
                    name: node.name, type: node.layer.kind, activations: graph.shapes[index],
                    learnables: isKnown ? node.layer.parameters(for: inputs).reduce(0) { $0 + $1.count } : 0,
                    macs: isKnown ? node.layer.multiplyAccumulates(for: inputs) : 0, inputs: node.inputs))
        }
        if let last = nodes.last {
            let type = last.layer is Softmax ? "classification output" : "regression output"
            rows.append(
                Analysis.Row(
                    name: "output", type: type, activations: graph.shapes.last ?? nil, learnables: 0, macs: 0,
                    inputs: [last.name]))
        }
        return Analysis(network: name, rows: rows, problems: graph.problems)
    }
}
