import Dashboard
import Runs
import Screen
import Statistics
import Testing

/// The list of runs with their figures, and runs side by side.
struct ComparisonTests {
    private let small = Size(width: 80, height: 24)

    @Test(arguments: [
        Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 160, height: 50),
    ])
    func runsSideBySide(size: Size) throws {
        try Snapshot.expect(
            frame(Self.compared(), size), named: "comparison-\(size.width)x\(size.height)")
    }

    @Test func theListShowsWhatRunsCameTo() throws {
        var state = Self.listed()
        Scene.press(.character(" "), .down, .character(" "), in: &state)
        try Snapshot.expect(frame(state, small), named: "judged-runs-80x24")
        try Snapshot.expect(frame(state, Size(width: 160, height: 50)), named: "judged-runs-160x50")
    }

    @Test func onPoorTerminals() throws {
        var state = Self.compared()
        state.capabilities = Capabilities(colors: .monochrome, glyphs: .ascii)
        let grid = frame(state, small)
        #expect(grid.cells.allSatisfy { $0.character.isASCII })
        try Snapshot.expect(grid, named: "comparison-ascii-80x24")
    }

    @Test func markedRunsAreComparedAndWithoutMarksAll() {
        var state = Self.listed()
        #expect(
            Scene.press(.character("c"), in: &state) == [
                .compareRuns(["sunsets-svm-01", "sunsets-shallow-01", "sunsets-cnn-01"])
            ])
        Scene.press(.character(" "), .down, .character(" "), in: &state)
        #expect(
            Scene.press(.character("c"), in: &state) == [.compareRuns(["sunsets-svm-01", "sunsets-cnn-01"])])
        Scene.press(.up, .up, .up, .character(" "), in: &state)
        #expect(state.chooser.marked == ["sunsets-cnn-01"])
        #expect(Scene.press(.character("c"), in: &state).isEmpty)
    }

    @Test func withoutMarksOnlyRunsOnTheSameSamplesAreCompared() {
        var state = Self.listed()
        Scene.press(.down, .character("c"), in: &state)
        let mixed = Self.comparison(count: 4, onOtherData: [0, 3])
        Scene.send(.compared(mixed, without: []), to: &state)
        #expect(state.comparison.comparison.runs.map(\.name) == ["sunsets-shallow-01", "sunsets-cnn-01"])
        #expect(state.comparison.comparison.pairs.map { [$0.first, $0.second] } == [[0, 1]])
        #expect(
            state.notice?.text == "2 judged on other samples are left out; space marks runs to compare")
    }

    @Test func markedRunsAreAllShownAndTheOtherDataIsNamed() {
        var state = Self.listed()
        Scene.press(.character(" "), .character(" "), .character("c"), in: &state)
        Scene.send(.compared(Self.comparison(onOtherData: [1]), without: []), to: &state)
        #expect(state.comparison.comparison.runs.count == 3)
        #expect(frame(state, small).description.contains("other samples: 500 test samples of photos"))
    }

    @Test func oneRunAloneIsNoComparison() {
        var state = Self.listed()
        Scene.type("/svm", in: &state)
        Scene.press(.enter, in: &state)
        #expect(Scene.press(.character("c"), in: &state).isEmpty)
        #expect(state.notice?.text == "a comparison needs two runs; space marks them")
    }

    @Test func keysOfTheComparison() {
        var state = Self.compared()
        Scene.press(.down, .down, .down, in: &state)
        #expect(state.comparison.selection == 2)
        #expect(Scene.press(.enter, in: &state) == [.openRun("sunsets-cnn-01")])
        Scene.press(.escape, in: &state)
        #expect(state.page == .chooser)
    }

    @Test func runsThatWereNotJudgedAreNamed() {
        var state = Self.listed()
        Scene.send(.compared(RunComparison([]), without: ["a: not judged", "b: not judged"]), to: &state)
        #expect(state.page == .chooser && state.notice?.text == "left out: a: not judged, and 1 more")
    }

    @Test func manyRunsAndAnySize() {
        var state = Self.compared(count: 40)
        for size in [(60, 16), (80, 24), (115, 17), (116, 16), (300, 100)] {
            let size = Size(width: size.0, height: size.1)
            #expect(frame(state, size).size == size)
        }
        Scene.press(.end, .down, in: &state)
        for _ in 0..<50 { Scene.press(.down, in: &state) }
        #expect(state.comparison.selection == 39)
        #expect(frame(state, small).description.contains("run-39"))
    }

    // MARK: Scenes

    private static func listed() -> State {
        var state = State()
        let runs = comparison().runs.map { run in
            RunListing(
                name: run.name, preset: run.preset, status: .finished, epoch: 12, maxEpochs: 12,
                bestValidationAccuracy: Float(run.accuracy.share) + 0.01, stopReason: "max epochs reached",
                started: "2026-11-24 14:02", judged: run)
        }
        Scene.send(.runsListed(runs), to: &state)
        return state
    }

    static func compared(count: Int = 3, selecting selection: Int = 0) -> State {
        var state = listed()
        Scene.send(.compared(comparison(count: count), without: []), to: &state)
        state.comparison.selection = selection
        return state
    }

    /// 500 samples; each run errs on some of its own and some that others err on too.
    private static func comparison(count: Int = 3, onOtherData others: Set<Int> = []) -> RunComparison {
        let known = [("sunsets-svm-01", 42), ("sunsets-shallow-01", 51), ("sunsets-cnn-01", 14)]
        var runs: [(name: String, preset: String, judgements: Judgements)] = []
        for index in 0..<count {
            let (name, wrong) = index < 3 ? known[index] : ("run-\(index)", index)
            let preset = index < 3 ? String(name.dropLast(3)) : name
            var judgements = judgements(index, wrong: wrong)
            if others.contains(index) { judgements.about.data = "photos" }
            runs.append((name, preset, judgements))
        }
        return RunComparison(runs)
    }

    private static func judgements(_ index: Int, wrong: Int) -> Judgements {
        let isMachine = index == 0
        let about = Judgements.About(
            data: "sunsets, seed 1", part: .test, classNames: ["other", "sunset"],
            model: isMachine ? "support vector machine" : "network", output: "",
            learnables: isMachine ? nil : 11_904 - index, supportVectors: isMachine ? 187 : nil,
            inputs: index == 2 ? 18_432 : 294, trainingSamples: 1600,
            trainingSeconds: index == 2 ? 187 : 1.54 / Double(1 + index),
            secondsPerSample: 8e-6 * Double(1 + 10 * index), threads: 2, threshold: 0)
        let verdicts = (0..<500).map { sample -> Judgements.Verdict in
            let isWrong = (sample + 7 * index) % 500 < wrong
            let truth = Int32(sample % 2)
            let prediction = isWrong ? 1 - truth : truth
            let score = Float(2 * prediction - 1) + Float(sample % 7) / 10
            return Judgements.Verdict(
                sample: Int32(sample), truth: truth, prediction: prediction, score: score)
        }
        return Judgements(about, verdicts: verdicts)
    }
}
