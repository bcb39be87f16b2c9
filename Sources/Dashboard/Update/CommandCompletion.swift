import Runs
import Screen

extension State {
    /// What Tab goes through: whole lines.
    func completions(of prompt: Prompt) -> [String] {
        let text = prompt.line.text
        switch prompt.purpose {
        case .filter: return []
        case .value(let key):
            guard case .choice(let names) = run?.hyperparameter(key)?.kind else { return [] }
            let starting = names.filter { $0.hasPrefix(text) && $0 != text }
            return starting.isEmpty ? names : starting
        case .command:
            guard let space = text.firstIndex(of: " ") else {
                return CommandWord.all.map { $0.name + ($0.argument.isEmpty || $0.name == "stop" ? "" : " ") }
                    .filter { $0.hasPrefix(text) }
            }
            let (name, rest) = (text[..<space], text[text.index(after: space)...])
            // Behind the blank after a preset comes another word.
            let start = name == "new" ? String(rest.drop { $0 == " " }) : rest.trimmed
            return arguments(of: String(name), after: start).filter { $0.hasPrefix(start) }.map {
                "\(name) \($0)"
            }
        }
    }

    private func arguments(of name: String, after start: String) -> [String] {
        switch name {
        case "stop": return ["now"]
        case "theme": return Theme.all.map(\.name)
        case "axis": return PlotAxis.allCases.map(\.rawValue)
        case "smooth": return PlotSettings.smoothingLevels.map { "\($0)" }
        case "open": return (chooser.runs ?? []).map(\.name)
        case "new": return argumentsOfNew(after: start)
        case "set":
            let all = run?.hyperparameters ?? []
            guard let equals = start.firstIndex(of: "="),
                let parameter = run?.hyperparameter(String(start[..<equals]))
            else { return all.map { $0.key + "=" } }
            if case .choice(let names) = parameter.kind { return names.map { "\(parameter.key)=\($0)" } }
            return ["\(parameter.key)=\(parameter.value)"]
        default: return []
        }
    }
}

extension State {
    /// Presets, and behind one the options that `new` takes, with those first that it needs.
    private func argumentsOfNew(after start: String) -> [String] {
        guard let end = start.lastIndex(of: " ") else { return chooser.presets.map(\.name) }
        let (before, words) = (start[...end], start.split(separator: " "))
        // A path comes next.
        if end == start.index(before: start.endIndex), words.last?.hasPrefix("--") == true { return [] }
        let needs = chooser.presets.first { $0.name == words.first ?? "" }?.needs ?? []
        let known = needs + ["--data", "--model", "--weights", "--set", "--seed", "--threads", "--normalize"]
        return known.enumerated().filter { index, option in
            known.firstIndex(of: option) == index && !words.contains { $0 == option }
        }
        .map { "\(before)\($0.element) " }
    }
}
