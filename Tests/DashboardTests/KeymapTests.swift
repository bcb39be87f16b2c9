import Dashboard
import Screen
import Testing

/// The key table is complete and unambiguous.
struct KeymapTests {
    /// Every set of scopes that can be in force at once.
    private static let combinations: [[Scope]] = [
        [.plots, .dashboard, .common, .always], [.filters, .lists, .dashboard, .common, .always],
        [.confusion, .lists, .dashboard, .common, .always],
        [.layers, .lists, .dashboard, .common, .always], [.lists, .dashboard, .common, .always],
        [.example, .dashboard, .common, .always], [.detector, .dashboard, .common, .always],
        [.chooser, .common, .always], [.comparison, .common, .always], [.dialog, .always], [.help, .always],
        [.prompt, .always],
    ]

    @Test(arguments: combinations)
    func noKeyMeansTwoThings(scopes: [Scope]) {
        let keys = Keymap.bindings.filter { scopes.contains($0.scope) }.flatMap(\.keys)
        let repeated = Dictionary(grouping: keys) { $0 }.filter { $0.value.count > 1 }.keys.map(\.label)
        #expect(repeated.isEmpty, "\(repeated) in \(scopes)")
    }

    @Test func everyScopeIsUsedAndEveryRowSaysWhatItDoes() {
        for scope in Scope.allCases { #expect(!Keymap.rows(of: scope).isEmpty, "\(scope)") }
        for binding in Keymap.bindings {
            #expect(!binding.keys.isEmpty)
            #expect(!binding.does.isEmpty)
        }
    }

    @Test func everyKeyDoesSomething() {
        for binding in Keymap.bindings {
            #expect(
                doesSomething(binding), "\(binding.keys.map(\.label)) in \(binding.scope): \(binding.does)")
        }
    }

    /// Whether in at least one scene of its scope the key changes the state or asks for an effect.
    private func doesSomething(_ binding: Binding) -> Bool {
        Self.scenes(of: binding.scope).contains { scene in
            guard scene.scopes.contains(binding.scope), let key = binding.keys.first else { return false }
            var state = scene
            return !update(&state, .input(.key(key))).isEmpty || state != scene
        }
    }

    private static func scenes(of scope: Scope) -> [State] {
        switch scope {
        case .dashboard, .common, .always: [edited(), filtered(), Scene.chooser()]
        case .plots: plots()
        case .lists, .filters, .confusion, .layers: lists()
        case .example:
            {
                var state = Scene.training()
                state.focus = .example
                return [state]
            }()
        case .detector: [DetectorTests.focused(), chosenThreshold()]
        case .chooser: choosers()
        case .comparison: [ComparisonTests.compared(selecting: 1)]
        case .dialog: dialogs()
        case .help: [help(), help(scrolled: true)]
        case .prompt: prompts()
        }
    }

    private static func chosenThreshold() -> State {
        var state = DetectorTests.focused()
        Scene.send(.thresholdFound(0.9), to: &state)
        return state
    }

    private static func edited() -> State {
        var state = Scene.training()
        Scene.press(.character("+"), in: &state)
        return state
    }

    private static func filtered() -> State {
        var state = Scene.training()
        state.plots.cursor = 100
        return state
    }

    private static func plots() -> [State] {
        var zoomed = Scene.training()
        zoomed.plots.window = 1000...1500
        var cursor = Scene.training()
        cursor.plots.cursor = 1200
        return [Scene.training(), zoomed, cursor]
    }

    private static func lists() -> [State] {
        [Pane.filters, .confusion, .options, .log, .layers].flatMap { pane in
            var start = Scene.training()
            start.focus = pane
            var middle = start
            middle.options.selection = 4
            (middle.confusion.row, middle.confusion.column) = (5, 5)
            middle.logOffset = 10
            middle.layerOffset = 5
            return [start, middle]
        }
    }

    private static func choosers() -> [State] {
        var second = Scene.chooser()
        second.chooser.selection = 1
        var presets = Scene.chooser()
        presets.chooser.list = .presets
        return [Scene.chooser(), second, presets]
    }

    private static func dialogs() -> [State] {
        var leave = Scene.training()
        leave.overlay = .dialog(.leave, selected: 0)
        var died = Scene.training()
        died.overlay = .dialog(.workerDied, selected: 0)
        return [leave, died]
    }

    private static func help(scrolled: Bool = false) -> State {
        var state = Scene.training()
        state.overlay = .help(scroll: scrolled ? 10 : 0)
        return state
    }

    private static func prompts() -> [State] {
        var command = Scene.training()
        command.commandHistory = ["pause", "step"]
        Scene.type(":th", in: &command)
        Scene.press(.left, in: &command)
        var recalled = command
        Scene.press(.up, in: &recalled)
        return [command, recalled]
    }

    @Test func theReadmeTableHoldsEveryRow() {
        let lines = Keymap.markdown.split(separator: "\n")
        #expect(lines.first == "| where | key | does |")
        let rows = Scope.allCases.reduce(0) { $0 + Keymap.rows(of: $1).count }
        #expect(lines.count == rows + 2)
        #expect(lines.contains("| training | `space` | pause or resume |"))
    }

    @Test func theHelpShowsEveryRow() {
        var state = Scene.training()
        Scene.press(.character("?"), in: &state)
        let text = frame(state, Size(width: 300, height: 100)).description
        for binding in Keymap.bindings where binding.action.paneNumber == nil {
            #expect(text.contains(binding.does), "\(binding.does)")
        }
    }
}
