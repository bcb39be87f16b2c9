import Tensors

/// Named layers and their connections: a directed acyclic graph from one input to one output (the last layer).
///
/// A value without parameters; see `Parameters` for those and `Plan` for running it.
public struct Network: Sendable, Equatable {
    /// A layer with its name and the names of what it takes as inputs.
    public struct Node: Sendable, Equatable {
        public var name: String
        public var layer: any Layer
        public var inputs: [String]

        public static func == (one: Node, other: Node) -> Bool {
            one.name == other.name && one.inputs == other.inputs && one.layer.equals(other.layer)
        }
    }

    /// What the network's own input is called where a layer takes it.
    public static let inputName = "input"

    public var name: String
    /// Shape of one sample.
    public var input: Shape
    public private(set) var nodes: [Node] = []

    public init(name: String, input: Shape) {
        self.name = name
        self.input = input
    }

    /// Adds a layer. Mistakes (a name used twice, an unknown input, shapes that do not chain) show in `analyze()`.
    ///
    /// - Parameter inputs: names of layers, also of later ones, or `input`; the layer before this one when nil.
    public mutating func append(_ layer: any Layer, named name: String, after inputs: [String]? = nil) {
        nodes.append(Node(name: name, layer: layer, inputs: inputs ?? [nodes.last?.name ?? Self.inputName]))
    }
}
