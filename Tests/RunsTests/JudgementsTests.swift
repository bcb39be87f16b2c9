import Foundation
import Runs
import Statistics
import Testing

/// What a run says of each sample, kept beside it, and runs compared by it.
struct JudgementsTests {
    private func about(_ data: String = "sunsets, seed 1", part: Judgements.Part = .test) -> Judgements.About
    {
        Judgements.About(
            data: data, part: part, classNames: ["no, never", "yes"], model: "network",
            output: "checkpoints/epoch-0002.safetensors", learnables: 1234, inputs: 294, trainingSamples: 640,
            trainingSeconds: 1.5, secondsPerSample: 3.5e-5, threads: 2, threshold: 0.5)
    }

    /// Positives at .9 and .4, negatives at .6 and .1.
    fileprivate func judgements(_ about: Judgements.About? = nil, samples: [Int32] = [3, 4, 8, 9])
        -> Judgements
    {
        let truths: [Int32] = [1, 1, 0, 0]
        let scores: [Float] = [0.9, 0.4, 0.6, 0.1]
        return Judgements(
            about ?? self.about(),
            verdicts: samples.indices.map {
                Judgements.Verdict(
                    sample: samples[$0], truth: truths[$0], prediction: scores[$0] >= 0.5 ? 1 : 0,
                    score: scores[$0])
            })
    }

    private func checkpoint(_ run: TemporaryRun, _ name: String = "epoch-0002") throws {
        try run.write([1], to: run.directory.checkpoints + "/\(name).safetensors")
    }

    @Test func theyComeBackAsTheyWere() throws {
        let run = try TemporaryRun()
        try checkpoint(run)
        let original = judgements()
        try run.directory.keep(original)
        #expect(try run.directory.judgements(.test) == original)
        #expect(run.directory.currentJudgements() == original)
        #expect(run.directory.currentJudgements(.validation) == nil)
        let lines = original.text.split(separator: "\n")
        #expect(lines[0] == "# cnntop judgements 1" && lines[2] == "sample,truth,prediction,score")
        #expect(lines[3] == "3,1,1,0.9")
    }

    @Test func anAccuracyAndACurveComeOfThem() {
        #expect(judgements().accuracy == Proportion(2, of: 4))
        #expect(judgements().curve?.area == 0.75)
    }

    @Test func aThresholdThatAUserChoseCounts() throws {
        let run = try TemporaryRun()
        try checkpoint(run)
        try run.directory.keep(judgements())
        #expect(run.directory.threshold == nil)
        try run.directory.keep(threshold: 0.3)
        let moved = try run.directory.judgements(.test)
        #expect(moved.verdicts.map(\.prediction) == [1, 1, 1, 0])
        #expect(moved.about.threshold == 0.3 && moved.accuracy.successes == 3)
        try run.write(Array("soon".utf8), to: run.directory.thresholdFile)
        #expect(run.directory.threshold == nil)
    }

    @Test func afterAnotherCheckpointTheyAreOld() throws {
        let run = try TemporaryRun()
        try checkpoint(run)
        try run.directory.keep(judgements())
        try checkpoint(run, "epoch-0003")
        #expect(run.directory.currentJudgements() == nil)
    }

    @Test(
        arguments: [
            ("", 1, "# cnntop judgements 1"), ("# cnntop judgements 1\n# {}\n", 2, "# {…}"),
            ("4,1,1", 5, "class numbers below 2"), ("4,1,2,0.5", 5, "class numbers below 2"),
            ("-1,0,0,0.5", 5, "class numbers below 2"), ("4,0,0,high", 5, "class numbers below 2"),
        ])
    func aDamagedFileIsRefusedByItsLine(text: String, line: Int, expected: String) throws {
        let whole = judgements().text.split(separator: "\n").prefix(4).joined(separator: "\n")
        let file = line < 3 ? text : whole + "\n" + text + "\n"
        let error = #expect(throws: JudgementsError.self) { try Judgements(text: file, path: "judged.csv") }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.hasPrefix("judged.csv:\(line): ") && message.contains(expected), "\(message)")
    }

