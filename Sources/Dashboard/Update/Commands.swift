import Runs
import Screen
import Spelling

/// One word of the command line.
public struct CommandWord: Sendable, Equatable {
    public let name: String
    /// `KEY=VALUE`; empty without one.
    public let argument: String
    public let does: String

    public static let all: [CommandWord] = [
        CommandWord(name: "pause", argument: "", does: "pause between two iterations"),
        CommandWord(name: "resume", argument: "", does: "go on, or continue a run whose worker is gone"),
        CommandWord(name: "step", argument: "", does: "one iteration, then paused"),
        CommandWord(name: "stop", argument: "[now]", does: "stop and save; now: without saving"),
        CommandWord(name: "checkpoint", argument: "", does: "save a checkpoint"),
        CommandWord(name: "set", argument: "KEY=VALUE", does: "change a hyperparameter"),
        CommandWord(name: "theme", argument: "NAME", does: "colours"),
        CommandWord(name: "axis", argument: "iteration|epoch|time", does: "what the plots run over"),
        CommandWord(name: "smooth", argument: "0…0.995", does: "weight of the past in the curves"),
        CommandWord(name: "log", argument: "", does: "logarithmic loss axis"),
        CommandWord(name: "runs", argument: "", does: "list of runs"),
        CommandWord(name: "open", argument: "RUN", does: "look at another run"),
        CommandWord(
            name: "new", argument: "PRESET [--data PATH] [--model FILE] [--set KEY=VALUE …]",
            does: "start a run"),
        CommandWord(name: "picture", argument: "", does: "PNG of the screen"),
        CommandWord(name: "help", argument: "", does: "all keys"),
        CommandWord(name: "quit", argument: "", does: "leave"),
        CommandWord(name: "detach", argument: "", does: "leave; the run goes on"),
    ]
}

extension State {
    mutating func execute(_ text: String) -> [Effect] {
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard let name = words.first else { return [] }
        if commandHistory.last != text { commandHistory.append(text) }
        if commandHistory.count > 50 { commandHistory.removeFirst() }
        let argument = words.count > 1 ? words[1].trimmed : ""
        if name != "new", name.contains("=") || argument.hasPrefix("=") { return executeSet(text) }
        return execute(name, argument)
    }

    private mutating func execute(_ name: String, _ argument: String) -> [Effect] {
        switch name {
        case "pause": return command(.pause)
        case "resume": return executeResume()
        case "step": return command(.step)
        case "stop": return command(.stop(saving: argument != "now"), saying: "stopping")
        case "checkpoint": return command(.checkpoint, saying: "saving a checkpoint")
        case "set": return executeSet(argument)
        case "theme": return executeTheme(argument)
        case "axis": executeAxis(argument)
        case "smooth": executeSmooth(argument)
        case "log": plots.isLogarithmic.toggle()
        case "runs": return showRuns()
        case "open": return argument.isEmpty ? showRuns() : [.openRun(argument)]
        case "new": return executeNew(argument)
        case "picture": return [.savePicture]
        case "help": overlay = .help(scroll: 0)
        case "quit", "q": return perform(.leave)
        case "detach": return [.quit]
        default: sayUnknown("command", name, CommandWord.all.map(\.name))
        }
        return []
    }

    private mutating func executeResume() -> [Effect] {
        if isLive { return [.send(.resume)] }
        guard let runName, connection != .none || run?.isOver == false else {
            sayNothingTrains()
            return []
        }
        return [.resumeRun(runName)]
    }

    private mutating func executeSet(_ text: String) -> [Effect] {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            say("set needs KEY=VALUE, as in: set initialLearnRate=0.005", .warning)
            return []
        }
        let (key, value) = (String(parts[0]).trimmed, String(parts[1]).trimmed)
        guard let parameter = run?.hyperparameter(key) else { return setUnlisted(key, to: value) }
        if let problem = parameter.problem(with: value) {
            say("\(key): \(value) is \(problem); expected \(parameter.hint)", .warning)
            return []
        }
        return set(parameter, to: value)
    }

    /// Before a run has said what can be set, its worker is asked, and answers when it comes to that.
    private mutating func setUnlisted(_ key: String, to value: String) -> [Effect] {
        let known = (run?.hyperparameters ?? []).map(\.key)
        guard known.isEmpty else {
            sayUnknown("hyperparameter", key, known)
            return []
        }
        guard isLive else {
            sayNothingTrains()
            return []
        }
        options.pending[key] = value
        return command(.set(key: key, value: value), saying: "\(key) = \(value) goes to the run as it begins")
    }

    private mutating func executeTheme(_ name: String) -> [Effect] {
        if let theme = Theme.named(name) { return choose(theme) }
        sayUnknown("theme", name, Theme.all.map(\.name))
        return []
    }

    private mutating func executeAxis(_ name: String) {
        guard let axis = PlotAxis(rawValue: name) else {
            return sayUnknown("axis", name, PlotAxis.allCases.map(\.rawValue))
        }
        plots.axis = axis
    }

    private mutating func executeSmooth(_ text: String) {
        guard let value = Double(text), (0..<1).contains(value) else {
            return say("smooth needs a number from 0 up to 0.999, not “\(text)”", .warning)
        }
        plots.smoothing = min(value, 0.999)
    }

    private mutating func executeNew(_ text: String) -> [Effect] {
        guard let words = ShellWords(text) else {
            say("a quote is not closed", .warning)
            return []
        }
        if let preset = words.words.first {
            return [.startPreset(preset, arguments: Array(words.words.dropFirst()))]
        }
        let effects = showRuns()
        chooser.list = .presets
        return effects
    }

    private mutating func sayUnknown(_ what: String, _ word: String, _ known: [String]) {
        let nearest = nearestWords(to: word, among: known, limit: 1).first
        let advice = nearest.map { "; did you mean \($0)?" } ?? "; Tab shows what there is"
        say(
            word.isEmpty
                ? "which \(what)? \(known.joined(separator: ", "))" : "no \(what) “\(word)”\(advice)",
            .warning)
    }
}

extension StringProtocol {
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
