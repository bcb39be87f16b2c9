import ArgumentParser
import Runs

/// `cnntop set key=value … [RUN]`
struct SetCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change hyperparameters of a run that is going.",
        usage: "cnntop set KEY=VALUE … [RUN]",
        discussion: """
            Every change takes effect at the next iteration and is noted in the log. A value that makes no sense
            is refused with the reason.
            """)

    @OptionGroup var runs: RunsOption

    @Argument(help: "Changes (initialLearnRate=0.001 momentum=0.95); a word without '=' names the run.")
    var words: [String]

    var target: RunArgument {
        var argument = RunArgument()
        argument.runs = runs
        argument.run = words.first { !$0.contains("=") }
        return argument
    }

    var commands: [RunCommand] {
        get throws {
            let others = words.filter { !$0.contains("=") }
            if others.count > 1 { throw ControlFault.notAssignment(others[1]) }
            let changes = try words.filter { $0.contains("=") }.map { word -> RunCommand in
                let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                    String.init)
                guard parts.count == 2, !parts[0].isEmpty else { throw ControlFault.notAssignment(word) }
                return .set(key: parts[0], value: parts[1])
            }
            guard !changes.isEmpty else { throw ControlFault.notAssignment(words.joined(separator: " ")) }
            return changes
        }
    }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .changed = event { return true }
        return false
    }
}
