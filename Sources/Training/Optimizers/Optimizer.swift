import Tensors

/// Takes gradients down to new weights: L2 regularisation, gradient clipping, then the solver's step.
///
/// Per tensor, the learning rate and λ are multiplied by its factors, as in MATLAB
/// (https://www.mathworks.com/help/deeplearning/ref/trainingoptions.html, "Algorithms"). Elementwise work is shared
/// out by fixed blocks and sums are added in block order, so results do not depend on the number of threads.
public final class Optimizer {
    public let solver: Solver
    public private(set) var blocks: [UpdateBlock]
    /// Updates made so far: what adam's bias correction counts.
    public var steps = 0
    /// sgdm: the last update. adam: the moving average of gradients.
    package let firstMoment: AlignedBuffer<Float>
    /// adam, rmsprop: the moving average of squared gradients.
    package let secondMoment: AlignedBuffer<Float>
    private let workers: Workers
    /// One partial sum per block.
    private var sums: [Double]

    /// - Parameter tensors: where each parameter tensor lies in the flat buffer of `count` values, and its factors.
    public init(
        _ solver: Solver, count: Int, tensors: [(range: Range<Int>, learnRateFactor: Float, l2Factor: Float)],
        workers: Workers
    ) {
        self.solver = solver
        self.workers = workers
        blocks = UpdateBlock.cut(tensors)
        firstMoment = AlignedBuffer(count: solver == .rmsprop ? 0 : count)
        secondMoment = AlignedBuffer(count: solver == .sgdm ? 0 : count)
        sums = Array(repeating: 0, count: blocks.count)
    }

    /// Takes other tensors of the same flat buffer, when layers are frozen or thawed; moments stay as they are.
    func take(_ tensors: [(range: Range<Int>, learnRateFactor: Float, l2Factor: Float)]) {
        blocks = UpdateBlock.cut(tensors)
        sums = Array(repeating: 0, count: blocks.count)
    }

    /// `½ λ Σ factor · w²` over all weights: what L2 regularisation adds to the loss.
    public func regularizationLoss(of values: UnsafeMutableBufferPointer<Float>, l2 lambda: Double) -> Double
    {
        guard lambda > 0, let base = values.baseAddress else { return 0 }
        sumOverBlocks { block in
            block.l2Factor == 0
                ? 0 : Double(block.l2Factor) * sumOfSquares(base + block.start, count: block.count)
        }
        return lambda / 2 * sums.reduce(0, +)
    }

    /// One step. `gradients` are those of the mean loss without regularisation; they are used up.
    public func update(
        _ values: UnsafeMutableBufferPointer<Float>, gradients: UnsafeMutableBufferPointer<Float>,
        learnRate: Double, options: Options
    ) {
        guard let values = values.baseAddress, let gradients = gradients.baseAddress else { return }
        steps += 1
        if options.l2Regularization > 0 {
            addRegularization(to: gradients, values: values, l2: Float(options.l2Regularization))
        }
        if options.gradientThreshold < .infinity { clip(gradients, options) }
        switch solver {
        case .sgdm: stepSGDM(values, gradients, learnRate, options)
        case .adam: stepAdam(values, gradients, learnRate, options)
        case .rmsprop: stepRMSProp(values, gradients, learnRate, options)
        }
    }

    /// Runs the body on every block, blocks shared out among the workers.
    func forEachBlock(_ body: (UpdateBlock) -> Void) {
        blocks.withUnsafeBufferPointer { blocks in
            workers.run(pieces: blocks.count) { piece, _ in body(blocks[piece]) }
        }
    }

    /// Leaves each block's figure in `sums`.
    private func sumOverBlocks(_ body: (UpdateBlock) -> Double) {
        sums.withUnsafeMutableBufferPointer { sums in
            blocks.withUnsafeBufferPointer { blocks in
                workers.run(pieces: blocks.count) { piece, _ in sums[piece] = body(blocks[piece]) }
            }
        }
    }

    /// `g += λ · factor · w`
    private func addRegularization(
        to gradients: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>, l2 lambda: Float
    ) {
        forEachBlock { block in
            let decay = lambda * block.l2Factor
            guard decay != 0 else { return }
            let g = gradients + block.start
            let w = values + block.start
            for i in 0..<block.count { g[i] += decay * w[i] }
        }
    }

    // MARK: Clipping

    /// Cuts gradients beyond the threshold by one of MATLAB's three methods.
    private func clip(_ gradients: UnsafeMutablePointer<Float>, _ options: Options) {
        let threshold = options.gradientThreshold
        switch options.gradientThresholdMethod {
        case .absoluteValue:
            let limit = Float(threshold)
            forEachBlock { block in
                let g = gradients + block.start
                for i in 0..<block.count { g[i] = min(max(g[i], -limit), limit) }
            }
        case .globalL2norm, .l2norm:
            sumOverBlocks { sumOfSquares(gradients + $0.start, count: $0.count) }
            scale(
                gradients,
                by: scales(threshold: threshold, global: options.gradientThresholdMethod == .globalL2norm))
        }
    }

    /// For each tensor `threshold / norm` where its norm, or all tensors' common norm, is larger; else 1.
    private func scales(threshold: Double, global: Bool) -> [Float] {
        let tensors = (blocks.last?.entry ?? -1) + 1
        var squares = [Double](repeating: 0, count: tensors)
        for (block, sum) in zip(blocks, sums) { squares[block.entry] += sum }
        if global {
            let common = squares.reduce(0, +)
            squares = squares.map { _ in common }
        }
        return squares.map { $0.squareRoot() > threshold ? Float(threshold / $0.squareRoot()) : 1 }
    }

    private func scale(_ gradients: UnsafeMutablePointer<Float>, by scales: [Float]) {
        forEachBlock { block in
            let scale = scales[block.entry]
            guard scale != 1 else { return }
            let g = gradients + block.start
            for i in 0..<block.count { g[i] *= scale }
        }
    }
}
