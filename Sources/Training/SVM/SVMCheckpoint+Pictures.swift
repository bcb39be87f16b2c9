import Classical
import Datasets
import Pictures
import Tensors

extension SVMCheckpoint {
    /// What the machine calls a sample: a class number, and the decision value behind it (of a detector for the second
    /// class, otherwise the smallest of the called class).
    public struct Call: Sendable, Equatable {
        public var index: Int
        public var score: Double
    }

    /// What it calls pictures of any size, by the features it was trained on.
    ///
    /// - Parameter reader: what computes them; `featureReader()`.
    public func calls(of pictures: [Picture], by reader: PictureFeatureReader, workers: Workers) throws
        -> [Call]
    {
        try calls(of: reader.dataset(of: pictures), workers: workers)
    }

    /// What it calls signals, by the random convolutions it was trained on.
    ///
    /// - Parameter extractor: what computes them; `preset.signalFeatures`.
    public func calls(of signals: [[Float]], by extractor: RandomConvolutionExtractor, workers: Workers)
        throws -> [Call]
    {
        try calls(of: extractor.dataset(of: signals), workers: workers)
    }

    /// How sure it is of a class for each of some signals: the smallest decision value for it.
    public func certainties(
        of index: Int, _ signals: [[Float]], by extractor: RandomConvolutionExtractor, workers: Workers
    ) -> [Float] {
        decisions(extractor.dataset(of: signals), workers).map { Float(model.certainty(of: index, by: $0)) }
    }

    private func decisions(_ dataset: Dataset, _ workers: Workers) -> [[Double]] {
        model.decisionValues(SampleSet(dataset, normalizer: normalizer).featureMatrix, workers: workers)
    }

    private func calls(of dataset: Dataset, workers: Workers) throws -> [Call] {
        guard dataset.shape.count == model.width else {
            throw SVMError.wrongWidth(found: dataset.shape.count, expected: model.width)
        }
        let decisions = decisions(dataset, workers)
        guard isDetector else {
            return decisions.map { values in
                let index = model.elected(by: values)
                return Call(index: index, score: model.certainty(of: index, by: values))
            }
        }
        return scores(decisions).map { Call(index: $0 >= threshold ? 1 : 0, score: $0) }
    }

    /// - Throws: `MachineError` where the machine was not trained on features of pictures, or what is wrong with the
    ///   network that computes them.
    public func featureReader() throws -> PictureFeatureReader {
        guard let reader = try PictureFeatureReader(preset) else {
            throw MachineError.notPictures(model.width)
        }
        return reader
    }
}

/// Why a support vector machine cannot look at pictures.
public enum MachineError: Error, Equatable, CustomStringConvertible {
    case notPictures(Int)

    public var description: String {
        switch self {
        case .notPictures(let width):
            "svm: was trained on \(width) features that are not features of pictures or signals; use evaluate with the data they "
                + "come from instead"
        }
    }
}
