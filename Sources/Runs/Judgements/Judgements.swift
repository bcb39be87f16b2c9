import Statistics

/// How the output of a run did on each sample of one part of its data.
///
/// It lies beside the run as `judged-test.csv` or `judged-validation.csv`, so that runs can be compared sample by sample
/// without their models or data: two lines behind `#` (the format, and `About` as JSON), then a table
/// `sample,truth,prediction,score`. See `JudgementsFile`.
public struct Judgements: Sendable, Equatable {
    /// A part of the data that is held out from training.
    public enum Part: String, Sendable, Codable, CaseIterable {
        case test, validation
    }

    public struct Verdict: Sendable, Equatable {
        /// Position in the data, before they were split.
        public var sample: Int32
        /// Class numbers.
        public var truth: Int32
        public var prediction: Int32
        /// Of a detector: how much the sample looks like the second class, to be compared with the threshold. Otherwise
        /// how much it looks like the predicted class.
        public var score: Float

        public init(sample: Int32, truth: Int32, prediction: Int32, score: Float) {
            self.sample = sample
            self.truth = truth
            self.prediction = prediction
            self.score = score
        }

        public var isRight: Bool { truth == prediction }
    }

    public var about: About
    public private(set) var verdicts: [Verdict]

    public init(_ about: About, verdicts: [Verdict]) {
        self.about = about
        self.verdicts = verdicts
    }

    public var accuracy: Proportion { Proportion(verdicts.count { $0.isRight }, of: verdicts.count) }

    /// Of a detector.
    public var curve: ROCCurve? {
        guard about.threshold != nil else { return nil }
        return ROCCurve(
            scores: verdicts.map { Double($0.score) }, isPositive: verdicts.map { $0.truth == 1 })
    }

    /// What a detector says at another threshold.
    public func at(threshold: Double) -> Judgements {
        guard about.threshold != nil else { return self }
        var moved = self
        moved.about.threshold = threshold
        for index in verdicts.indices {
            moved.verdicts[index].prediction = Double(verdicts[index].score) >= threshold ? 1 : 0
        }
        return moved
    }

    /// Whether both were judged on the same samples of the same data.
    public func hasSameSamples(as other: Judgements) -> Bool {
        about.data == other.about.data && about.part == other.about.part
            && about.classNames == other.about.classNames
            && verdicts.count == other.verdicts.count
            && zip(verdicts, other.verdicts).allSatisfy { $0.sample == $1.sample && $0.truth == $1.truth }
    }
}

extension Judgements {
    /// Who was judged on what.
    public struct About: Sendable, Equatable, Codable {
        /// The data set's name, with the seed where it is generated; for files the last part of their path.
        public var data: String
        public var part: Part
        public var classNames: [String]
        /// `network` or `support vector machine`.
        public var model: String
        /// The file of the judged output, relative to the run directory.
        public var output: String
        /// What training can change; nil for a support vector machine.
        public var learnables: Int?
        public var supportVectors: Int?
        /// Numbers that a sample consists of as the model takes it.
        public var inputs: Int
        /// Of the training set.
        public var trainingSamples: Int
        /// Pauses not counted.
        public var trainingSeconds: Double?
        /// In batches on `threads` threads, loading included.
        public var secondsPerSample: Double
        public var threads: Int
        /// Of a detector (two classes): the score from which a sample counts as the second class.
        public var threshold: Double?

        public init(
            data: String, part: Part, classNames: [String], model: String, output: String,
            learnables: Int? = nil, supportVectors: Int? = nil, inputs: Int, trainingSamples: Int,
            trainingSeconds: Double?, secondsPerSample: Double, threads: Int, threshold: Double? = nil
        ) {
            self.data = data
            self.part = part
            self.classNames = classNames
            self.model = model
            self.output = output
            self.learnables = learnables
            self.supportVectors = supportVectors
            self.inputs = inputs
            self.trainingSamples = trainingSamples
            self.trainingSeconds = trainingSeconds
            self.secondsPerSample = secondsPerSample
            self.threads = threads
            self.threshold = threshold
        }
    }
}
