/// The samples that a run is wrong about and surest of it, with small pictures of them.
public struct WrongSamples: Sendable, Equatable, Codable {
    public var part: Judgements.Part
    /// That after which the network stood that was judged.
    public var iteration: Int
    public var groups: [Group]

    /// Samples that are wrong in the same way, the worst first.
    public struct Group: Sendable, Equatable, Codable {
        /// `called sunset, but other`.
        public var title: String
        /// How many there are in all.
        public var count: Int
        public var samples: [Sample]

        public init(title: String, count: Int, samples: [Sample]) {
            self.title = title
            self.count = count
            self.samples = samples
        }
    }

    public struct Sample: Sendable, Equatable, Codable {
        /// Position in the data, before they were split.
        public var sample: Int
        /// Relative to the data's folder.
        public var file: String?
        public var truth: Int
        public var prediction: Int
        public var score: Float
        /// Sizes of the miniature; 0 where there is none.
        public var channels: Int
        public var height: Int
        public var width: Int
        /// `[channels, height, width]`.
        public var values: Base64Bytes

        public init(
            _ verdict: Judgements.Verdict, file: String?, channels: Int = 0, height: Int = 0, width: Int = 0,
            values: [UInt8] = []
        ) {
            precondition(
                values.count == channels * height * width,
                "\(values.count) values for \(channels)×\(height)×\(width)")
            sample = Int(verdict.sample)
            (truth, prediction, score) = (Int(verdict.truth), Int(verdict.prediction), verdict.score)
            self.file = file
            (self.channels, self.height, self.width) = (channels, height, width)
            self.values = Base64Bytes(values)
        }

        /// Whether sizes and contents belong together: what came through a log or a socket may be anything.
        var isSound: Bool {
            let sizes = [channels, height, width]
            return sizes.allSatisfy { (0...256).contains($0) }
                && channels * height * width == values.bytes.count
        }
    }

    public init(part: Judgements.Part, iteration: Int, groups: [Group]) {
        self.part = part
        self.iteration = iteration
        self.groups = groups
    }

    public var isSound: Bool {
        groups.count <= 16
            && groups.allSatisfy { $0.samples.count <= 1000 && $0.samples.allSatisfy(\.isSound) }
    }
}

extension Judgements.Verdict {
    /// Verdicts that are wrong in the same way, the worst first.
    public struct Mistakes: Sendable, Equatable {
        public var title: String
        /// How many there are in all.
        public var count: Int
        public var verdicts: [Judgements.Verdict]
    }

    /// The wrong ones, the surest first: of a detector the false positives and the false negatives apart.
    public static func mistakes(
        among verdicts: [Judgements.Verdict], classNames: [String], limit: Int
    ) -> [Mistakes] {
        let wrong = verdicts.filter { !$0.isRight && !$0.score.isNaN }
        func mistakes(_ title: String, _ all: [Judgements.Verdict], highest: Bool) -> Mistakes {
            let sorted = all.sorted {
                $0.score == $1.score ? $0.sample < $1.sample : ($0.score > $1.score) == highest
            }
            return Mistakes(title: title, count: all.count, verdicts: Array(sorted.prefix(limit)))
        }
        guard classNames.count == 2 else {
            return [mistakes("taken for another class, the surest first", wrong, highest: true)]
        }
        let (other, positive) = (classNames[0], classNames[1])
        return [
            mistakes(
                "taken for \(positive), is \(other)", wrong.filter { $0.prediction == 1 }, highest: true),
            mistakes(
                "taken for \(other), is \(positive)", wrong.filter { $0.prediction == 0 }, highest: false),
        ]
    }
}
