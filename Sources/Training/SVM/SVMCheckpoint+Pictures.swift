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
    /// - Throws: `MachineError` where it was not trained on features of pictures.
    public func calls(of pictures: [Picture], workers: Workers) throws -> [Call] {
        guard case .colorMoments(let moments)? = preset.data.features else {
            throw MachineError.notPictures(model.width)
        }
        let values = pictures.flatMap { moments.features(of: fitted($0, moments)) }
        let dataset = Dataset(
            name: "pictures", shape: Shape(moments.count, 1, 1), classNames: classNames,
            labels: Array(repeating: 0, count: pictures.count), samples: .floats(values))
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

    /// At the size of the training pictures; never smaller than the grid.
    private func fitted(_ picture: Picture, _ moments: ColorMoments) -> Picture {
        let size = preset.data.size
        return picture.resized(
            width: max(size?.width ?? picture.width, moments.columns),
            height: max(size?.height ?? picture.height, moments.rows))
    }
}

/// Why a support vector machine cannot look at pictures.
public enum MachineError: Error, Equatable, CustomStringConvertible {
    case notPictures(Int)

    public var description: String {
        switch self {
        case .notPictures(let width):
            "svm: was trained on \(width) features that are not the colour moments of pictures; use evaluate with the "
                + "data they come from instead"
        }
    }
}
