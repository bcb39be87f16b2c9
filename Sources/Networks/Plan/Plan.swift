import Tensors

/// What a batch gave, beside the gradients.
public struct BatchOutcome: Sendable, Equatable {
    /// Mean over the batch, without regularisation.
    public var meanLoss: Float
    /// Samples whose largest output is the label's (or, with one output, rounds to it).
    public var correct: Int
    /// Sum over the batch, for means over many batches of different sizes.
    public var totalLoss: Double
}

/// A network compiled for a largest batch size and a mode: shapes resolved, memory laid out, kernels chosen.
///
/// A batch is cut into pieces of a fixed number of samples. A worker takes a piece through layer after layer, up to
/// where a layer needs the whole batch; partial sums are added in the order of the pieces, so results do not depend
/// on how many workers there are or who was faster. Once made, a plan allocates nothing.
///
/// It reads (and for batch normalisation updates) `parameters` in place: change them between steps as you like.
/// One step at a time, from one thread.
public final class Plan<Element: Scalar> {
    public enum Mode: Sendable { case training, inference }

    /// Puts sample `sample` of the batch at the given place. Called from the workers' threads, each sample once.
    ///
    /// It escapes into the plan until the step is over: make the closure once, outside the loop, and a step
    /// allocates nothing.
    public typealias Load = (_ sample: Int, _ into: UnsafeMutableBufferPointer<Element>) -> Void

    public let network: Network
    public let batchSize: Int
    public let mode: Mode
    public let parameters: Parameters<Element>
    public let outputShape: Shape
    /// Mean over the last batch, laid out as `Parameters.values`; no regularisation in it. Empty for inference.
    public var gradients: UnsafeMutableBufferPointer<Element> { gradientBuffer.elements }
    /// Of every dropout layer while training; as each declares when nil.
    public var dropoutProbability: Double?

    private let gradientBuffer: AlignedBuffer<Element>
    /// Each sample's part of the mean loss, where samples have weights.
    private let shares: AlignedBuffer<Float>
    let program: Compiler<Element>.Program
    private let shapes: [Shape?]
    private var lastCount = 0

    /// - Parameters:
    ///   - batchSize: the largest; smaller batches may follow.
    ///   - usesVectorKernels: false for the reference kernels alone, to compare the fast ones with.
    ///   - hasFixedParameters: for inference: the parameters never change after the first batch, and what is made of
    ///     them (folded batch normalisations, packed weights) is kept.
    ///   - wantsInputGradients: whether training also leaves `inputGradients`.
    ///   - keeping: layers whose outputs can be read by `activations(of:)`; others may be overwritten or never exist.
    public init(
        _ network: Network, batchSize: Int, mode: Mode, loss: Loss = .crossEntropy(),
        parameters: Parameters<Element>, workers: Workers, keeping: Set<String> = [],
        wantsInputGradients: Bool = false, usesVectorKernels: Bool = true,
        hasFixedParameters: Bool = false
    ) throws(NetworkError) {
        precondition(batchSize > 0, "a batch needs at least one sample, not \(batchSize)")
        _ = try network.analyze()
        if mode == .training { try network.requireTrainable(with: loss) }
        let graph = ResolvedGraph(network)
        self.network = network
        self.batchSize = batchSize
        self.mode = mode
        self.parameters = parameters
        shapes = graph.shapes
        outputShape = (graph.shapes.last ?? nil) ?? network.input
        gradientBuffer = AlignedBuffer(count: mode == .training ? parameters.values.count : 0)
        shares = AlignedBuffer(count: batchSize)
        var compiler = Compiler(
            graph, isTraining: mode == .training, loss: loss, parameters: parameters,
            gradients: mode == .training ? gradientBuffer : nil, batchSize: batchSize,
            kept: Set(network.nodes.indices.filter { keeping.contains(network.nodes[$0].name) }),
            learnsInput: wantsInputGradients, usesVectorKernels: usesVectorKernels,
            hasFixedParameters: hasFixedParameters && mode == .inference)
        program = try compiler.compile(workers: workers)
    }

    /// Bytes of the plan's own memory: activations, gradients, workspace.
    public var memoryBytes: Int {
        (program.memory.arena.count + gradientBuffer.count) * MemoryLayout<Element>.stride
    }

    /// Forward and backward over samples `0 ..< count`; leaves the mean gradients in `gradients` and updates the
    /// running statistics.
    ///
    /// - Parameters:
    ///   - labels: one class from 0 for each sample.
    ///   - weights: how much each sample counts in the mean, 0 for not at all; equally when nil. The weight of a
    ///     sample's class makes up for classes of different sizes.
    ///   - random: of this step; dropout draws from its streams.
    public func computeGradients(
        count: Int, labels: UnsafeBufferPointer<Int32>, weights: UnsafeBufferPointer<Float>? = nil,
        random: RandomSource, load: @escaping Load
    ) -> BatchOutcome {
        precondition(mode == .training, "gradients need a plan for training")
        return run(count: count, labels: labels, weights: weights, random: random, load: load)
    }

