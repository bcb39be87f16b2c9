import Dashboard
import Runs
import Screen
import Statistics

/// A comparison of runs for people.
struct ComparisonTable {
    let text: String

    /// - Parameter showsRefused: whether pairs that cannot be tested have lines, or are only counted.
    init(_ comparison: RunComparison, showsRefused: Bool) {
        let heads = [
            "run", "preset", "samples", "accuracy", "95 %", "AUC", "training", "trained on", "learnables",
            "vectors", "inputs", "prediction",
        ]
        var lines = TextTable.lines(
            [heads] + comparison.runs.map(Self.row), rightAligned: Set(3..<heads.count))
        lines += Self.tests(comparison, showsRefused: showsRefused)
        text = lines.joined(separator: "\n")
    }

    private static func row(_ run: ComparedRun) -> [String] {
        let about = run.about
        return [
            String(run.name.printable.prefix(40)), String(run.preset.printable.prefix(24)),
            "\(run.accuracy.trials) \(about.part.rawValue), \(about.data.printable)",
            digits(run.accuracy.share), ComparedWords.interval(run.accuracy), run.area.map(digits) ?? "-",
            ComparedWords.seconds(about.trainingSeconds), "\(about.trainingSamples)",
            about.learnables.map { Numbers.grouped($0) } ?? "-", about.supportVectors.map(String.init) ?? "-",
            Numbers.grouped(about.inputs), ComparedWords.microseconds(about.secondsPerSample),
        ]
    }

    private static func digits(_ share: Double) -> String { Numbers.fixed(share, decimals: 4) }

    private static func tests(_ comparison: RunComparison, showsRefused: Bool) -> [String] {
        guard comparison.runs.count > 1 else { return [] }
        var rows: [[String]] = []
        var refused: [String] = []
        for pair in comparison.pairs {
            let names = [pair.first, pair.second].map {
                String(comparison.runs[$0].name.printable.prefix(40))
            }
            switch pair.outcome {
            case .tested(let test):
                rows.append(
                    names + [
                        "\(test.onlyFirst)", "\(test.onlySecond)", ComparedWords.probability(test),
                        ComparedWords.verdict(test, names),
                    ])
            case .refused(let reason): refused.append("\(names[0]) and \(names[1]): \(reason)")
            }
        }
        var lines: [String] = []
        if !rows.isEmpty {
            lines += ["", "McNemar's test: could the difference be chance?"]
            lines += TextTable.lines(
                [["first", "second", "only first right", "only second right", "p", ""]] + rows,
                rightAligned: [2, 3, 4])
        }
        guard !refused.isEmpty else { return lines }
        lines += ["", "not tested, because the samples differ:"]
        return lines + (showsRefused ? refused : ["\(refused.count) of \(comparison.pairs.count) pairs"])
    }
}
