import Dashboard
import Runs
import Screen
import Testing

struct CommandLineTests {
    private func run(_ text: String, in state: inout State) -> [Effect] {
        Scene.type(":" + text, in: &state)
        return Scene.press(.enter, in: &state)
    }

    @Test(
        arguments: [
            ("pause", [.send(.pause)]), ("resume", [.send(.resume)]), ("step", [.send(.step)]),
            ("stop", [.send(.stop(saving: true))]), ("stop now", [.send(.stop(saving: false))]),
            ("checkpoint", [.send(.checkpoint)]),
            ("set momentum=0.8", [.send(.set(key: "momentum", value: "0.8"))]),
            ("maxEpochs = 12", [.send(.set(key: "maxEpochs", value: "12"))]),
            ("theme nord", [.setTheme("nord")]),
            ("open other", [.openRun("other")]), ("new shapes", [.startPreset("shapes")]),
            (
                "new shapes --set maxEpochs=1 --data \"a b\"",
                [.startPreset("shapes", arguments: ["--set", "maxEpochs=1", "--data", "a b"])]
            ),
            ("picture", [.savePicture]),
            ("runs", [.listRuns]), ("detach", [.quit]), ("", []),
        ] as [(String, [Effect])])
    func commandsDoWhatTheySay(text: String, effects: [Effect]) {
        var state = Scene.training()
        #expect(run(text, in: &state) == effects)
    }

    @Test(arguments: [
        ("puase", "no command “puase”; did you mean pause?"),
        ("set momentun=1", "no hyperparameter “momentun”; did you mean momentum?"),
        ("theme ligth", "no theme “ligth”; did you mean light?"),
        ("momentum=7", "momentum: 7 is above 0.999; expected 0 … 0.999"),
        ("new shapes --data 'photos", "a quote is not closed"),
        ("xyzzy", "no command “xyzzy”; Tab shows what there is"),
        ("set", "set needs KEY=VALUE, as in: set initialLearnRate=0.005"),
        ("smooth 2", "smooth needs a number from 0 up to 0.999, not “2”"),
    ])
    func mistakesAreExplained(text: String, notice: String) {
        var state = Scene.training()
        #expect(run(text, in: &state) == [])
        #expect(state.notice?.text == notice)
    }

    @Test func anEditTypedBeforeTheRunIsDescribedGoesToTheWorker() {
        var state = State(run: "long")
        Scene.send(.connection(.attached), .event(.activityChanged(.training)), to: &state)
        #expect(
            run("set initialLearnRate=0.003", in: &state)
                == [.send(.set(key: "initialLearnRate", value: "0.003"))])
        #expect(state.notice?.text == "initialLearnRate = 0.003 goes to the run as it begins")
        #expect(state.options.pending == ["initialLearnRate": "0.003"])
        let change = HyperparameterChange(key: "initialLearnRate", from: "0.01", to: "0.003", iteration: 0)
        Scene.send(.events([.described(RecordedRun.description), .changed(change)]), to: &state)
        #expect(state.run?.hyperparameter("initialLearnRate")?.value == "0.003")
        #expect(state.options.pending == [:])
    }

    @Test func tabCompletesCommandsKeysAndNames() {
        var state = Scene.training()
        Scene.type(":th", in: &state)
        Scene.press(.tab, in: &state)
        #expect(state.prompt?.line.text == "theme ")
        Scene.type("n", in: &state)
        Scene.press(.tab, in: &state)
        #expect(state.prompt?.line.text == "theme nord")
        Scene.press(.control("u"), in: &state)
        Scene.type("set mo", in: &state)
        Scene.press(.tab, in: &state)
        #expect(state.prompt?.line.text == "set momentum=")
        Scene.press(.tab, in: &state)
        #expect(state.prompt?.line.text == "set momentum=", "the only candidate stays")
    }

    @Test func earlierCommandsComeBack() {
        var state = Scene.training()
        _ = run("step", in: &state)
        _ = run("log", in: &state)
        Scene.type(":", in: &state)
        Scene.press(.up, .up, in: &state)
        #expect(state.prompt?.line.text == "step")
        Scene.press(.down, in: &state)
        #expect(state.prompt?.line.text == "log")
        Scene.press(.escape, in: &state)
        #expect(state.prompt == nil)
    }

    @Test func theLineEditorEditsInTheMiddle() {
        var state = Scene.training()
        Scene.type(":helo", in: &state)
        Scene.press(.left, in: &state)
        Scene.type("l", in: &state)
        Scene.press(.home, .delete, in: &state)
        Scene.type("H", in: &state)
        #expect(state.prompt?.line.text == "Hello")
        Scene.press(.end, .backspace, .control("w"), in: &state)
        #expect(state.prompt?.line.text == "")
        Scene.press(.backspace, in: &state)
        #expect(state.prompt == nil)
    }
}
