import Tensors

/// Turns a network into a program: which kernel does what, in which order, on which buffers.
///
/// First the instructions are drafted with buffers by number; then phases and lifetimes are known and the buffers get
/// their places; then each draft makes its kernel with pointers.
struct Compiler<Element: Scalar> {
    struct Draft {
        var stage: Stage
        var layer: Int
        var make: (Memory<Element>) -> Kernel<Element>
    }

    /// The output of a layer (or the network's input, −1) on its way through the program.
    struct Value {
        var buffer: Int
        var shape: Shape
        var layout = MapLayout.planar
        var needsGradient = false
        var gradient: Int?
        /// Nobody reads these numbers but the one layer that does: it may overwrite them.
        var canOverwrite = false
    }

    /// A convolution's weights and bias with the normalisation behind it, and the factors that make such weights.
    struct Folded {
        var weights: Int?
        var factors, bias: Int

        var buffers: [Int?] { [weights, factors, bias] }
    }

    let graph: ResolvedGraph
    let isTraining: Bool
    let loss: Loss
    let parameters: Parameters<Element>
    let gradients: AlignedBuffer<Element>?
    let batchSize: Int
    let kept: Set<Int>
    let fusesSoftmax: Bool
    /// Of each layer: whether it or any before it has something to learn.
    let learns: [Bool]
    let learnsInput: Bool
    let usesVectorKernels: Bool
    let hasFixedParameters: Bool
    let pieceSize: Int
    let pieces: Int

    var buffers: [BufferDraft] = []
    var drafts: [Draft] = []
    var phases: [Phase] = []
    var values: [Int: Value] = [:]
    var workspace = 0
    /// Buffers of each kernel that its backward pass needs again.
    var scratch: [Int: [Int]] = [:]
    /// Values in the other layout than their own, made where a layer asks for it.
    var turned: [Int: Value] = [:]
    /// Of convolutions with a normalisation behind them: what is made of both.
    var folded: [Int: Folded] = [:]
    /// What computes each output, by the layer whose output it is.
    var fusedLayers: [Int: FusedLayers] = [:]
    /// Outputs that the backward pass has made again.
    var madeAgain: [Int: Int] = [:]
    /// Maps that convolutions add to their outputs.
    var addends: [Int: Int] = [:]
    /// Tables and packed weights of the convolutions that go through the vector kernels.
    var channelsLast: [Int: PackedConvolution] = [:]
    /// Numbers of all convolutions' weights.
    let weightCount: Int
    /// Convolutions through the vector kernels between two pauses, and the stretch that begins at each normalisation.
    var stretches: [[FusedLayers]] = []
    var stretchAfter: [Int: Int] = [:]
    var hasTurned: Set<Int> = []
    /// Outputs to be read from outside, where they are not those of `values`.
    var readable: [Int: Int] = [:]
    /// Weight gradients that wait for the end of the backward pass.
    var finalBlocks: [(draft: Draft, touching: [Int])] = []
    var firstBackward = 0
    var lossBuffers: (losses: Int, hits: Int) = (0, 0)

    init(
        _ graph: ResolvedGraph, isTraining: Bool, loss: Loss, parameters: Parameters<Element>,
        gradients: AlignedBuffer<Element>?, batchSize: Int, kept: Set<Int>, learnsInput: Bool,
        usesVectorKernels: Bool, hasFixedParameters: Bool
    ) {
        self.graph = graph
        self.isTraining = isTraining
        self.loss = loss
        self.parameters = parameters
        self.gradients = gradients
        self.batchSize = batchSize
        self.kept = kept
        self.usesVectorKernels = usesVectorKernels
        self.hasFixedParameters = hasFixedParameters
        if case .crossEntropy = loss {
            fusesSoftmax =
                graph.network.nodes.last?.layer is Softmax
                && graph.shapes.last.map { $0?.isVector ?? false } ?? false
        } else {
            fusesSoftmax = false
        }
        self.learnsInput = learnsInput && isTraining
        learns = Self.learns(graph, input: learnsInput)
        weightCount = Self.weightCount(graph)
        pieceSize = Self.pieceSize(batchSize, weightCount, isTraining)
        pieces = (batchSize + pieceSize - 1) / pieceSize
    }

