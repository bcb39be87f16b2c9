import Tensors

/// Maps that are made twice rather than kept.
///
/// What batch normalisation and ReLU make of a convolution's output costs a multiply-add a number, far less than the
/// convolution that reads it. So the backward pass makes it again, just before it is read: in both passes it then lives
/// within one phase, in a worker's own memory and mostly in its cache, and the batch keeps a quarter fewer maps of a
/// residual block (after Chen, Xu, Zhang and Guestrin 2016, "Training Deep Nets with Sublinear Memory Cost").
extension Compiler {
    /// The buffer where a layer's output stands in the backward pass.
    ///
    /// - Parameter buffer: where it stood in the forward pass.
    mutating func recomputed(_ key: Int, _ buffer: Int) -> Int {
        if let again = madeAgain[key] { return again }
        guard let value = values[key], value.buffer == buffer, let layers = fusedLayers[key],
            case .batchNormalization(_, let tail) = layers.operation, isCheap(tail),
            isRecomputable(key, value)
        else { return buffer }
        let source = inputValue(layers.first, as: value.layout).buffer
        let again = newBuffer(.perSample(value.shape.count))
        madeAgain[key] = again
        let make = normalizationMaker(layers, tail, input: source, output: again, partials: nil)
        emit(.forward, layer: layers.first, touching: [source, again, scratch[layers.first]?.first]) {
            make($0)
        }
        return again
    }

    private func isCheap(_ tail: FusedLayers.Tail) -> Bool {
        if case .pooledReLU = tail { false } else { true }
    }

    /// Whether nobody keeps it anyway: whoever reads it again is a convolution that takes it as it lies.
    private func isRecomputable(_ key: Int, _ value: Value) -> Bool {
        !kept.contains(key)
            && graph.sources.indices.filter { graph.sources[$0].contains(.layer(key)) }.allSatisfy { reader in
                guard let layers = fusedLayers.values.first(where: { $0.first == reader }) else {
                    return false
                }
                if case .convolution = layers.operation { return value.agrees(with: layout(of: layers)) }
                return !layers.keepsInput
            }
    }
}
