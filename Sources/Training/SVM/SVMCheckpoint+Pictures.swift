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
        let dataset = try reader.dataset(of: pictures)
        guard dataset.shape.count == model.width else {
            throw SVMError.wrongWidth(found: dataset.shape.count, expected: model.width)
        }
        let decisions = model.decisionValues(
            SampleSet(dataset, normalizer: normalizer).featureMatrix, workers: workers)
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
            "svm: was trained on \(width) features that are not features of pictures; use evaluate with the data they "
                + "come from instead"
        }
    }
}
