import Datasets
import Runs
import Tensors

extension WrongSamples {
    /// Samples of a group that a dashboard gets.
    public static let mostSamples = 24

    /// - Parameter verdicts: of samples of the set.
    public init(
        _ verdicts: [Judgements.Verdict], of set: SampleSet, part: Judgements.Part, iteration: Int,
        limit: Int = WrongSamples.mostSamples
    ) {
        let dataset = set.dataset
        let groups = Judgements.Verdict.mistakes(among: verdicts, classNames: set.classNames, limit: limit)
        self.init(
            part: part, iteration: iteration,
            groups: groups.map { group in
                Group(
                    title: group.title, count: group.count,
                    samples: group.verdicts.map { Sample($0, from: dataset) })
            })
    }
}

extension WrongSamples.Sample {
    fileprivate init(_ verdict: Judgements.Verdict, from dataset: Dataset) {
        let sample = Int(verdict.sample)
        let file = dataset.files.indices.contains(sample) ? dataset.files[sample] : nil
        guard let miniature = dataset.miniature(of: sample) else {
            self.init(verdict, file: file)
            return
        }
        let shape = miniature.shape
        self.init(
            verdict, file: file, channels: shape.channels, height: shape.height, width: shape.width,
            values: miniature.bytes)
    }
}
