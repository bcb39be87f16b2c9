import Dashboard
import Runs
import Screen
import Testing

/// Whole frames as literal text.
struct FrameTests {
    private let small = Size(width: 80, height: 24)

    @Test(arguments: [
        Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 160, height: 50),
    ])
    func training(size: Size) throws {
        try Snapshot.expect(frame(Scene.training(), size), named: "training-\(size.width)x\(size.height)")
    }

    @Test func theLeastSize() throws {
        try Snapshot.expect(frame(Scene.training(), Layout.minimum), named: "training-60x16")
    }

    @Test func beforeTheFirstIteration() throws {
        try Snapshot.expect(frame(Scene.beforeTheFirstIteration(), small), named: "empty-80x24")
        try Snapshot.expect(frame(State(run: "new"), small), named: "connecting-80x24")
    }

    @Test func pausedWithACursorOnALogarithmicAxis() throws {
        var state = Scene.training()
        Scene.send(.event(.activityChanged(.paused(reason: nil))), to: &state)
        Scene.press(.left, .left, .left, .left, .left, .left, .character("l"), in: &state)
        try Snapshot.expect(frame(state, small), named: "paused-80x24")
    }

    @Test func editing() throws {
        var state = Scene.training()
        Scene.press(.character("e"), .control("u"), in: &state)
        Scene.type("99", in: &state)
        try Snapshot.expect(frame(state, small), named: "editing-80x24")
    }

    @Test func pendingAndRefused() throws {
        var state = Scene.training()
        Scene.press(.character("+"), in: &state)
        try Snapshot.expect(frame(state, small), named: "pending-80x24")
        let command = RunCommand.set(key: "initialLearnRate", value: "0.01")
        Scene.send(.event(.refused(command, reason: "the schedule is at its end")), to: &state)
        try Snapshot.expect(frame(state, small), named: "refused-80x24")
    }

    @Test func lossThatIsNotANumber() throws {
        try Snapshot.expect(frame(Scene.diverged(), small), named: "diverged-80x24")
    }

    @Test func finished() throws {
        try Snapshot.expect(frame(Scene.finished(), small), named: "finished-80x24")
    }

    @Test(arguments: [60, 80, 100, 120, 160, 240])
    func theHelpLeavesNothingOut(width: Int) {
        var state = Scene.training()
        Scene.send(.input(.resized(Size(width: width, height: 24))), to: &state)
        Scene.press(.character("?"), in: &state)
        var seen = ""
        for _ in 0..<12 {
            seen += frame(state, state.size).description
            Scene.press(.pageDown, in: &state)
        }
        #expect(!seen.contains(/\p{L}…/), "words are cut")
        for binding in Keymap.bindings where binding.action.paneNumber == nil {
            let first = binding.does.split(separator: " ").prefix(2).joined(separator: " ")
            #expect(seen.contains(first), "\(binding.does)")
        }
    }

    @Test func whatIsLearnedFromHasItsName() {
        var description = RecordedRun.description
        #expect(description.kindOfSamples == "images")
        description.layers[0].activations = [1, 1, 150]
        #expect(description.kindOfSamples == "signals")
        let usage = ResourceUsage(imagesPerSecond: 900, memoryMB: 10, threads: 1)
        var state = State(run: "chromatograms")
        Scene.send(.connection(.attached), .events([.described(description), .measured(usage)]), to: &state)
        #expect(frame(state, Size(width: 120, height: 40)).description.contains("900 signals/s"))
        description.layers[0].activations = [294]
        #expect(description.kindOfSamples == "samples")
    }

    @Test func helpAndDialogs() throws {
        var state = Scene.training()
        Scene.press(.character("?"), in: &state)
        try Snapshot.expect(frame(state, small), named: "help-80x24")
        try Snapshot.expect(frame(state, Size(width: 160, height: 50)), named: "help-160x50")
        Scene.press(.escape, .character("q"), in: &state)
        try Snapshot.expect(frame(state, small), named: "leave-80x24")
        Scene.press(.escape, in: &state)
        Scene.send(.connection(.workerDied), to: &state)
        try Snapshot.expect(frame(state, small), named: "worker-died-80x24")
    }

    @Test func frozenLayersStandBehindThoseThatLearn() {
        var state = Scene.training()
        let layers = ["conv_1", "conv_2", "fc"].map { name in
            LayerHealth(
                layer: name, weightNorm: 1, gradientNorm: 0, updateRatio: name == "fc" ? 1e-3 : 0,
                deadFraction: 0, isFrozen: name != "fc")
        }
        Scene.send(.event(.layersObserved(layers, iteration: 2480)), to: &state)
        let lines = frame(state, Size(width: 120, height: 40)).description.split(separator: "\n")
        let start = lines.firstIndex { $0.contains("layer health") } ?? 0
        #expect(lines[start + 2].contains("fc") && lines[start + 2].contains(".001"))
        #expect(lines[start + 3].contains("conv_1") && lines[start + 3].contains("frozen"))
    }

    @Test func weightsOfUnitsThatSeeNumbersAreOnePicture() throws {
        var state = Scene.training()
        let weights = (0..<50 * 294).map { Float($0 % 17) - 8 }
        let bank = FilterBank(
            layer: "fc_1", iteration: 2480, epoch: 6, count: 50, channels: 294, height: 1, width: 1,
            weights: weights)
        Scene.send(.event(.filtersObserved(bank)), to: &state)
        let text = frame(state, Size(width: 120, height: 40)).description
        #expect(text.contains("weights") && text.contains("50 units × 294 inputs"))
    }

    @Test func choosingARun() throws {
        var state = Scene.chooser()
        try Snapshot.expect(frame(state, small), named: "runs-80x24")
        Scene.press(.character("n"), in: &state)
        try Snapshot.expect(frame(state, small), named: "presets-80x24")
    }

    @Test func poorTerminals() throws {
        let ascii = Scene.training(Capabilities(colors: .monochrome, glyphs: .ascii))
        try Snapshot.expect(frame(ascii, small), named: "ascii-80x24")
        let console = Scene.training(Capabilities(colors: .sixteen, glyphs: .blocks))
        try Snapshot.expect(frame(console, small), named: "console-80x24")
    }

    @Test(arguments: Pane.allCases.filter { $0 != .detector })
    func maximized(pane: Pane) throws {
        var state = Scene.training()
        Scene.send(.resized(small), to: &state)
        Scene.press(.character(Character(String(pane.rawValue))), in: &state)
        if !state.isMaximized { Scene.press(.enter, in: &state) }
        try Snapshot.expect(frame(state, small), named: "maximized-\(pane.rawValue)-80x24")
    }

    @Test func tooSmallSaysWhatItHasAndNeeds() {
        #expect(
            frame(Scene.training(), Size(width: 30, height: 6)).description == """
                                              
                      terminal too small      
                         has 30! × 6!         
                        needs 60 × 16         
                            q quit            
                                              
                """)
    }

    @Test func badNumbersAreRed() {
        let grid = frame(Scene.training(), Size(width: 70, height: 6))
        #expect(grid.cells.contains { $0.character == "6" && $0.style.foreground == .ink(.bad) })
        #expect(grid.cells.contains { $0.character == "7" && $0.style.foreground == .ink(.good) })
    }

    @Test func monochromeAsciiFramesHoldOnlyAscii() {
        for state in [
            Scene.training(Capabilities(colors: .monochrome, glyphs: .ascii)), asciiHelp(), asciiChooser(),
        ] {
            let grid = frame(state, Size(width: 160, height: 50))
            #expect(grid.cells.allSatisfy { $0.character.isASCII })
        }
    }

    private func asciiHelp() -> State {
        var state = Scene.training(Capabilities(colors: .monochrome, glyphs: .ascii))
        Scene.press(.character("?"), in: &state)
        return state
    }

    private func asciiChooser() -> State {
        var state = Scene.chooser()
        state.capabilities = Capabilities(colors: .monochrome, glyphs: .ascii)
        return state
    }
}
