import Runs
import Statistics

/// What `cnntop runs --compare --json` prints.
struct ComparisonReport: Encodable {
    struct Row: Encodable {
        var name, preset, model, data, part: String
        var samples: Int
        var accuracy: Double
        /// Wilson's, 95 %: low and high.
        var accuracyInterval: [Double]
        var areaUnderCurve: Double?
        var threshold: Double?
        var trainingSeconds: Double?
        var trainingSamples: Int
        var learnables, supportVectors: Int?
        var inputs: Int
        var secondsPerPrediction: Double
        var threads: Int

        init(_ run: ComparedRun) {
            let about = run.about
            (name, preset, model) = (run.name, run.preset, about.model)
            (data, part, samples) = (about.data, about.part.rawValue, run.accuracy.trials)
            accuracy = run.accuracy.share
            let interval = run.accuracy.wilsonInterval()
            accuracyInterval = [interval.lowerBound, interval.upperBound]
            (areaUnderCurve, threshold) = (run.area, about.threshold)
            (trainingSeconds, trainingSamples) = (about.trainingSeconds, about.trainingSamples)
            (learnables, supportVectors, inputs) = (about.learnables, about.supportVectors, about.inputs)
            (secondsPerPrediction, threads) = (about.secondsPerSample, about.threads)
        }

        private enum CodingKeys: String, CodingKey {
            case name, preset, model, data, part, samples, accuracy, accuracyInterval, areaUnderCurve,
                threshold
            case trainingSeconds, trainingSamples, learnables, supportVectors, inputs, secondsPerPrediction
            case threads
        }

        /// Every key is always there, `null` where it means nothing.
        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(name, forKey: .name)
            try values.encode(preset, forKey: .preset)
            try values.encode(model, forKey: .model)
            try values.encode(data, forKey: .data)
            try values.encode(part, forKey: .part)
            try values.encode(samples, forKey: .samples)
            try values.encode(accuracy, forKey: .accuracy)
            try values.encode(accuracyInterval, forKey: .accuracyInterval)
            try values.encode(areaUnderCurve, forKey: .areaUnderCurve)
            try values.encode(threshold, forKey: .threshold)
            try values.encode(trainingSeconds, forKey: .trainingSeconds)
            try values.encode(trainingSamples, forKey: .trainingSamples)
            try values.encode(learnables, forKey: .learnables)
            try values.encode(supportVectors, forKey: .supportVectors)
            try values.encode(inputs, forKey: .inputs)
            try values.encode(secondsPerPrediction, forKey: .secondsPerPrediction)
            try values.encode(threads, forKey: .threads)
        }
    }

    struct Test: Encodable {
        var first, second: String
        var onlyFirstRight, onlySecondRight: Int?
        var probability: Double?
        var exact: Bool?
        /// Why there is no test.
        var refused: String?

        init(_ pair: RunComparison.Pair, _ runs: [ComparedRun]) {
            (first, second) = (runs[pair.first].name, runs[pair.second].name)
            switch pair.outcome {
            case .tested(let test):
                (onlyFirstRight, onlySecondRight) = (test.onlyFirst, test.onlySecond)
                (probability, exact) = (test.probability, test.isExact)
            case .refused(let reason): refused = reason
            }
        }
    }

    var runs: [Row]
    var mcNemar: [Test]

    init(_ comparison: RunComparison) {
        runs = comparison.runs.map(Row.init)
        mcNemar = comparison.pairs.map { Test($0, comparison.runs) }
    }
}
