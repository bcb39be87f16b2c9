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
        /// Of each array it learns, in the order of `Parameters`.
        public var learnableSizes: [LearnableSize] = []
        /// Multiply-accumulate operations for one sample.
        public var macs: Int = 0
        public var inputs: [String]
        /// Numbers it reads for one sample, without its learnables.
        public var inputCount: Int = 0

        public var learnables: Int { learnableSizes.reduce(0) { $0 + $1.count } }

        /// What one sample's output takes as `Float`.
        public var activationBytes: Int { (activations?.count ?? 0) * MemoryLayout<Float>.stride }
        public var parameterBytes: Int { learnables * MemoryLayout<Float>.stride }

        /// Floating-point operations for each byte that goes in and out if nothing stays in a cache: two for each
        /// multiply-accumulate, over one sample's inputs, outputs and the learnables. 0 for what does not multiply.
        public var arithmeticIntensity: Double {
            let bytes = inputCount * MemoryLayout<Float>.stride + activationBytes + parameterBytes
            return bytes == 0 ? 0 : 2 * Double(macs) / Double(bytes)
        }
    }

    /// The name and the sizes of one array that a layer learns: `weights`, `[96, 3, 11, 11]`.
    public struct LearnableSize: Sendable, Equatable {
        public var name: String
        public var shape: [Int]

        public init(name: String, shape: [Int]) {
            self.name = name
            self.shape = shape
        }

        public var count: Int { shape.reduce(1, *) }
    }

    public var network: String
    public var rows: [Row]
    /// Without these it can be run.
    public var problems: [NetworkError.Problem]
    /// What can be run but is probably not meant.
    public var warnings: [NetworkError.Problem] = []

    public var totalLayers: Int { rows.count }
    public var totalLearnables: Int { rows.reduce(0) { $0 + $1.learnables } }
    public var totalMACs: Int { rows.reduce(0) { $0 + $1.macs } }
    public var totalActivationBytes: Int { rows.reduce(0) { $0 + $1.activationBytes } }
    public var totalParameterBytes: Int { rows.reduce(0) { $0 + $1.parameterBytes } }
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

    /// The layer table as far as it goes, with the problems and warnings beside it.
    public func inspect() -> Analysis {
        let graph = ResolvedGraph(self)
        var rows = [
            Analysis.Row(
                name: Self.inputName,
                type: input.height == 1 && input.width > 1 ? "signal input" : "image input",
                activations: graph.input, inputs: [])
        ]
        for index in nodes.indices { rows.append(row(index, of: graph)) }
        if let last = nodes.last {
            // Input and output hand on what is there: they read and hold nothing of their own.
            let type = last.layer is Softmax ? "classification output" : "regression output"
            rows.append(
                Analysis.Row(
                    name: "output", type: type, activations: graph.shapes.last ?? nil, inputs: [last.name]))
        }
        return Analysis(
            network: name, rows: rows, problems: graph.problems, warnings: warnings(from: graph))
    }

    private func row(_ index: Int, of graph: ResolvedGraph) -> Analysis.Row {
        let node = nodes[index]
        let inputs = graph.inputShapes(of: index)
        var row = Analysis.Row(
            name: node.name, type: node.layer.kind, activations: graph.shapes[index], inputs: node.inputs)
        guard row.activations != nil else { return row }
        row.learnableSizes = node.layer.parameters(for: inputs).map {
            Analysis.LearnableSize(name: $0.name, shape: $0.shape)
        }
        row.macs = node.layer.multiplyAccumulates(for: inputs)
        row.inputCount = inputs.reduce(0) { $0 + $1.count }
        return row
    }
}
