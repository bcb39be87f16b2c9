import Dashboard
import Runs
import Screen
import Testing

/// What keys and messages do.
struct UpdateTests {
    @Test func spacePausesAndResumes() {
        var state = Scene.training()
        #expect(Scene.press(.character(" "), in: &state) == [.send(.pause)])
        Scene.send(.event(.activityChanged(.paused(reason: nil))), to: &state)
        #expect(Scene.press(.character(" "), in: &state) == [.send(.resume)])
        #expect(
            Scene.press(.character("."), .character("s"), in: &state) == [.send(.step), .send(.checkpoint)])
    }

    @Test func nothingIsSentToARunThatIsOver() {
        var state = Scene.finished()
        #expect(
            Scene.press(.character(" "), .character("."), .character("+"), .character("u"), in: &state) == [])
        #expect(state.notice?.text.contains("the run is over: max epochs reached") == true)
    }

    @Test func nudgesFollowOneTwoFiveAndUndoGoesBack() {
        var state = Scene.training()
        #expect(
            Scene.press(.character("+"), in: &state) == [.send(.set(key: "initialLearnRate", value: "0.01"))])
        #expect(
            Scene.press(.character("+"), in: &state) == [.send(.set(key: "initialLearnRate", value: "0.02"))])
        #expect(state.options.pending == ["initialLearnRate": "0.02"])
        #expect(
            Scene.press(.character("u"), in: &state) == [.send(.set(key: "initialLearnRate", value: "0.01"))])
        #expect(
            Scene.press(.character("u"), in: &state) == [.send(.set(key: "initialLearnRate", value: "0.005"))]
        )
        #expect(Scene.press(.character("u"), in: &state) == [])
        #expect(state.notice?.text == "nothing to undo")
    }

    @Test func anAppliedEditIsNoLongerPending() {
        var state = Scene.training()
        Scene.press(.character("-"), in: &state)
        let change = HyperparameterChange(
            key: "initialLearnRate", from: "0.005", to: "0.002", iteration: 2484)
        Scene.send(.event(.changed(change)), to: &state)
        #expect(state.options.pending.isEmpty)
        #expect(state.run?.hyperparameter("initialLearnRate")?.value == "0.002")
        #expect(
            Scene.press(.character("u"), in: &state) == [.send(.set(key: "initialLearnRate", value: "0.005"))]
        )
    }

    @Test func aRefusalIsExplainedAndNotUndone() {
        var state = Scene.training()
        Scene.press(.character("+"), in: &state)
        let command = RunCommand.set(key: "initialLearnRate", value: "0.01")
        Scene.send(.event(.refused(command, reason: "too late")), to: &state)
        #expect(state.options.pending.isEmpty)
        #expect(state.options.refusals == ["initialLearnRate": "too late"])
        #expect(state.options.undo.isEmpty)
        #expect(state.notice?.text == "learning rate = 0.01 refused: too late")
    }

    @Test func aValueThatCannotBeStaysInTheEditor() {
        var state = Scene.training()
        Scene.press(.character("e"), .control("u"), in: &state)
        Scene.type("99", in: &state)
        #expect(Scene.press(.enter, in: &state) == [])
        #expect(state.prompt != nil)
        Scene.press(.control("u"), in: &state)
        Scene.type(".002", in: &state)
        #expect(Scene.press(.enter, in: &state) == [.send(.set(key: "initialLearnRate", value: ".002"))])
        #expect(state.prompt == nil)
    }

    @Test func choicesCycleAndFixedOnesStay() {
        var state = Scene.training()
        state.focus = .options
        state.options.selection = 4
        #expect(Scene.press(.right, in: &state) == [.send(.set(key: "learnRateSchedule", value: "warmup"))])
        #expect(Scene.press(.left, in: &state) == [.send(.set(key: "learnRateSchedule", value: "piecewise"))])
        state.options.selection = 8
        #expect(Scene.press(.character("e"), in: &state) == [])
        #expect(state.notice?.text == "solver is fixed while the run goes on")
    }

    @Test(
        arguments: [
            (Hyperparameter.Kind.logarithmic(minimum: 1e-6, maximum: 1), "1", true, nil),
            (.logarithmic(minimum: 1e-6, maximum: 1), "0.003", true, "0.005"),
            (.logarithmic(minimum: 1e-6, maximum: 1), "0.003", false, "0.002"),
            (.linear(minimum: 0, maximum: 1, step: 0.1), "0.2", true, "0.3"),
            (.integer(minimum: 1, maximum: 9, step: 4), "7", true, "9"),
            (.integer(minimum: 1, maximum: .max, step: 1), "inf", false, "10"),
            (.choice(["a", "b"]), "b", true, "a"), (.toggle, "true", false, "false"),
            (.toggle, "maybe", true, nil),
            (.integer(minimum: 1, maximum: .max, step: 1), "9223372036854775807", true, nil),
        ] as [(Hyperparameter.Kind, String, Bool, String?)])
    func nudges(kind: Hyperparameter.Kind, from: String, up: Bool, to: String?) {
        var state = Scene.training()
        var description = RecordedRun.description
        description.hyperparameters = [
            Hyperparameter(key: "k", title: "k", value: from, kind: kind, isLive: true)
        ]
        Scene.send(.event(.described(description)), to: &state)
        let effects = Scene.press(.character(up ? "+" : "-"), in: &state)
        #expect(effects == (to.map { [.send(.set(key: "k", value: $0))] } ?? []))
    }

    @Test func aRangeWithoutAnEndIsSaidToBeginSomewhere() {
        var state = Scene.training()
        var description = RecordedRun.description
        description.hyperparameters = [
            Hyperparameter(
                key: "gradientThreshold", title: "grad. threshold", value: "inf",
                kind: .logarithmic(minimum: 0, maximum: .infinity), isLive: true, word: "inf")
        ]
        Scene.send(.event(.described(description)), to: &state)
        Scene.type(":set gradientThreshold=-1", in: &state)
        #expect(Scene.press(.enter, in: &state) == [])
        #expect(
            state.notice?.text == "gradientThreshold: -1 is below 0; expected a number from 0, or inf")
    }

    @Test func aWordIsTakenWhereTheOptionKnowsIt() {
        var state = Scene.training()
        var description = RecordedRun.description
        description.hyperparameters = [
            Hyperparameter(
                key: "miniBatchSize", title: "batch", value: "128",
                kind: .integer(minimum: 1, maximum: .max, step: 16), isLive: true, word: "all")
        ]
        Scene.send(.event(.described(description)), to: &state)
        Scene.type(":set miniBatchSize=inf", in: &state)
        #expect(Scene.press(.enter, in: &state) == [])
        #expect(
            state.notice?.text
                == "miniBatchSize: inf is not a whole number; expected a whole number from 1, or all")
        Scene.type(":set miniBatchSize=all", in: &state)
        #expect(Scene.press(.enter, in: &state) == [.send(.set(key: "miniBatchSize", value: "all"))])
    }

    @Test func leavingALiveRunAsks() {
        var state = Scene.training()
        #expect(Scene.press(.character("q"), in: &state) == [])
        #expect(Scene.press(.enter, in: &state) == [.quit])
        Scene.press(.character("q"), in: &state)
        #expect(Scene.press(.character("s"), in: &state) == [.send(.stop(saving: true)), .quit])
        Scene.press(.character("q"), in: &state)
        #expect(Scene.press(.character("x"), in: &state) == [.send(.stop(saving: false)), .quit])
        Scene.press(.character("q"), in: &state)
        #expect(Scene.press(.escape, in: &state) == [])
        #expect(state.overlay == nil)
        var over = Scene.finished()
        #expect(Scene.press(.character("q"), in: &over) == [.quit])
    }

    @Test func controlCStopsGracefullyAndTwiceAtOnce() {
        var state = Scene.training()
        #expect(Scene.press(.control("c"), in: &state) == [.send(.stop(saving: true))])
        #expect(Scene.press(.control("c"), in: &state) == [.send(.stop(saving: false)), .quit])
        #expect(Scene.press(.control("z"), .control("l"), in: &state) == [.suspend, .redraw])
    }

    @Test func aDeadWorkerOffersToResume() {
        var state = Scene.training()
        Scene.send(.connection(.workerDied), to: &state)
        #expect(state.overlay == .dialog(.workerDied, selected: 0))
        #expect(Scene.press(.character("r"), in: &state) == [.resumeRun("2026-11-24-fashion-mnist-01")])
        var over = Scene.finished()
        Scene.send(.connection(.workerDied), to: &over)
        #expect(over.overlay == nil)
    }

    @Test func tabGoesThroughTheBoxesAndEscapeComesBack() {
        var state = Scene.training()
        Scene.press(.tab, in: &state)
        #expect(state.focus == .accuracy)
        Scene.press(.backTab, .backTab, in: &state)
        #expect(state.focus == .options)
        Scene.press(.character("7"), in: &state)
        #expect(state.focus == .layers && state.isMaximized)
        Scene.press(.escape, in: &state)
        #expect(state.focus == .loss && !state.isMaximized)
        Scene.press(.enter, in: &state)
        #expect(state.isMaximized)
    }

    @Test func zoomKeepsTheCursorInSight() {
        var state = Scene.training()
        Scene.press(.left, .left, .up, .up, in: &state)
        let window = state.plotWindow
        #expect(window.upperBound - window.lowerBound < 1300)
        #expect(state.plots.cursor.map { window.contains($0) } == true)
        Scene.press(.character(">"), .character("0"), in: &state)
        #expect(state.plots.window == nil)
    }

    @Test func clicksFocusSelectAndPressKeys() {
        var state = Scene.training()
        func click(_ column: Int, _ row: Int) -> [Effect] {
            update(&state, .input(.mouse(MouseEvent(.press, at: Point(column: column, row: row)))))
        }
        #expect(click(50, 15) == [])
        #expect(state.focus == .confusion)
        #expect(click(20, 4) == [])
        #expect(state.focus == .loss && state.plots.cursor != nil)
        #expect(click(3, 18) == [])
        #expect(state.focus == .options && state.options.selection == 1)
        #expect(click(2, 23) == [.send(.pause)])
        Scene.press(.character("q"), in: &state)
        #expect(click(30, 11) == [.send(.stop(saving: true)), .quit])
    }

    @Test func theWheelScrollsTheLogAndZoomsThePlot() {
        var state = Scene.training()
        Scene.press(.character("6"), in: &state)
        let place = Point(column: 10, row: 10)
        Scene.send(.input(.mouse(MouseEvent(.wheelUp, at: place))), to: &state)
        #expect(state.logOffset == 1)
        Scene.press(.character("1"), in: &state)
        Scene.send(.input(.mouse(MouseEvent(.wheelUp, at: place))), to: &state)
        #expect(state.plots.window != nil)
    }

    @Test func theChooserOpensFiltersAndStarts() {
        var state = Scene.chooser()
        #expect(Scene.press(.down, .enter, in: &state) == [.openRun("2026-11-24-lenet-01")])
        Scene.type("/shap", in: &state)
        #expect(Scene.press(.enter, .enter, in: &state) == [.openRun("2026-11-23-shapes-01")])
        Scene.press(.escape, .character("n"), .down, in: &state)
        #expect(Scene.press(.enter, in: &state) == [.startPreset("shapes")])
        Scene.send(.runOpened("new"), to: &state)
        #expect(state.page == .dashboard && state.run == RunState())
    }

    @Test func observationsAreWantedOnlyWhileTheyAreSeen() {
        var state = Scene.training()
        #expect(state.wantedObservations == [.filters])
        Scene.send(.resized(Size(width: 160, height: 50)), to: &state)
        #expect(state.wantedObservations == [.filters, .layers, .example])
        Scene.press(.enter, in: &state)
        #expect(state.wantedObservations == [])
        #expect(Scene.chooser().wantedObservations == [])
    }

    @Test func noticesGoAwayByThemselves() {
        var state = Scene.training()
        Scene.send(.tick(now: 10), .notice(.warning, "saved"), .tick(now: 14), to: &state)
        #expect(state.notice?.text == "saved" && !state.isNoticeOver(at: 14))
        #expect(state.isNoticeOver(at: 16))
        Scene.send(.tick(now: 16), to: &state)
        #expect(state.notice == nil)
    }

    @Test func theNextKeyGivesTheKeysBack() {
        var state = Scene.training()
        Scene.send(.notice(.error, "no such preset"), to: &state)
        Scene.press(.tab, in: &state)
        #expect(state.notice == nil)
        Scene.send(.notice(.error, "no such preset"), to: &state)
        let bottom = Point(column: 2, row: state.size.height - 1)
        #expect(Scene.send(.input(.mouse(MouseEvent(.press, at: bottom))), to: &state).isEmpty)
        #expect(state.notice == nil)
    }

    @Test func aLongNoticeTakesAsManyRowsAsItNeeds() {
        var state = Scene.training()
        let words = Array(repeating: "folder", count: 20).joined(separator: " ") + " END"
        Scene.send(.notice(.error, words), to: &state)
        let lines = frame(state, Size(width: 80, height: 24)).description.split(separator: "\n")
        #expect(lines[22].hasPrefix(" ✗ folder folder") && lines[23].contains("END"))
    }

    @Test func aPresetThatNeedsFilesAsksForThem() {
        var state = Scene.chooser()
        let needy = PresetListing(name: "transfer", summary: "new last layers", needs: ["--data", "--model"])
        Scene.send(.presetsListed([needy]), to: &state)
        #expect(Scene.press(.character("n"), .enter, in: &state).isEmpty)
        #expect(state.prompt?.line.text == "new transfer --data ")
        Scene.type("'my photos' ", in: &state)
        Scene.press(.tab, in: &state)
        #expect(state.prompt?.line.text == "new transfer --data 'my photos' --model ")
        Scene.type("net.onnx", in: &state)
        let arguments = ["--data", "my photos", "--model", "net.onnx"]
        #expect(Scene.press(.enter, in: &state) == [.startPreset("transfer", arguments: arguments)])
    }

    @Test func aFinishedRunOffersNoKeysThatNeedItsWorker() {
        var state = Scene.finished()
        Scene.press(.character("8"), in: &state)
        let keys = keyHints(state, width: 200).map(\.text)
        #expect(!keys.contains("wrong") && !keys.contains("most wrong") && !keys.contains("next"))
        Scene.press(.character("w"), in: &state)
        #expect(state.examples.showsWrong == nil)
        #expect(state.notice?.text.hasPrefix("the run is over") == true)
    }

    @Test func aBoxThatCannotShowAnythingSaysSo() {
        var state = Scene.training()
        Scene.press(.character("9"), in: &state)
        #expect(state.focus == .loss && !state.isMaximized)
        #expect(
            state.notice?.text.hasPrefix("box 9 is for two classes, these are 10: ") == true)
    }

    @Test func leavingAPausedRunSaysThatItStaysPaused() {
        var state = Scene.training()
        Scene.send(.event(.activityChanged(.paused(reason: nil))), to: &state)
        Scene.press(.character("q"), in: &state)
        let text = frame(state, Size(width: 80, height: 24)).description
        #expect(text.contains("fashion-mnist is paused (epoch 6)."))
        #expect(text.contains("detach: leave, and the run stays paused"))
    }

    @Test func theSameMessagesGiveTheSameState() {
        func play() -> (State, [Effect]) {
            var state = Scene.training()
            var effects = Scene.type("+-u:theme light", in: &state)
            effects += Scene.press(.enter, .tab, .left, .up, .character("x"), .character("S"), in: &state)
            return (state, effects)
        }
        let (first, second) = (play(), play())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
    }
}
