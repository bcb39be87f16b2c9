import CLIBSVM
import Glibc
import Tensors

/// Training samples in LIBSVM's memory layout: either all kernel values, computed by matrix products beforehand, or
/// the features themselves where those would not fit in memory.
final class SVMProblem: @unchecked Sendable {
    let samples: FeatureMatrix
    let kernel: KernelFunction
    /// Nil where it would not fit in memory and LIBSVM computes the kernel itself.
    let precomputed: PrecomputedKernel?
    /// Rows of features, an end mark behind each; nil where there are kernel values.
    private let features: UnsafeMutablePointer<svm_node>?

    init(_ samples: FeatureMatrix, kernel: KernelFunction, workers: Workers) {
        self.samples = samples
        self.kernel = kernel
        guard PrecomputedKernel.bytes(for: samples.count) > PhysicalMemory.bytes / 4 else {
            precomputed = PrecomputedKernel(kernel, samples, workers: workers)
            features = nil
            return
        }
        precomputed = nil
        let stride = samples.width + 1
        let nodes = UnsafeMutablePointer<svm_node>.allocate(capacity: samples.count * stride)
        for sample in 0..<samples.count {
            let row = nodes + sample * stride
            for (place, value) in samples.row(sample).enumerated() {
                (row + place).initialize(to: svm_node(index: Int32(place + 1), value: value))
            }
            (row + stride - 1).initialize(to: svm_node(index: -1, value: 0))
        }
        features = nodes
    }

    deinit { features?.deallocate() }

    private func row(_ sample: Int) -> UnsafeMutablePointer<svm_node>? {
        precomputed?.row(sample) ?? features.map { $0 + sample * (samples.width + 1) }
    }

    /// Trains on some of the samples; thread-safe unless probabilities are asked for.
    ///
    /// - Parameter labels: of all samples.
    /// - Throws: `SVMError`.
    func train(on indices: [Int], labels: [Int], settings: SVMSettings) throws(SVMError) -> TrainedMachine {
        guard Set(indices.map { labels[$0] }).count > 1 else { throw .oneClass }
        shim_svm_be_quiet()
        var targets = indices.map { Double(labels[$0]) }
        var rows: [UnsafeMutablePointer<svm_node>?] = indices.map { row($0) }
        let weights = settings.weights(for: indices.map { labels[$0] })
        var weightLabels = weights.map { Int32($0.label) }
        var weightValues = weights.map(\.weight)
        let result: Result<TrainedMachine, SVMError> = targets.withUnsafeMutableBufferPointer { targets in
            rows.withUnsafeMutableBufferPointer { rows in
                weightLabels.withUnsafeMutableBufferPointer { weightLabels in
                    weightValues.withUnsafeMutableBufferPointer { weightValues in
                        var problem = svm_problem(
                            l: Int32(indices.count), y: targets.baseAddress, x: rows.baseAddress)
                        var parameter = parameter(settings)
                        parameter.nr_weight = Int32(weights.count)
                        parameter.weight_label = weightLabels.baseAddress
                        parameter.weight = weightValues.baseAddress
                        if let reason = svm_check_parameter(&problem, &parameter) {
                            return .failure(.refused(reason: String(cString: reason)))
                        }
                        // The folds of probability estimates come from rand().
                        if settings.givesProbabilities { srand(1) }
                        var model = svm_train(&problem, &parameter)
                        defer { svm_free_and_destroy_model(&model) }
                        guard let model else { return .failure(.refused(reason: "no model")) }
                        return .success(TrainedMachine(model.pointee, indices: indices))
                    }
                }
            }
        }
        return try result.get()
    }

    private func parameter(_ settings: SVMSettings) -> svm_parameter {
        var parameter = svm_parameter()
        parameter.svm_type = Int32(C_SVC)
        parameter.cache_size = 200
        parameter.eps = settings.tolerance
        parameter.C = settings.cost
        parameter.shrinking = 1
        parameter.probability = settings.givesProbabilities ? 1 : 0
        parameter.gamma = kernel.gamma ?? 0
        switch kernel {
        case _ where precomputed != nil: parameter.kernel_type = Int32(PRECOMPUTED)
        case .linear: parameter.kernel_type = Int32(LINEAR)
        case .rbf: parameter.kernel_type = Int32(RBF)
        case .polynomial(let degree, _, let offset):
            parameter.kernel_type = Int32(POLY)
            parameter.degree = Int32(clamping: degree)
            parameter.coef0 = offset
        case .sigmoid(_, let offset):
            parameter.kernel_type = Int32(SIGMOID)
            parameter.coef0 = offset
        }
        return parameter
    }

    /// The trained machine as a model that stands for itself.
    func model(_ machine: TrainedMachine) -> SVMModel {
        SVMModel(
            kernel: kernel, labels: machine.labels, vectors: samples.rows(machine.vectors),
            vectorCounts: machine.vectorCounts, coefficients: machine.coefficients, offsets: machine.offsets,
            probabilityA: machine.probabilityA, probabilityB: machine.probabilityB)
    }
}

/// What LIBSVM found, its support vectors named by their place among the problem's samples.
struct TrainedMachine: Sendable {
    let labels: [Int]
    let vectors: [Int]
    let vectorCounts: [Int]
    let coefficients: [[Double]]
    let offsets: [Double]
    let probabilityA, probabilityB: [Double]

    init(_ model: svm_model, indices: [Int]) {
        let (classes, count) = (Int(model.nr_class), Int(model.l))
        let pairs = classes * (classes - 1) / 2
        let doubles = { (pointer: UnsafeMutablePointer<Double>?, count: Int) in
            pointer.map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
        }
        let integers = { (pointer: UnsafeMutablePointer<Int32>?, count: Int) in
            pointer.map { UnsafeBufferPointer(start: $0, count: count).map(Int.init) } ?? []
        }
        labels = integers(model.label, classes)
        vectors = integers(model.sv_indices, count).map { indices[$0 - 1] }
        vectorCounts = integers(model.nSV, classes)
        coefficients = (0..<classes - 1).map { doubles(model.sv_coef?[$0], count) }
        offsets = doubles(model.rho, pairs)
        probabilityA = doubles(model.probA, pairs)
        probabilityB = doubles(model.probB, pairs)
    }
}
