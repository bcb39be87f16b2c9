import Interchange
import Networks
import Tensors

extension Network {
    /// The ends of the network's blocks, in their order, and its class scores: what all its layers have to say.
    ///
    /// A block ends where branches join and everything goes through; in a network with fewer than two such places each
    /// layer that learns is a block. Normalisation and activation right behind belong to it.
    public var blockEnds: [String] {
        let cuts = Set(cutLayers)
        let learning = learningLayers
        let joins = nodes.filter { $0.inputs.count > 1 && cuts.contains($0.name) }
        let anchors =
            joins.count > 1 ? joins : nodes.filter { learning.contains($0.name) && cuts.contains($0.name) }
        var ends: [String] = []
        for name in anchors.map({ settled($0.name) }) + [classScores].compactMap({ $0 })
        where cuts.contains(name) && !ends.contains(name) {
            ends.append(name)
        }
        return ends
    }

    /// The layer or what directly normalises and activates its output.
    private func settled(_ name: String) -> String {
        let users = nodes.filter { $0.inputs.contains(name) }
        guard users.count == 1, let user = users.first, user.inputs.count == 1,
            user.layer is BatchNormalization || user.layer is Affine || user.layer is ReLU
        else { return name }
        return settled(user.name)
    }

    /// The last layer before those that make probabilities.
    private var classScores: String? {
        nodes.last {
            !($0.layer is Softmax || $0.layer is LogSoftmax || $0.layer is Reshape || $0.layer is Flatten)
        }?.name
    }

    /// The part that leads to some layers, and behind it a layer that joins their numbers in their order.
    ///
    /// - Parameter pools: whether maps become their means; else all their numbers count.
    /// - Returns: nil where one of the layers is not there.
    func joined(_ layers: [String], pools: Bool) -> Network? {
        var part = Network(name: name, input: input)
        var needed: Set<String> = []
        for layer in layers {
            guard let before = truncated(after: layer) else { return nil }
            needed.formUnion(before.nodes.map(\.name))
        }
        for node in nodes where needed.contains(node.name) {
            part.append(node.layer, named: node.name, after: node.inputs)
        }
        let shapes = Dictionary(
            part.inspect().rows.map { ($0.name, $0.activations) }, uniquingKeysWith: { first, _ in first })
        var ends: [String] = []
        for layer in layers {
            let isVector = (shapes[layer] ?? nil)?.isVector ?? false
            guard !isVector else {
                ends.append(layer)
                continue
            }
            let name = part.unused((pools ? "mean of " : "numbers of ") + layer)
            part.append(pools ? GlobalAveragePooling() : Flatten(), named: name, after: [layer])
            ends.append(name)
        }
        if ends.count > 1 {
            part.append(DepthConcatenation(), named: part.unused("features"), after: ends)
            return part
        }
        return ends.first.flatMap { part.truncated(after: $0) }
    }

    private func unused(_ name: String) -> String {
        nodes.contains { $0.name == name } ? unused(name + "_") : name
    }
}

extension Network {
    /// The same layers for inputs of another size.
    ///
    /// - Returns: nil where a layer has no place for such inputs, or has weights of another shape for them.
    func taking(_ other: Shape, with parameters: Parameters<Float>) -> Network? {
        var network = self
        network.input = other
        guard let needed = try? Parameters<Float>(unfilled: network) else { return nil }
        let shapes = Dictionary(
            (parameters.entries + parameters.stateEntries).map { ($0.name, $0.shape) },
            uniquingKeysWith: { first, _ in first })
        let fits = (needed.entries + needed.stateEntries).allSatisfy { shapes[$0.name] == $0.shape }
        return fits ? network : nil
    }
}

extension Model {
    /// The same model for pictures of another size.
    ///
    /// - Throws: `InputSizeError` where its layers are bound to theirs.
    public func taking(width: Int, height: Int) throws(InputSizeError) -> Model {
        let input = Shape(network.input.channels, height, width)
        guard let other = network.taking(input, with: parameters),
            other.inspect().rows.last?.activations?.count == outputCount
        else { throw InputSizeError(model: name, wanted: input, own: network.input) }
        var model = self
        model.network = other
        return model
    }
}

/// Why a network cannot take inputs of another size.
public struct InputSizeError: Error, Equatable, CustomStringConvertible {
    public var model: String
    public var wanted, own: Shape

    public var description: String {
        "\(model): cannot take pictures of \(wanted.width)×\(wanted.height): its layers are made for "
            + "\(own.width)×\(own.height) (only convolutions, pooling and global pooling take other sizes)"
    }
}