    /// Samples of one piece: never a matter of the number of workers.
    ///
    /// 32 pieces keep a handful of workers evenly busy; fewer where their partial weight gradients would take more
    /// than 128 MiB.
    private static func pieceSize(_ batchSize: Int, _ weightCount: Int, _ isTraining: Bool) -> Int {
        let affordable = isTraining ? max((32 << 20) / max(weightCount, 1), 4) : 32
        return max(1, (batchSize + min(32, affordable) - 1) / min(32, affordable))
    }

    private static func weightCount(_ graph: ResolvedGraph) -> Int {
        graph.network.nodes.indices.reduce(0) { sum, index in
            let layer = graph.network.nodes[index].layer
            guard layer is Convolution else { return sum }
            return sum
                + layer.parameters(for: graph.inputShapes(of: index)).reduce(0) { $0 + $1.count }
        }
    }

    private static func learns(_ graph: ResolvedGraph, input: Bool) -> [Bool] {
        var result = Array(repeating: false, count: graph.sources.count)
        for layer in graph.order {
            let own = graph.network.nodes[layer].layer.parameters(for: graph.inputShapes(of: layer))
            result[layer] =
                !own.isEmpty
                || graph.sources[layer].contains {
                    if case .layer(let index) = $0 { result[index] } else { input }
                }
        }
        return result
    }

    // MARK: Drafting

    mutating func newBuffer(_ size: BufferDraft.Size) -> Int {
        buffers.append(BufferDraft(size: size))
        return buffers.count - 1
    }

    /// Adds an instruction; `touching` are the buffers it reads or writes.
    /// Blocks join the phase before them only when told that they do not depend on it.
    mutating func emit(
        _ stage: Stage, layer: Int, touching: [Int?], joining: Bool = false,
        _ make: @escaping (Memory<Element>) -> Kernel<Element>
    ) {
        let index = drafts.count
        for case let buffer? in touching {
            buffers[buffer].firstUse = min(buffers[buffer].firstUse, index)
            buffers[buffer].lastUse = max(buffers[buffer].lastUse, index)
        }
        drafts.append(Draft(stage: stage, layer: layer, make: make))
        if let last = phases.last, last.unit == stage.unit, stage.unit != .block || joining {
            phases[phases.count - 1].instructions = last.instructions.lowerBound..<index + 1
        } else {
            phases.append(Phase(unit: stage.unit, instructions: index..<index + 1, blocks: 0))
        }
    }

    func index(of source: ResolvedGraph.Source) -> Int {
        if case .layer(let index) = source { index } else { -1 }
    }

    /// The value a layer reads.
    func inputValue(_ layer: Int, _ position: Int = 0) -> Value {
        let key = index(of: graph.sources[layer][position])
        guard let value = values[key] else {
            preconditionFailure("layer \(layer) comes before its input \(key)")
        }
        return value
    }

    func parameter(_ layer: Int, _ name: String) -> UnsafeMutablePointer<Element>? {
        parameters.storage(of: "\(graph.network.nodes[layer].name).\(name)")?.baseAddress
    }

    /// A parameter that the layer is known to have.
    func required(_ layer: Int, _ name: String) -> UnsafeMutablePointer<Element> {
        guard let pointer = parameter(layer, name) else {
            preconditionFailure("the parameters have no \(graph.network.nodes[layer].name).\(name)")
        }
        return pointer
    }

    func gradient(_ layer: Int, _ name: String) -> UnsafeMutablePointer<Element>? {
        let full = "\(graph.network.nodes[layer].name).\(name)"
        guard let entry = parameters.entries.first(where: { $0.name == full }) else { return nil }
        return gradients.map { $0.base + entry.range.lowerBound }
    }

    // MARK: The whole program

    struct Program {
        var executor: Executor<Element>
        /// Instructions before this one go forward.
        var firstBackward: Int
        var memory: Memory<Element>
        /// Buffers of outputs that can be read, by layer.
        var readable: [Int: Int]
        var inputGradient: Int?
        var losses, hits: UnsafeMutablePointer<Element>
    }

