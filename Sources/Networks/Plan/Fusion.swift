import Tensors

/// One or more layers of a network that a single kernel computes.
struct FusedLayers {
    enum Operation {
        /// With the normalisation that is folded into its weights, the map that is added to its output, and a ReLU.
        case convolution(Convolution, folding: Int?, adding: ResolvedGraph.Source?, clamps: Bool)
        case fullyConnected(FullyConnected)
        case batchNormalization(BatchNormalization, tail: Tail)
        case elementwise(any Layer)
        case softmax
        case maxPooling(MaxPooling)
        case averagePooling(AveragePooling)
        case subsampling(Subsampling)
        case globalAverage
        case dropout(Dropout)
        case crossChannel(CrossChannelNormalization)
        case addition
        case concatenation
        /// Any layer with a kernel of its own.
        case standalone(any Layer)
        /// The same numbers under another name or shape.
        case nothing
        /// Softmax that the loss computes.
        case lossSoftmax
    }

    enum Tail {
        case none, relu
        case pooledReLU(MaxPooling)
    }

    var operation: Operation
    /// The layer whose parameters are used and whose input is read, and the one whose output appears.
    var first, last: Int

    /// Whether the backward pass reads the input, or the output, of the forward pass.
    var keepsInput: Bool {
        switch operation {
        case .convolution, .fullyConnected, .batchNormalization, .crossChannel, .standalone: true
        default: false
        }
    }

    var keepsOutput: Bool {
        switch operation {
        case .elementwise, .softmax, .crossChannel, .standalone: true
        case .convolution(_, _, _, let clamps): clamps
        case .batchNormalization(_, let tail): if case .none = tail { false } else { true }
        default: false
        }
    }
}

/// Finds runs of layers that one kernel can compute.
struct Fusion {
    let graph: ResolvedGraph
    let isTraining: Bool
    /// Layers whose own output must exist.
    let kept: Set<Int>
    let fusesSoftmax: Bool
    private var users: [[Int]]
    /// When each layer's turn comes.
    private var turns: [Int]

    init(_ graph: ResolvedGraph, isTraining: Bool, kept: Set<Int>, fusesSoftmax: Bool) {
        self.graph = graph
        self.isTraining = isTraining
        self.kept = kept
        self.fusesSoftmax = fusesSoftmax
        users = Array(repeating: [], count: graph.sources.count)
        turns = users.map { _ in 0 }
        for (turn, layer) in graph.order.enumerated() { turns[layer] = turn }
        for (user, sources) in graph.sources.enumerated() {
            for case .layer(let index) in sources { users[index].append(user) }
        }
    }

    func fused() -> [FusedLayers] {
        var absorbed: Set<Int> = []
        var result: [FusedLayers] = []
        for index in graph.order where !absorbed.contains(index) {
            let layers = fuse(from: index)
            var next = layers.first
            while next != layers.last, let follower = onlyUser(of: next) {
                absorbed.insert(follower)
                next = follower
            }
            result.append(layers)
        }
        return result
    }

    private func layer(_ index: Int) -> any Layer { graph.network.nodes[index].layer }

    /// The one layer that reads this one's output, if nothing else needs that output.
    private func onlyUser(of index: Int) -> Int? {
        users[index].count == 1 && !kept.contains(index) ? users[index][0] : nil
    }

    private func fuse(from index: Int) -> FusedLayers {
        func single(_ operation: FusedLayers.Operation) -> FusedLayers {
            FusedLayers(operation: operation, first: index, last: index)
        }
        switch layer(index) {
        case let layer as Convolution: return fuse(layer, at: index)
        case let layer as BatchNormalization: return fuse(layer, at: index)
        case let layer as FullyConnected: return single(.fullyConnected(layer))
        case is Softmax:
            return single(fusesSoftmax && index == graph.network.nodes.count - 1 ? .lossSoftmax : .softmax)
        case let layer as MaxPooling: return single(.maxPooling(layer))
        case let layer as AveragePooling: return single(.averagePooling(layer))
        case let layer as Subsampling: return single(.subsampling(layer))
        case is GlobalAveragePooling: return single(.globalAverage)
        case let layer as Dropout: return single(isTraining ? .dropout(layer) : .nothing)
        case let layer as CrossChannelNormalization: return single(.crossChannel(layer))
        case is Addition: return single(.addition)
        case is DepthConcatenation: return single(.concatenation)
        case is Flatten, is Reshape: return single(.nothing)
        case let layer as any StandaloneLayer: return single(.standalone(layer))
        case let layer: return single(.elementwise(layer))
        }
    }

    private func fuse(_ convolution: Convolution, at index: Int) -> FusedLayers {
        var last = index
        var folding: Int?
        if !isTraining, let next = onlyUser(of: last), layer(next) is BatchNormalization {
            (folding, last) = (next, next)
        }
        var adding: ResolvedGraph.Source?
        if !isTraining, let next = onlyUser(of: last), let other = otherSide(of: next, than: last),
            isReady(other, before: index)
        {
            (adding, last) = (other, next)
        }
        var clamps = false
        if let next = onlyUser(of: last), layer(next) is ReLU { (clamps, last) = (true, next) }
        return FusedLayers(
            operation: .convolution(convolution, folding: folding, adding: adding, clamps: clamps),
            first: index,
            last: last)
    }

    /// What an addition of two adds to this layer's output.
    private func otherSide(of addition: Int, than layer: Int) -> ResolvedGraph.Source? {
        let sources = graph.sources[addition]
        guard self.layer(addition) is Addition, sources.count == 2 else { return nil }
        return sources.first { $0 != .layer(layer) }
    }

    private func isReady(_ source: ResolvedGraph.Source, before layer: Int) -> Bool {
        if case .layer(let index) = source { turns[index] < turns[layer] } else { true }
    }

    private func fuse(_ normalization: BatchNormalization, at index: Int) -> FusedLayers {
        var last = index
        var tail = FusedLayers.Tail.none
        if let next = onlyUser(of: last), layer(next) is ReLU {
            (tail, last) = (.relu, next)
            if let next = onlyUser(of: last), let pooling = layer(next) as? MaxPooling,
                let input = graph.shapes[last], pooling.tiles(input)
            {
                (tail, last) = (.pooledReLU(pooling), next)
            }
        }
        return FusedLayers(
            operation: .batchNormalization(normalization, tail: tail), first: index, last: last)
    }
}

extension MaxPooling {
    /// Windows touch but do not overlap, and none reaches into padding.
    fileprivate func tiles(_ input: Shape) -> Bool {
        func tiles(_ window: Window, _ size: Int) -> Bool {
            window.kernel == window.stride && window.dilation == 1 && window.paddingBefore(size) == 0
                && ((try? window.positions(over: size, axis: .height)) ?? 0) * window.kernel <= size
        }
        return tiles(rows, input.height) && tiles(columns, input.width)
    }
}