    @Test func onTheSameSamplesRunsAreTested() {
        let comparison = RunComparison([
            ("a-01", "a", judgements()), ("b-01", "b", judgements().at(threshold: 0.3)),
        ])
        #expect(comparison.runs.map(\.accuracy.successes) == [2, 3])
        #expect(comparison.pairs.count == 1)
        #expect(comparison.pairs[0].outcome == .tested(McNemarTest(onlyFirst: 0, onlySecond: 1)))
    }

    @Test func onOtherSamplesTheyAreRefusedWithTheReason() {
        let others = [
            (judgements(about(part: .validation)), "the other on 4 validation samples of sunsets, seed 1"),
            (judgements(about("sunsets, seed 2")), "the other on 4 test samples of sunsets, seed 2"),
            (judgements(samples: [3, 4, 8, 10]), "judged on other samples of 4 test samples"),
            (judgements(samples: [3, 4, 8]), "the other on 3 test samples"),
        ]
        for (other, reason) in others {
            let comparison = RunComparison([("a", "a", judgements()), ("b", "b", other)])
            guard case .refused(let found) = comparison.pairs[0].outcome else {
                Issue.record("tested on other samples")
                continue
            }
            #expect(found.contains(reason), "\(found)")
        }
    }
}

/// What is wrong in the same way, the worst first.
struct MistakesTests {
    private func verdict(_ sample: Int32, _ truth: Int32, _ prediction: Int32, _ score: Float)
        -> Judgements.Verdict
    {
        Judgements.Verdict(sample: sample, truth: truth, prediction: prediction, score: score)
    }

    @Test func aDetectorsFalsePositivesAndNegativesStandApart() {
        let verdicts = [
            verdict(0, 0, 1, 0.6), verdict(1, 1, 0, 0.4), verdict(2, 0, 1, 0.9), verdict(3, 1, 0, 0.1),
            verdict(4, 1, 1, 0.99), verdict(5, 0, 1, 0.7),
        ]
        let mistakes = Judgements.Verdict.mistakes(
            among: verdicts, classNames: ["other", "sunset"], limit: 2)
        #expect(mistakes.map(\.title) == ["taken for sunset, is other", "taken for other, is sunset"])
        #expect(mistakes.map(\.count) == [3, 2])
        #expect(mistakes.map { $0.verdicts.map(\.sample) } == [[2, 5], [3, 1]])
    }

    @Test func ofManyClassesTheSurestComeFirst() {
        let verdicts = [
            verdict(0, 0, 1, 0.6), verdict(1, 2, 0, 0.8), verdict(2, 2, 1, .nan), verdict(3, 1, 1, 0.9),
            verdict(4, 1, 2, 0.8),
        ]
        let mistakes = Judgements.Verdict.mistakes(among: verdicts, classNames: ["a", "b", "c"], limit: 10)
        #expect(mistakes.count == 1 && mistakes[0].verdicts.map(\.sample) == [1, 4, 0])
    }

    @Test func aFolderInTheirPlaceIsNamed() throws {
        let run = try TemporaryRun()
        let path = run.directory.judgementsFile(.test)
        #expect(mkdir(path, 0o700) == 0)
        let error = #expect(throws: JudgementsError.self) {
            try run.directory.keep(JudgementsTests().judgements())
        }
        #expect(
            error?.description
                == "\(path): what was judged cannot be kept: a folder has this name; move it away")
    }

    @Test func aPipeInPlaceOfAFileIsNotWaitedFor() throws {
        let run = try TemporaryRun()
        for path in [run.directory.judgementsFile(.test), run.directory.thresholdFile] {
            #expect(mkfifo(path, 0o600) == 0)
        }
        #expect(run.directory.threshold == nil)
        #expect(throws: JudgementsError.absent(path: run.directory.judgementsFile(.test))) {
            try run.directory.judgements(.test)
        }
    }
}