    mutating func compile(workers: Workers) throws(NetworkError) -> Program {
        let fused = Fusion(graph, isTraining: isTraining, kept: kept, fusesSoftmax: fusesSoftmax).fused()
        fusedLayers = Dictionary(uniqueKeysWithValues: fused.map { ($0.last, $0) })
        draftPreparation(fused)
        draftInput()
        for layers in fused { draftForward(layers) }
        draftLoss()
        firstBackward = drafts.count
        if isTraining {
            for layers in fused.reversed() { draftBackward(layers) }
            for (position, block) in finalBlocks.enumerated() {
                emit(
                    block.draft.stage, layer: block.draft.layer, touching: block.touching,
                    joining: position > 0, block.draft.make)
            }
        }
        return try assemble(workers)
    }

    private mutating func draftInput() {
        let buffer = newBuffer(.perSample(graph.network.input.count))
        values[-1] = Value(buffer: buffer, shape: graph.network.input, needsGradient: learnsInput)
        emit(.forward, layer: -1, touching: [buffer]) { .load($0.samples(buffer)) }
    }

    private mutating func draftLoss() {
        let output = graph.network.nodes.count - 1
        guard values[output] != nil else { return }
        let value = value(output, as: .planar)
        buffers[value.buffer].isKept = true
        readable[output] = value.buffer
        let (losses, hits) = (newBuffer(.whole(batchSize)), newBuffer(.whole(batchSize)))
        lossBuffers = (losses, hits)
        let target = isTraining && value.needsGradient ? gradientTarget(output, .planar) : nil
        let (buffer, gradient) = (value.buffer, target?.buffer)
        let function: LossKernel<Element>.Function
        switch loss {
        case .crossEntropy(let smoothing) where fusesSoftmax:
            function = .crossEntropy(smoothing: Element(smoothing))
        case .negativeLogLikelihood: function = .negativeLogLikelihood
        default: function = .meanSquaredError
        }
        emit(.forward, layer: -1, touching: [buffer, gradient, losses, hits]) { memory in
            .loss(
                LossKernel(
                    function: function, outputs: memory.samples(buffer), gradient: memory.samples(gradient),
                    losses: memory.whole(losses), hits: memory.whole(hits)))
        }
        finishTarget(target, .planar, output)
    }

    private func checkMemory(_ elements: Int) throws(NetworkError) {
        let bytes = elements * MemoryLayout<Element>.stride
        guard bytes > PhysicalMemory.bytes else { return }
        let message =
            "batches of \(batchSize) need \(bytes >> 20) MiB, this machine has \(PhysicalMemory.bytes >> 20) MiB; "
            + "use smaller batches or a smaller network"
        throw NetworkError(network: graph.network.name, problems: [.init(layer: nil, message: message)])
    }

    private func assemble(_ workers: Workers) throws(NetworkError) -> Program {
        var buffers = buffers
        if let gradient = values[-1]?.gradient { buffers[gradient].isKept = true }
        for buffer in readable.values { buffers[buffer].isKept = true }
        var phaseOf = Array(repeating: 0, count: drafts.count)
        for (index, phase) in phases.enumerated() {
            for instruction in phase.instructions { phaseOf[instruction] = index }
        }
        let layout = ArenaLayout(
            buffers, phaseOf: phaseOf, batchSize: batchSize, pieceSize: pieceSize, workspace: workspace)
        try checkMemory(layout.sharedSize + workers.count * layout.localSize)
        let memory = Memory<Element>(layout, buffers: buffers, workers: workers.count)
        let instructions = drafts.map { draft in
            Instruction(stage: draft.stage, kernel: draft.make(memory), layer: draft.layer)
        }
        let finished = phases.map { phase in
            var phase = phase
            phase.blocks = phase.instructions.reduce(0) { $0 + instructions[$1].blocks }
            return phase
        }
        let executor = Executor(
            instructions: instructions, phases: finished, pieceSize: pieceSize,
            workspace: memory.localBase + layout.workspaceOffset(workspace), workerStride: layout.localSize,
            workers: workers, preparesOnce: hasFixedParameters)
        return Program(
            executor: executor, firstBackward: firstBackward, memory: memory,
            readable: readable, inputGradient: values[-1]?.gradient,
            losses: memory.whole(lossBuffers.losses), hits: memory.whole(lossBuffers.hits))
    }
}
