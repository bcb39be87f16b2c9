import Dashboard
import Runs
import Screen
import Testing

/// The example box: a picture, a signal, and the kernels of signals.
struct ExampleTests {
    private let small = Size(width: 80, height: 24)

    private func scene(_ example: Example, maximizing key: Key = .character("8")) -> State {
        var state = Scene.training()
        Scene.press(key, in: &state)
        Scene.send(.event(.exampleObserved(example)), to: &state)
        return state
    }

    private func example(
        height: Int, width: Int, scores: [Float], truth: Int, _ value: (Int, Int) -> Double,
        important: (Int, Int) -> Float
    ) -> Example {
        let places = (0..<height * width).map { ($0 / width, $0 % width) }
        return Example(
            sample: 16, samples: 6000, iteration: 2480, truth: truth, channels: 1, height: height,
            width: width, values: places.map { UInt8(max(0, min(255, value($0.0, $0.1) * 255))) }, lowest: -1,
            highest: 1, scores: scores,
            importance: ImportanceMap(
                rows: height, columns: width, drops: places.map { important($0.0, $0.1) }))
    }

    private var shirt: Example {
        example(
            height: 28, width: 28, scores: [0.163, 0, 0.128, 0.008, 0.008, 0, 0.151, 0.002, 0.539, 0.001],
            truth: 6
        ) { row, column in
            (4..<24).contains(row) && (8..<20).contains(column) ? 0.8 : 0
        } important: {
            row, _ in
            row < 8 ? 1 : 0
        }
    }

    private var peak: Example {
        example(height: 1, width: 100, scores: [0.9, 0.07, 0.02, 0.01], truth: 0) { _, column in
            let distance = Double(column - 60) / 6
            return 0.1 + 0.8 / (1 + distance * distance)
        } important: { _, column in
            abs(column - 60) < 8 ? 1 : 0
        }
    }

    @Test func aPictureWithItsScoresAndWhatDecided() throws {
        try Snapshot.expect(frame(scene(shirt), small), named: "example-picture-80x24")
    }

    @Test func aSignalWithTheBandOfWhatDecided() throws {
        try Snapshot.expect(frame(scene(peak), small), named: "example-signal-80x24")
        var state = scene(peak)
        state.capabilities = Capabilities(colors: .monochrome, glyphs: .ascii)
        try Snapshot.expect(frame(state, small), named: "example-signal-ascii-80x24")
    }

    @Test func kernelsOfSignalsAreLines() throws {
        var state = Scene.training()
        Scene.press(.character("3"), .enter, in: &state)
        let bank = FilterBank(
            layer: "conv_1", iteration: 2480, epoch: 6, count: 4, channels: 1, height: 1, width: 5,
            weights: [0, 0.5, 1, 0.5, 0, -1, -0.5, 0, 0.5, 1, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0])
        Scene.send(.event(.filtersObserved(bank)), to: &state)
        try Snapshot.expect(frame(state, small), named: "kernels-80x24")
    }

    @Test func itsKeysAskTheTrainer() {
        var state = scene(shirt)
        #expect(Scene.press(.right, in: &state) == [.send(.showExample(.next))])
        #expect(Scene.press(.left, in: &state) == [.send(.showExample(.previous))])
        #expect(Scene.press(.character("w"), in: &state) == [.send(.showExample(.nextWrong))])
    }

    @Test func itIsObservedOnlyWhileItIsSeen() {
        var state = Scene.training()
        #expect(!state.wantedObservations.contains(.example))
        Scene.press(.character("8"), in: &state)
        #expect(state.wantedObservations.contains(.example))
    }

    @Test func anExampleWhosePartsDoNotFitTogetherIsNotDrawn() {
        var broken = shirt
        broken.width = 29
        var state = scene(broken)
        #expect(state.run?.example == nil)
        broken = shirt
        broken.truth = 99
        broken.scores = [.nan]
        state = scene(broken)
        #expect(frame(state, small).size == small)
    }
}
