import Dashboard
import Runs
import Screen
import Statistics
import Testing

/// A run that tells two classes apart: its ROC curve, and the operating point that keys move.
struct DetectorTests {
    private let small = Size(width: 80, height: 24)

    @Test(arguments: [
        Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 160, height: 50),
    ])
    func theCurveStandsByTheConfusionMatrix(size: Size) throws {
        try Snapshot.expect(frame(Self.scene(), size), named: "detector-\(size.width)x\(size.height)")
    }

    @Test func maximizedItTellsTheRates() throws {
        try Snapshot.expect(frame(Self.focused(), small), named: "detector-maximized-80x24")
        var state = Self.focused()
        state.capabilities = Capabilities(colors: .monochrome, glyphs: .ascii)
        let grid = frame(state, small)
        #expect(grid.cells.allSatisfy { $0.character.isASCII })
        try Snapshot.expect(grid, named: "detector-ascii-80x24")
    }

    @Test func keysMoveTheThresholdAndItIsKept() {
        var state = Self.focused()
        #expect(state.threshold == 0.5)
        let lower = Scene.press(.right, in: &state)
        #expect(lower == [.keepThreshold(state.detector.threshold)])
        #expect(state.threshold < 0.5)
        _ = Scene.press(.left, .left, in: &state)
        #expect(state.threshold > 0.5)
        #expect(Scene.press(.home, in: &state).count == 1)
        #expect(Scene.press(.left, in: &state).isEmpty)
        #expect(state.threshold == state.run?.detector?.thresholds.first)
        Scene.press(.character("b"), in: &state)
        #expect(state.threshold == state.run?.detector.map { $0.thresholds[$0.mostSeparating] })
        #expect(Scene.press(.character("0"), in: &state) == [.keepThreshold(nil)])
        #expect(state.threshold == 0.5)
    }

    @Test func aThresholdThatWasKeptIsInForce() {
        var state = Self.focused()
        Scene.send(.thresholdFound(0.8), to: &state)
        #expect(state.threshold == 0.8)
        Scene.send(.runOpened("another"), to: &state)
        #expect(state.detector.threshold == nil)
    }

    @Test func aThresholdAboveAllScoresCallsNothing() {
        var state = Self.focused()
        Scene.send(.thresholdFound(7), to: &state)
        #expect(frame(state, small).description.contains("TPR .000"))
    }

    @Test func moreClassesHaveNoCurve() {
        var state = Scene.training()
        Scene.press(.character("9"), in: &state)
        #expect(state.focus == .loss)
        #expect(
            state.notice?.text
                == "box 9 is for two classes, these are 10: --set data.detect=CLASS makes a detector")
    }

    @Test func aCurveWhosePartsDoNotFitTogetherIsNotDrawn() throws {
        let sound = DetectorCurve(ROCCurve(scores: [2, 1], isPositive: [true, false]), threshold: 0)
        #expect(sound.isSound && sound.thresholds == [2, 1])
        var state = Self.scene(curve: nil)
        #expect(state.run?.detector == nil)
        Scene.press(.character("9"), in: &state)
        #expect(frame(state, small).size == small)
    }

    @Test func longCurvesAreThinnedToTheirEnds() {
        let count = 5000
        let curve = DetectorCurve(
            ROCCurve(scores: (0..<count).map(Double.init), isPositive: (0..<count).map { $0 % 3 == 0 }),
            threshold: 0)
        #expect(curve.isSound && curve.thresholds.count <= DetectorCurve.mostPoints + 2)
        #expect(curve.thresholds.first == Double(count - 1) && curve.thresholds.last == 0)
        #expect(curve.truePositives.last == curve.positives && curve.falsePositives.last == curve.negatives)
    }

    // MARK: Scenes

    static func focused() -> State {
        var state = scene()
        Scene.send(.resized(Size(width: 80, height: 24)), to: &state)
        Scene.press(.character("9"), .character("9"), in: &state)
        return state
    }

    static func scene() -> State { scene(curve: curve()) }

    /// 200 of each class, overlapping.
    private static func curve() -> DetectorCurve {
        var scores: [Double] = []
        for index in 0..<400 {
            let spread = Double(index * 7919 % 400) / 400
            scores.append(index % 2 == 1 ? 0.25 + 0.75 * spread.squareRoot() : 0.75 * spread * spread)
        }
        return DetectorCurve(
            ROCCurve(scores: scores, isPositive: (0..<400).map { $0 % 2 == 1 }), threshold: 0.5)
    }

    private static func scene(curve: DetectorCurve?) -> State {
        var state = State(run: "2026-11-24-sunsets-cnn-01")
        var description = RecordedRun.description
        description.preset = "sunsets-cnn"
        description.classNames = ["other", "sunset"]
        let record = ValidationRecord(
            iteration: 100, epoch: 1, loss: 0.3, accuracy: 0.89,
            confusion: ConfusionMatrix(classes: 2, counts: [176, 24, 20, 180]), isBest: true, sinceBest: 0,
            patience: nil, detector: curve)
        Scene.send(
            .connection(.attached),
            .events([.described(description), .activityChanged(.training), .validated(record)]), to: &state)
        return state
    }
}

