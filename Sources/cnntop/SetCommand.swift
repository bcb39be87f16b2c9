import ArgumentParser
import Runs
import Training

/// `cnntop set key=value … [RUN]`
struct SetCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change hyperparameters of a run that is going.",
        usage: "cnntop set KEY=VALUE … [RUN]",
        discussion: """
            Every change takes effect at the next iteration and is noted in the log. A value that makes no sense
            is refused with the reason.
            """.flowing)

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
            if changes.count > 1 { try Self.check(changes) }
            return changes
        }
    }

    /// Finds before any is made which of several changes can be made in no run; what is wrong in this one alone, only
    /// the run knows.
    private static func check(_ changes: [RunCommand]) throws {
        var options = Options()
        for case .set(let key, let value) in changes {
            do { try options.set(key, to: value) } catch {
                throw ControlFault.nothingChanged(reason: String(describing: error))
            }
        }
    }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .changed = event { return true }
        return false
    }
}
