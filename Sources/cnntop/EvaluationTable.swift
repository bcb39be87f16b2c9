import Spelling
import Training

/// An evaluation for people: figures, one line per class, and the confusion matrix where it fits.
struct EvaluationTable {
    let text: String

    /// Classes beyond which a matrix would not fit a screen.
    private static let matrixLimit = 20

    init(_ report: EvaluationReport, of model: String, on data: String) {
        let part = report.part == "all" ? "" : report.part == "train" ? "training " : "\(report.part) "
        // Data that keep their test samples apart name them so already.
        let data = data.hasSuffix(" (\(report.part))") ? String(data.dropLast(report.part.count + 3)) : data
        var lines = [
            "\(model) on \(report.samples) \(part)samples of \(data)", "",
            "accuracy \(report.accuracy.rounded(digits: 4))   top-5 \(report.top5Accuracy.rounded(digits: 4))   "
                + "loss \(Self.text(report.loss))", "",
        ]
        if let detector = report.detector {
            let area = detector.area.map { Float($0).rounded(digits: 4) } ?? "-"
            let (hits, alarms) = (Float(detector.truePositiveRate), Float(detector.falsePositiveRate))
            lines.insert(
                "detects \(detector.positive): AUC \(area)   true positive rate \(hits.rounded(digits: 4))   "
                    + "false positive rate \(alarms.rounded(digits: 4))", at: lines.count - 1)
        }
        lines += Self.aligned(
            [["class", "precision", "recall", "F1", "samples"]]
                + report.perClass.map { row in
                    [
                        row.class, Self.text(row.precision), Self.text(row.recall), Self.text(row.f1),
                        "\(row.support)",
                    ]
                })
        if report.classes.count <= Self.matrixLimit {
            lines += ["", "confusion (rows: true class, columns: predicted class)"]
            let numbers = report.classes.indices.map { "\($0)" }
            lines += Self.aligned(
                [[""] + numbers]
                    + report.confusion.enumerated().map { index, row in
                        ["\(index) \(report.classes[index])"] + row.map { $0 == 0 ? "·" : "\($0)" }
                    })
        }
        // Names of classes come from files.
        text = lines.map(\.inOneLine).joined(separator: "\n")
    }

    private static func text(_ figure: Float?) -> String { figure.map { $0.rounded(digits: 4) } ?? "-" }

    /// The first column to the left, the others to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        TextTable.lines(rows, rightAligned: Set(1..<(rows.first?.count ?? 1)))
    }
}
