import ArgumentParser
import Runs
import Tensors
import Training

/// `cnntop runs [--json] [--compare [RUN…]]`
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List all runs, newest first: state, progress, best validation accuracy; or compare some.",
        usage: "cnntop runs [--json]\ncnntop runs --compare [RUN …] [--split test|validation] [--json]",
        discussion: """
            The best accuracy is that of the validation with the lowest loss (or by objectiveMetricName), and its epoch.

            --compare puts runs side by side, whatever they are: networks, transferred ones, support vector machines.
            Accuracy on the test samples (or the validation samples where a run has no others) with Wilson's 95 %
            interval, area under the ROC curve of detectors, training time, learnables or support vectors, numbers of a
            sample, time for a prediction; and between any two judged on the same samples McNemar's test. Runs that
            were not judged yet are judged now, which needs their data.

            EXAMPLES
              cnntop runs --json
              cnntop runs --compare sunsets-svm-01 sunsets-shallow-01 sunsets-cnn-01
            """.flowing)

    @OptionGroup var runs: RunsOption
    @Flag(help: "Put runs side by side and test their differences.") var compare = false
    @Argument(help: "The runs to compare (default: all that are over).") var names: [String] = []
    @Option(help: ArgumentHelp("The samples to compare on: test or validation.", valueName: "part"))
    var split: Judgements.Part?
    @Option(help: "Threads for judging runs (default: one per core).") var threads: Int?
    @Flag(help: "One JSON document instead of a table.") var json = false

    func validate() throws {
        guard compare || (names.isEmpty && split == nil) else {
            throw ValidationError(
                "\(names.first ?? "--split") is only for --compare; `cnntop runs` lists all runs")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    func run() throws {
        try runs.requireFolder()
        if compare { return try compareRuns() }
        let summaries = RunDirectory.list(in: runs.directory).map { $0.summary() }
        if json { return print(summaries.isEmpty ? "[]" : try jsonText(summaries)) }
        guard !summaries.isEmpty else { return print(RunDirectoryError.noRuns(directory: runs.directory)) }
        for line in Self.table(summaries) { print(line) }
    }

    private func compareRuns() throws {
        let directories =
            names.isEmpty
            ? RunDirectory.list(in: runs.directory).reversed().filter { !$0.isOwned && $0.outputFile != nil }
            : try names.map { try RunDirectory.find($0, in: runs.directory) }
        guard !directories.isEmpty else { throw RunDirectoryError.noRuns(directory: runs.directory) }
        let workers = Workers(threads: threads ?? Options().threads)
        let judged = try MissingJudgements(part: split, workers: workers).make(for: directories)
        let comparison = RunComparison(KeptJudgements(judged, part: split).runs)
        print(
            json
                ? try jsonText(ComparisonReport(comparison))
                : ComparisonTable(comparison, showsRefused: !names.isEmpty).text)
    }

    static func table(_ summaries: [RunSummary]) -> [String] {
        TextTable.lines(
            [["name", "state", "epoch", "iteration", "best accuracy", "at epoch", "why it stopped"]]
                + summaries.map(row), rightAligned: [])
    }

    private static func row(_ summary: RunSummary) -> [String] {
        [
            String(summary.name.printable.prefix(60)), summary.state.rawValue,
            "\(summary.epoch)" + (summary.maxEpochs.map { "/\($0)" } ?? ""),
            "\(summary.iteration)" + (summary.lastIteration.map { "/\($0)" } ?? ""),
            summary.bestValidationAccuracy.map { $0.rounded(digits: 4) } ?? "-",
            summary.bestEpoch.map(String.init) ?? "-", summary.stopReason?.words ?? "",
        ]
    }
}

extension Judgements.Part: ExpressibleByArgument {}
