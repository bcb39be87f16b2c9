import Classical
import Datasets
import Glibc
import Interchange
import Runs
import Statistics
import Tensors

/// A trained support vector machine with all that its use needs: the file `svm.model` in LIBSVM's format, and beside it
/// `svm.safetensors` with the input's normalisation, the class names, the preset and the detector's threshold.
public struct SVMCheckpoint: Sendable {
    public var model: SVMModel
    public var preset: Preset
    public var classNames: [String]
    public var normalizer: Normalizer
    /// For two classes: the decision value from which a sample counts as the second class.
    public var threshold: Double

    private static let format = "cnntop svm 1"

    /// Whether a run has one.
    public static func exists(in run: RunDirectory) -> Bool { access(modelFile(run), R_OK) == 0 }

    static func modelFile(_ run: RunDirectory) -> String { "\(run.checkpoints)/\(RunDirectory.machineFile)" }
    private static func companion(_ run: RunDirectory) -> String { "\(run.checkpoints)/svm.safetensors" }

    /// The name of the model relative to the run directory.
    static let name = "checkpoints/\(RunDirectory.machineFile)"

    func write(to run: RunDirectory) throws {
        var file = Safetensors()
        file.tensors["input.factors"] = Safetensors.Tensor(
            normalizer.factors, shape: [normalizer.factors.count])
        file.tensors["input.offsets"] = Safetensors.Tensor(
            normalizer.offsets, shape: [normalizer.offsets.count])
        file.metadata = [
            "format": Self.format, "preset": preset.yaml, "classes": classNames.joined(separator: "\n"),
            "threshold": "\(threshold)", "features": "\(model.width)",
        ]
        try file.write(to: Self.companion(run))
        try model.write(to: Self.modelFile(run))
    }

    /// - Throws: `SVMError`, `SafetensorsError` or `CheckpointError` for files that are missing or damaged.
    public init(_ run: RunDirectory) throws {
        let path = Self.companion(run)
        let file = try Safetensors(contentsOf: path)
        guard file.metadata["format"] == Self.format, let text = file.metadata["preset"],
            let classes = file.metadata["classes"],
            let width = file.metadata["features"].flatMap({ Int($0) }),
            let factors = file.tensors["input.factors"]?.floats(),
            let offsets = file.tensors["input.offsets"]?.floats(), factors.count == offsets.count
        else { throw CheckpointError.damaged(path: path) }
        preset = try Preset(yaml: text, file: path)
        classNames = classes.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        normalizer = Normalizer(
            factors: factors, offsets: offsets, standardizesEachSample: preset.data.normalization == .each)
        threshold = file.metadata["threshold"].flatMap { Double($0) } ?? 0
        model = try SVMModel(contentsOf: Self.modelFile(run), width: width)
        guard model.labels.allSatisfy(classNames.indices.contains) else {
            throw CheckpointError.damaged(path: Self.modelFile(run))
        }
    }

    init(
        model: SVMModel, preset: Preset, classNames: [String], normalizer: Normalizer, threshold: Double = 0
    ) {
        self.model = model
        self.preset = preset
        self.classNames = classNames
        self.normalizer = normalizer
        self.threshold = threshold
    }
}

extension SVMCheckpoint {
    /// How much each sample looks like the second of two classes, whatever the order that training met them in.
    public func scores(_ decisions: [[Double]]) -> [Double] {
        let sign = model.labels.first == 1 ? 1.0 : -1.0
        return decisions.map { sign * ($0.first ?? 0) }
    }

    /// The machine on a set of samples. It has no loss.
    ///
    /// - Throws: `SVMError.wrongWidth` for samples of another size.
    public func evaluate(_ set: SampleSet, workers: Workers) throws(SVMError) -> Evaluation {
        guard set.shape.count == model.width else {
            throw .wrongWidth(found: set.shape.count, expected: model.width)
        }
        let decisions = model.decisionValues(set.featureMatrix, workers: workers)
        let isDetector = isDetector
        let scores = isDetector ? scores(decisions) : []
        var confusion = ConfusionMatrix(classes: classNames.count)
        var amongFive = 0
        let verdicts = decisions.enumerated().map { sample, values in
            let prediction =
                isDetector ? (scores[sample] >= threshold ? 1 : 0) : model.elected(by: values)
            let truth = set.label(at: sample)
            confusion[Int(truth), prediction] += 1
            amongFive += model.ranking(by: values).prefix(5).contains(Int(truth)) ? 1 : 0
            return Judgements.Verdict(
                sample: Int32(set.indices[sample]), truth: truth, prediction: Int32(prediction),
                score: Float(isDetector ? scores[sample] : model.certainty(of: prediction, by: values)))
        }
        return Evaluation(
            samples: set.count, loss: nil, accuracy: confusion.accuracy,
            top5Accuracy: classNames.count <= 5 ? 1 : Float(amongFive) / Float(max(1, set.count)),
            confusion: confusion,
            curve: isDetector
                ? ROCCurve(scores: scores, isPositive: verdicts.map { $0.truth == 1 }) : nil,
            verdicts: verdicts)
    }

    /// Features of a sample.
    public var width: Int { model.width }

    public var isDetector: Bool { classNames.count == 2 && model.labels.count == 2 }
}

extension SampleSet {
    /// All samples, normalised, a row each.
    var featureMatrix: FeatureMatrix {
        var values = [Double](repeating: 0, count: count * shape.count)
        var sample = [Float](repeating: 0, count: shape.count)
        for position in 0..<count {
            sample.withUnsafeMutableBufferPointer { load(position, into: $0) }
            for (index, value) in sample.enumerated() {
                values[position * shape.count + index] = Double(value)
            }
        }
        return FeatureMatrix(count: count, width: shape.count, values: values)
    }
}
