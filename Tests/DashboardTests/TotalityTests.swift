import Dashboard
import Runs
import Screen
import Testing

/// No size, no state and no sequence of inputs traps, and a frame has exactly the size that was asked for.
struct TotalityTests {
    private static let sizes: [Size] = {
        let widths = [0, 1, 2, 5, 20, 39, 59, 60, 61, 79, 80, 99, 100, 119, 137, 160, 211, 300]
        let heights = [0, 1, 2, 5, 15, 16, 17, 23, 24, 33, 34, 35, 40, 50, 77, 100]
        return widths.flatMap { width in heights.map { Size(width: width, height: $0) } }
    }()

    private static func scenes() -> [State] {
        var scenes = [
            Scene.training(), Scene.beforeTheFirstIteration(), State(run: "x"), State(), Scene.finished(),
            Scene.diverged(), Scene.chooser(),
            Scene.training(Capabilities(colors: .sixteen, glyphs: .blocks)), strange(),
        ]
        for keys in ["?", "q", "e", ":th", "/x", "7", "3\u{63}", "4\u{63}", "y", "xx"] {
            var state = Scene.training()
            Scene.type(keys, in: &state)
            scenes.append(state)
        }
        for pane in Pane.allCases {
            var state = strange()
            state.focus = pane
            state.isMaximized = true
            scenes.append(state)
        }
        return scenes
    }

    /// Everything as awkward as it can be: hostile names, many classes, dead filters, infinities.
    private static func strange() -> State {
        var state = State(run: "x\u{1B}[2J")
        var description = RecordedRun.description
        description.classNames = (0..<37).map { "猫\u{202E}class\u{7} \($0)" }
        var matrix = ConfusionMatrix(classes: 37)
        for index in 0..<37 { matrix[index, index * 7 % 37] = index * 10_000 }
        let validation = ValidationRecord(
            iteration: 3, epoch: 1, loss: .infinity, accuracy: .nan, confusion: matrix, isBest: true,
            sinceBest: 9,
            patience: 1)
        let bank = FilterBank(
            layer: "conv", iteration: 3, epoch: 1, count: 70, channels: 3, height: 11, width: 11,
            weights: (0..<70 * 363).map { $0 < 363 ? 0 : Float($0 % 17) - 8 })
        let plan = RunPlan(
            iteration: 0, epoch: 0, maxEpochs: 1, iterationsPerEpoch: 0, lastIteration: 0,
            learningRates: [PlannedRate(iteration: 0, rate: .nan), PlannedRate(iteration: -5, rate: 0)])
        Scene.send(
            .connection(.attached),
            .events([.described(description), .planned(plan), .filtersObserved(bank)]), to: &state)
        for (iteration, loss) in [Float.nan, -1, 1e30, .infinity, 0, 1e-30].enumerated() {
            let record = IterationRecord(
                iteration: iteration + 1, epoch: 1, loss: loss, accuracy: .nan, learningRate: .infinity,
                elapsed: -3)
            Scene.send(.event(.iterationFinished(record)), to: &state)
        }
        let health = LayerHealth(
            layer: "conv_1", weightNorm: .nan, gradientNorm: .infinity, updateRatio: .nan, deadFraction: .nan)
        let change = HyperparameterChange(key: "nothing", from: "", to: "∞", iteration: 99)
        Scene.send(
            .events([.validated(validation), .layersObserved([health], iteration: 3), .changed(change)]),
            to: &state)
        return state
    }

    @Test func everyFrameHasItsSize() {
        for state in Self.scenes() {
            for size in Self.sizes { #expect(frame(state, size).size == size) }
        }
    }

    @Test func everyNarrowWidthIsDrawn() {
        let state = Scene.training()
        for width in 60...130 { #expect(frame(state, Size(width: width, height: 24)).size.width == width) }
        for height in 16...60 {
            #expect(frame(state, Size(width: 110, height: height)).size.height == height)
        }
    }

    @Test func hostileNamesStayInsideTheirCells() {
        for size in [Size(width: 80, height: 24), Size(width: 160, height: 50)] {
            let grid = frame(Self.strange(), size)
            for cell in grid.cells { #expect(cell.character.sanitized == cell.character) }
            for row in grid.description.split(separator: "\n") {
                #expect(String(row).cellWidth == size.width)
            }
        }
    }

    /// Random keys, clicks, sizes and events from a fixed seed.
    @Test(arguments: 1...6)
    func noSequenceOfInputsTraps(seed: UInt64) {
        var random = Dice(state: seed)
        var state = seed.isMultiple(of: 2) ? Scene.training() : Self.strange()
        let keys = Keymap.bindings.flatMap(\.keys) + "0123456789abcxyz=.:/ ".map { .character($0) }
        let events = RecordedRun.events()
        for step in 0..<1500 {
            switch random.roll(12) {
            case 0:
                let place = Point(
                    column: random.roll(state.size.width + 2), row: random.roll(state.size.height + 2))
                let action: [MouseEvent.Action] = [.press, .doublePress, .wheelUp, .wheelDown]
                Scene.send(.input(.mouse(MouseEvent(action[random.roll(4)], at: place))), to: &state)
            case 1: Scene.send(.resized(Size(width: random.roll(200), height: random.roll(70))), to: &state)
            case 2:
                Scene.send(.event(events[random.roll(events.count)]), .tick(now: Double(step)), to: &state)
            default: Scene.press(keys[random.roll(keys.count)], in: &state)
            }
            if step.isMultiple(of: 10) { #expect(frame(state, state.size).size == state.size) }
        }
    }
}

private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, sides)
    }
}
