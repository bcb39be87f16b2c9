import Tensors

extension SVMModel {
    /// Trains a machine on labelled samples.
    ///
    /// The kernel between all samples is computed by matrix products where it fits in memory, which is several times
    /// faster than LIBSVM's own; the result is the same up to rounding.
    ///
    /// - Parameter labels: a class number for each sample.
    /// - Throws: `SVMError` for one class alone, or settings that LIBSVM refuses.
    public init(
        training samples: FeatureMatrix, labels: [Int], settings: SVMSettings, workers: Workers
    ) throws(SVMError) {
        precondition(labels.count == samples.count, "\(labels.count) labels for \(samples.count) samples")
        let problem = SVMProblem(samples, kernel: settings.kernel, workers: workers)
        let machine = try problem.train(on: Array(0..<samples.count), labels: labels, settings: settings)
        self = problem.model(machine)
    }
}

/// Looks for the cost and γ that classify held-out samples best.
public struct GridSearch: Sendable, Equatable {
    public var costs: [Double]
    /// For kernels that have a γ.
    public var gammas: [Double]
    /// Parts of the training samples, each of which is held out once.
    public var folds: Int

    public init(costs: [Double], gammas: [Double], folds: Int = 5) {
        precondition(!costs.isEmpty && folds > 1, "\(costs.count) costs, \(folds) folds")
        self.costs = costs
        self.gammas = gammas
        self.folds = folds
    }

    /// One pair that was tried.
    public struct Point: Sendable, Equatable {
        public let cost: Double
        public let gamma: Double?
        /// Share of all samples that was right when it was held out.
        public let accuracy: Double
    }

    /// How many pairs there are for a kernel.
    public func count(for kernel: KernelFunction) -> Int { costs.count * gammas(for: kernel).count }

    private func gammas(for kernel: KernelFunction) -> [Double?] {
        guard kernel.gamma != nil, !gammas.isEmpty else { return [kernel.gamma] }
        return gammas
    }

    /// Tries all pairs. For each γ the kernel is computed once for all costs and folds.
    ///
    /// - Parameter tried: is told each pair; says whether to go on.
    /// - Returns: what was tried, in the order γ by γ.
    /// - Throws: `SVMError`, also where a fold would leave one class alone.
    public func run(
        _ samples: FeatureMatrix, labels: [Int], settings: SVMSettings, workers: Workers,
        random: RandomSource, tried: (Point) -> Bool
    ) throws(SVMError) -> [Point] {
        let folds = Self.folds(of: labels, count: folds, random: random)
        var points: [Point] = []
        for gamma in gammas(for: settings.kernel) {
            let kernel = gamma.map { settings.kernel.with(gamma: $0) } ?? settings.kernel
            let problem = SVMProblem(samples, kernel: kernel, workers: workers)
            for cost in costs {
                var settings = settings
                (settings.kernel, settings.cost, settings.givesProbabilities) = (kernel, cost, false)
                let right = try rightAnswers(problem, labels, folds, settings, workers)
                let accuracy = Double(right) / Double(max(1, samples.count))
                points.append(Point(cost: cost, gamma: gamma, accuracy: accuracy))
                if !tried(points[points.count - 1]) { return points }
            }
        }
        return points
    }

    /// The best pair; among equals the smallest cost, then the smallest γ: the smoothest boundary.
    public static func best(_ points: [Point]) -> Point? {
        points.max { one, other in
            (one.accuracy, -one.cost, -(one.gamma ?? 0)) < (other.accuracy, -other.cost, -(other.gamma ?? 0))
        }
    }

    private func rightAnswers(
        _ problem: SVMProblem, _ labels: [Int], _ folds: [[Int]], _ settings: SVMSettings, _ workers: Workers
    ) throws(SVMError) -> Int {
        guard let precomputed = problem.precomputed else {
            var right = 0
            for held in folds {
                let machine = try problem.train(
                    on: Self.others(held, of: labels.count), labels: labels, settings: settings)
                let model = problem.model(machine)
                let decisions = model.decisionValues(problem.samples.rows(held), workers: workers)
                right += zip(held, decisions).count { labels[$0] == model.elected(by: $1) }
            }
            return right
        }
        let results = FoldResults(count: folds.count)
        workers.run(pieces: folds.count) { fold, _ in
            let training = Self.others(folds[fold], of: labels.count)
            results[fold] = Self.result { () throws(SVMError) in
                let machine = try problem.train(on: training, labels: labels, settings: settings)
                let model = problem.model(machine)
                return folds[fold].count { sample in
                    let kernelRow = machine.vectors.map { precomputed.value(sample, $0) }
                    return labels[sample] == model.elected(by: model.decisions(kernelRow: kernelRow[...]))
                }
            }
        }
        var right = 0
        for fold in folds.indices { right += try results[fold].get() }
        return right
    }

    private static func result(_ body: () throws(SVMError) -> Int) -> Result<Int, SVMError> {
        do throws(SVMError) { return .success(try body()) } catch { return .failure(error) }
    }

    /// The samples' numbers in so many parts, every class spread over all of them.
    static func folds(of labels: [Int], count: Int, random: RandomSource) -> [[Int]] {
        var folds = Array(repeating: [Int](), count: count)
        var next = 0
        for label in Set(labels).sorted() {
            var members = labels.indices.filter { labels[$0] == label }
            var source = random.stream(UInt64(bitPattern: Int64(label)))
            source.shuffle(&members)
            for member in members {
                folds[next % count].append(member)
                next += 1
            }
        }
        return folds.map { $0.sorted() }
    }

    private static func others(_ held: [Int], of count: Int) -> [Int] {
        let held = Set(held)
        return (0..<count).filter { !held.contains($0) }
    }
}

/// A place for each fold's result; each is written by one worker and read when all are done.
private final class FoldResults: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Result<Int, SVMError>>

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: .success(0))
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    subscript(fold: Int) -> Result<Int, SVMError> {
        get { places[fold] }
        set { places[fold] = newValue }
    }
}
