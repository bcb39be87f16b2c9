import ArgumentParser
import FoundationEssentials
import Runs

/// `cnntop runs [--json]`
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List all runs, newest first: state, progress, best validation accuracy.")

    @OptionGroup var runs: RunsOption
    @Flag(help: "One JSON array instead of a table.") var json = false

    func run() throws {
        try runs.requireFolder()
        let summaries = RunDirectory.list(in: runs.directory).map { $0.summary() }
        if json { return print(try Self.json(summaries)) }
        guard !summaries.isEmpty else { return print(RunDirectoryError.noRuns(directory: runs.directory)) }
        for line in Self.table(summaries) { print(line) }
    }

    static func json(_ summaries: [RunSummary]) throws -> String {
        guard !summaries.isEmpty else { return "[]" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(summaries), as: UTF8.self)
    }

    /// Columns as wide as their widest word, two blanks between them.
    static func table(_ summaries: [RunSummary]) -> [String] {
        let rows =
            [["name", "state", "epoch", "iteration", "best", "at epoch", "why it stopped"]]
            + summaries.map(row)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { word, width in
                word + String(repeating: " ", count: width - word.count)
            }
            return String(cells.joined(separator: "  ").trimmingSuffix(" "))
        }
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

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var rest = self[...]
        while rest.last == character { rest.removeLast() }
        return rest
    }
}