    /// Forward only; the results stand in `outputs`.
    public func infer(count: Int, load: @escaping Load) {
        precondition(mode == .inference, "inference needs a plan for inference")
        checkCount(count)
        program.executor.run(Batch(count: count), load: load)
        lastCount = count
    }

    /// Forward only, compared with the labels.
    public func evaluate(count: Int, labels: UnsafeBufferPointer<Int32>, load: @escaping Load) -> BatchOutcome
    {
        precondition(mode == .inference, "evaluation needs a plan for inference")
        return run(count: count, labels: labels, random: RandomSource(seed: 0), load: load)
    }

    /// `[count, outputShape]` of the last batch; probabilities when the network ends in softmax.
    public var outputs: UnsafeBufferPointer<Element> {
        let values = readableValues(of: network.nodes.count - 1)
        return UnsafeBufferPointer(values ?? UnsafeMutableBufferPointer(start: nil, count: 0))
    }

    /// Gradient of the mean loss with respect to the inputs, `[count, input]`; nil unless asked for.
    public var inputGradients: UnsafeBufferPointer<Element>? {
        program.inputGradient.map {
            UnsafeBufferPointer(
                start: program.memory.samples($0).base, count: lastCount * network.input.count)
        }
    }

    /// A copy of a layer's outputs `[count, shape]` for the last batch; nil unless it was named in `keeping`.
    public func activations(of layer: String) -> [Element]? {
        guard let index = network.nodes.firstIndex(where: { $0.name == layer }) else { return nil }
        return readableValues(of: index).map { Array($0) }
    }

    private func readableValues(of layer: Int) -> UnsafeMutableBufferPointer<Element>? {
        guard let buffer = program.readable[layer], let shape = shapes[layer] else { return nil }
        return UnsafeMutableBufferPointer(
            start: program.memory.samples(buffer).base, count: lastCount * shape.count)
    }

    private func checkCount(_ count: Int) {
        precondition(
            count > 0 && count <= batchSize,
            "the plan takes batches of 1 to \(batchSize) samples, not \(count)")
    }

    private func run(
        count: Int, labels: UnsafeBufferPointer<Int32>, weights: UnsafeBufferPointer<Float>? = nil,
        random: RandomSource, load: @escaping Load
    ) -> BatchOutcome {
        checkCount(count)
        precondition(labels.count >= count, "\(count) samples came with \(labels.count) labels")
        let classes = outputShape.count
        for sample in 0..<count {
            let label = Int(labels[sample])
            precondition(
                label >= 0 && (label < classes || classes == 1),
                "sample \(sample) has label \(label), the network has \(classes) classes")
        }
        let total = weights.map { setShares($0, count: count) }
        program.executor.run(
            Batch(
                count: count, dropoutProbability: dropoutProbability ?? -1, random: random,
                labels: labels.baseAddress, shares: total == nil ? nil : UnsafePointer(shares.base)),
            load: load)
        lastCount = count
        var (loss, correct) = (0.0, 0)
        for sample in 0..<count {
            loss += Double(program.losses[sample]) * (total == nil ? 1 : Double(shares.base[sample]))
            if program.hits[sample] > 0 { correct += 1 }
        }
        guard let total else {
            return BatchOutcome(meanLoss: Float(loss / Double(count)), correct: correct, totalLoss: loss)
        }
        return BatchOutcome(meanLoss: Float(loss), correct: correct, totalLoss: loss * total)
    }
}

extension Plan {
    /// Divides the weights by their sum, which it gives.
    private func setShares(_ weights: UnsafeBufferPointer<Float>, count: Int) -> Double {
        precondition(weights.count >= count, "\(count) samples came with \(weights.count) weights")
        let total = (0..<count).reduce(0.0) { $0 + Double(weights[$1]) }
        for sample in 0..<count {
            shares.base[sample] = total > 0 ? Float(Double(weights[sample]) / total) : 0
        }
        return total
    }
}

extension Network {
    /// Throws what stands in the way of training, beside what `analyze` finds.
    func requireTrainable(with loss: Loss) throws(NetworkError) {
        var problems = nodes.filter { !$0.layer.isDifferentiable }.map {
            NetworkError.Problem(
                layer: $0.name,
                message: "a \($0.layer.kind) layer has no gradient; use sigmoid or tanh for training")
        }
        if case .crossEntropy = loss, let last = nodes.last {
            let shape = inspect().rows.last?.activations ?? input
            if !(last.layer is Softmax) {
                problems.append(
                    NetworkError.Problem(
                        layer: last.name,
                        message:
                            "cross-entropy needs softmax as the last layer, found \(last.layer.kind); append one"
                    ))
            } else if !shape.isVector {
                problems.append(
                    NetworkError.Problem(
                        layer: last.name,
                        message:
                            "cross-entropy needs one number per class, found maps of \(shape); pool or flatten them"
                    ))
            }
        }
        guard problems.isEmpty else { throw NetworkError(network: name, problems: problems) }
    }
}