/// A support vector machine's search as a heat map.
struct SearchTests {
    private let small = Size(width: 80, height: 24)

    @Test(arguments: [Size(width: 80, height: 24), Size(width: 120, height: 40)])
    func theHeatMapStandsWhereFiltersWould(size: Size) throws {
        try Snapshot.expect(frame(Self.scene(), size), named: "search-\(size.width)x\(size.height)")
    }

    @Test func maximized() throws {
        var state = Self.scene()
        Scene.send(.resized(small), to: &state)
        Scene.press(.character("3"), .character("3"), in: &state)
        try Snapshot.expect(frame(state, small), named: "search-maximized-80x24")
        state.capabilities = Capabilities(colors: .sixteen, glyphs: .ascii)
        let grid = frame(state, small)
        #expect(grid.cells.allSatisfy { $0.character.isASCII })
        try Snapshot.expect(grid, named: "search-ascii-80x24")
    }

    @Test func withoutASearchItSaysSo() {
        #expect(
            frame(Self.scene(tried: 0), Size(width: 120, height: 40)).description.contains(
                "no search: the preset says cost and gamma"))
    }

    @Test func aNewSearchBeginsANewMap() {
        var state = Self.scene()
        Scene.send(
            .event(
                .tried(
                    SearchPoint(
                        cost: 1, gamma: nil, accuracy: 0.5, costs: [1, 2], gammas: [], folds: 3, iteration: 1)
                )),
            to: &state)
        #expect(state.run?.search?.points.count == 1 && state.run?.search?.gammas == [])
        #expect(frame(state, small).size == small)
    }

    @Test func theBestIsTheSmoothestAmongEquals() {
        let best = Self.scene().run?.search?.best
        #expect(best?.cost == 3 && best?.gamma == 0.1)
    }

    private static func scene(tried: Int = 11) -> State {
        var state = State(run: "2026-11-24-sunset-lab-svm-01")
        var description = RecordedRun.description
        description.preset = "sunset-lab-svm"
        description.classNames = ["other", "sunset"]
        description.hyperparameters = []
        description.layers = [
            LayerSummary(name: "features", type: "features", activations: [294], learnables: 0),
            LayerSummary(name: "svm", type: "support vector machine", activations: [2], learnables: 0),
        ]
        let (costs, gammas) = ([1.0, 3, 10, 30, 100], [0.03, 0.1, 0.3])
        let accuracies = [0.881, 0.893, 0.902, 0.9, 0.897, 0.899, 0.9181, 0.9181, 0.91, 0.906, 0.872]
        let points = (0..<tried).map { index in
            RunEvent.tried(
                SearchPoint(
                    cost: costs[index % 5], gamma: gammas[index / 5], accuracy: accuracies[index],
                    costs: costs, gammas: gammas, folds: 5, iteration: index + 1))
        }
        Scene.send(
            .connection(.attached),
            .events([.described(description), .activityChanged(.training)] + points), to: &state)
        return state
    }
}
