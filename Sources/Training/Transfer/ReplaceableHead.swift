import Interchange
import Networks
import Tensors

/// The last layers of a network that belong to its classes: the last one that learns, and all behind it.
struct ReplaceableHead {
    /// What the new layers take: a layer's name, or the network's input.
    let entry: String
    /// The layers that go, in their order.
    let layers: Set<String>
    /// Of those, what comes behind the last one that learns and stays the same for other classes.
    let kept: [Network.Node]
    /// The layer whose outputs were the classes.
    let classifier: Network.Node

    /// - Throws: `TransferError.noHead` where the end of the network is not a chain from a convolution or a fully
    ///   connected layer to the classes.
    init(_ network: Network, name: String) throws(TransferError) {
        func failure(_ reason: String) -> TransferError { .noHead(model: name, reason: reason) }
        let nodes = Dictionary(network.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let learning = network.learningLayers
        guard var node = network.nodes.last else { throw failure("it has no layers") }
        var chain: [Network.Node] = []
        while !learning.contains(node.name) || node.layer is Affine {
            guard node.inputs.count == 1 else {
                throw failure("\(node.name), a \(node.layer.kind), joins \(node.inputs.count) branches")
            }
            chain.append(node)
            guard let before = nodes[node.inputs[0]] else { throw failure("nothing in it learns") }
            node = before
        }
        guard node.layer is FullyConnected || node.layer is Convolution else {
            throw failure(
                "the last layer that learns is \(node.name), a \(node.layer.kind); "
                    + "a convolution or a fully connected layer is needed")
        }
        guard let entry = node.inputs.first else { throw failure("\(node.name) takes nothing") }
        classifier = node
        self.entry = entry
        layers = Set(chain.map(\.name) + [node.name])
        kept = chain.reversed().filter { Self.stays($0.layer) }
    }

    /// Whether a layer works on any number of classes: not those that make probabilities or reorder a fixed number.
    private static func stays(_ layer: any Layer) -> Bool {
        switch layer {
        case is Softmax, is LogSoftmax, is Sigmoid, is Affine, is Flatten: false
        case is Reshape, is Transposition, is Slicing, is ChannelSelection: false
        default: true
        }
    }

    /// A layer like the classifier for other classes, then what stays of the old end, then softmax.
    func replacement(_ transfer: Transfer, avoiding names: Set<String>) -> [PresetLayer] {
        func unused(_ name: String) -> String { names.contains(name) ? unused("new_\(name)") : name }
        var layer = classifier.layer
        let weights = LearnFactors(rate: transfer.weightLearnRateFactor)
        let biases = LearnFactors(rate: transfer.biasLearnRateFactor, l2: 0)
        if let old = layer as? Convolution {
            // Groups divide the number of outputs, which other classes need not.
            var convolution = Convolution(
                filters: 1, kernel: Extent(rows: old.rows.kernel, columns: old.columns.kernel),
                stride: Extent(rows: old.rows.stride, columns: old.columns.stride), padding: old.padding,
                dilation: Extent(rows: old.rows.dilation, columns: old.columns.dilation))
            (convolution.weightFactors, convolution.biasFactors) = (weights, biases)
            layer = convolution
        } else {
            var dense = FullyConnected(outputs: 1)
            (dense.weightFactors, dense.biasFactors) = (weights, biases)
            layer = dense
        }
        var result = [
            PresetLayer(
                name: unused("new_\(classifier.name)"), inputs: [entry], layer: layer, followsClasses: true,
                place: "transfer")
        ]
        for node in kept {
            result.append(
                PresetLayer(
                    name: node.name, inputs: nil, layer: node.layer, followsClasses: false,
                    place: "transfer"))
        }
        result.append(
            PresetLayer(
                name: unused("new_softmax"), inputs: nil, layer: Softmax(), followsClasses: false,
                place: "transfer"))
        return result
    }
}

extension Convolution {
    fileprivate var padding: Padding {
        guard case .explicit(let top, let bottom) = rows.padding,
            case .explicit(let left, let right) = columns.padding
        else { return .same }
        return .explicit(top: top, left: left, bottom: bottom, right: right)
    }
}
