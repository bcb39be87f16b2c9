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

            threshold=SCORE is of a run that tells two classes apart, going or over: the score from which a sample
            counts as the second class, kept with the run as the dashboard's detector box does it. `evaluate`,
            `predict` and `runs --compare` go by it from then on; threshold=own is the detector's own again.

            EXAMPLES
              cnntop set initialLearnRate=0.001 momentum=0.95
              cnntop set threshold=0.3 sunsets-svm-01
            """.flowing)

    @OptionGroup var runs: RunsOption

    @Argument(help: "Changes (initialLearnRate=0.001 momentum=0.95); a word without '=' names the run.")
    var words: [String]

    mutating func run() throws {
        let others = words.filter { !$0.hasPrefix(Self.threshold) }
        if let word = words.last(where: { $0.hasPrefix(Self.threshold) }) {
            try keepThreshold(String(word.dropFirst(Self.threshold.count)))
            guard others.contains(where: { $0.contains("=") }) else { return }
        }
        words = others
        try tellWorker()
    }

    private static let threshold = "threshold="

    /// Needs no worker: it says how the output is read.
    private func keepThreshold(_ text: String) throws {
        let run = try target.find()
        let classes = run.classNames
        guard classes.count == 2 else { throw ControlFault.noDetector(run: run.name, classes: classes.count) }
        let score = Double(text)
        guard text == "own" || score?.isFinite == true else {
            throw ControlFault.notAThreshold(text)
        }
        try run.keep(threshold: score)
        print("\(run.name): " + (score.map { "\(classes[1]) from a score of \($0)" } ?? "its own threshold"))
    }

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
