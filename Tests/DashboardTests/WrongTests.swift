import Dashboard
import Runs
import Screen
import Testing

/// What a run is most wrong about, in the example box.
struct WrongTests {
    private let small = Size(width: 80, height: 24)

    @Test func thumbnailsOfManyClasses() throws {
        try Snapshot.expect(
            frame(scene([group("taken for another class, the surest first")]), small), named: "wrong-80x24")
        try Snapshot.expect(
            frame(scene([group("taken for another class, the surest first")]), Size(width: 160, height: 50)),
            named: "wrong-160x50")
    }

    @Test func aDetectorsTwoKindsStandApart() throws {
        let groups = [
            group("taken for sunset, is other"), group("taken for other, is sunset", height: 1, width: 20),
        ]
        try Snapshot.expect(frame(scene(groups), small), named: "wrong-detector-80x24")
    }

    @Test func theKeyTurnsToThemAndBack() {
        var state = Scene.training()
        Scene.press(.character("8"), in: &state)
        #expect(state.wantedObservations.contains(.example) && !state.showsWrong)
        Scene.press(.character("m"), in: &state)
        #expect(state.wantedObservations.contains(.wrong) && !state.wantedObservations.contains(.example))
        #expect(frame(state, small).description.contains("after the next validation"))
        #expect(Scene.press(.character("w"), in: &state) == [.send(.showExample(.nextWrong))])
        #expect(!state.showsWrong)
    }

    @Test func arrowsGoAlongThem() {
        var state = scene([group("taken for another class, the surest first")])
        #expect(Scene.press(.right, .right, in: &state).isEmpty)
        #expect(state.examples.offset == 2)
        Scene.press(.left, .left, .left, in: &state)
        #expect(state.examples.offset == 0)
        for _ in 0..<30 { Scene.press(.right, in: &state) }
        #expect(state.examples.offset == 7)
    }

    @Test func whenTheRunIsOverTheyAreShownByThemselves() {
        var state = Scene.finished()
        Scene.send(.event(.wrongObserved(wrong([group("taken for another class")]))), to: &state)
        #expect(state.showsWrong)
        // There is no single example to turn to.
        Scene.press(.character("8"), .character("m"), in: &state)
        #expect(state.showsWrong)
    }

    @Test func whereNoneIsWrongItSaysSo() {
        let none = WrongSamples.Group(title: "taken for another class", count: 0, samples: [])
        #expect(frame(scene([none]), small).description.contains("none of the test samples is wrong"))
    }

    @Test func samplesWhosePartsDoNotFitTogetherAreNotDrawn() {
        var broken = group("taken for another class")
        broken.samples[0].width = 200
        let state = scene([broken])
        #expect(state.run?.wrong == nil)
        #expect(frame(state, small).size == small)
    }

    @Test func withoutPicturesTheyAreWords() {
        let state = scene([group("taken for another class", height: 0, width: 0)])
        #expect(frame(state, small).description.contains(".990 img_0.png: taken for Dress, is T-shirt/top"))
    }

    // MARK: Scenes

    private func scene(_ groups: [WrongSamples.Group]) -> State {
        var state = Scene.training()
        Scene.send(.event(.wrongObserved(wrong(groups))), to: &state)
        Scene.press(.character("8"), .character("m"), in: &state)
        return state
    }

    private func wrong(_ groups: [WrongSamples.Group]) -> WrongSamples {
        WrongSamples(part: .test, iteration: 2480, groups: groups)
    }

    private func group(_ title: String, height: Int = 16, width: Int = 24) -> WrongSamples.Group {
        let samples = (0..<8).map { sample($0, height: height, width: width) }
        return WrongSamples.Group(title: title, count: 431, samples: samples)
    }

    private func sample(_ index: Int, height: Int, width: Int) -> WrongSamples.Sample {
        let score: Float = 0.99 - 0.03 * Float(index)
        let verdict = Judgements.Verdict(
            sample: Int32(index * 7), truth: Int32(index % 10), prediction: Int32((index + 3) % 10),
            score: score)
        let area = height * width
        let file: String? = index < 4 ? "shirt/img_\(index).png" : nil
        let values: [UInt8] = (0..<area).map { place in UInt8(place % max(1, width) * 10 % 256) }
        return WrongSamples.Sample(
            verdict, file: file, channels: area > 0 ? 1 : 0, height: height, width: width, values: values)
    }
}
