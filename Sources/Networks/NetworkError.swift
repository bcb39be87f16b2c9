import Tensors

/// Everything that is wrong with a network, found in one go.
public struct NetworkError: Error, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The layer it is about; nil where it is about the whole network.
        public var layer: String?
        public var message: String
        /// Of the samples that the layer takes, where they are what it is about.
        public var inputs: [Shape]

        public init(layer: String?, message: String, inputs: [Shape] = []) {
            self.layer = layer
            self.message = message
            self.inputs = inputs
        }

        public var description: String { layer.map { "\($0): \(message)" } ?? message }
    }

    public var network: String
    public var problems: [Problem]

    public init(network: String, problems: [Problem]) {
        self.network = network
        self.problems = problems
    }

    /// One line: `network fashion-mnist: conv_3: height 2 is less than the window's 5; use …`.
    public var description: String {
        "network \(network): " + problems.map(\.description).joined(separator: " · ")
    }
}
