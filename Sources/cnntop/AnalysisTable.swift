import Networks
import Screen
import Spelling
import Tensors

/// What `cnntop analyze` prints: a line for each layer, totals, and everything that is wrong.
struct AnalysisTable {
    let text: String

    /// Names of the columns; `mem` is memory in bytes.
    private static let head = [
        "", "name", "type", "activations", "learnable sizes", "learnables", "MACs", "act. mem", "learn. mem",
        "FLOP/B",
    ]
    /// The others are numbers, which stand at the right.
    private static let leftColumns: Set<Int> = [1, 2, 3, 4]
    /// What a narrow terminal does without, the first first.
    private static let dispensable = [4, 9, 8, 7, 2, 0]

    /// - Parameter width: cells of a line; nil: as many as it takes.
    init(_ network: AnalyzedNetwork, width: Int? = nil) {
        let analysis = network.analysis
        let rows = [Self.head] + analysis.rows.enumerated().map { Self.cells($1, number: $0 + 1) }
        var lines = [Self.totals(network.name, analysis)]
        lines += network.notes.map { "note: \($0)" }
        lines += Self.lines("error", analysis.problems) + Self.lines("warning", analysis.warnings)
        // Names of layers come from files.
        let told = lines.map(\.inOneLine).flatMap { width.map($0.wrapped) ?? [$0] }
        let table = Self.aligned(rows, width: width).map(\.inOneLine)
        text = (table + [""] + told).joined(separator: "\n")
    }

    private static func cells(_ row: Analysis.Row, number: Int) -> [String] {
        let sizes = row.learnableSizes.map { "\($0.name) \(Self.sizes($0.shape))" }.joined(separator: ", ")
        let doesNothing = row.macs == 0
        return [
            "\(number)", row.name, row.type, row.activations.map { Self.sizes($0.sizes) } ?? "?", sizes,
            row.learnables == 0 ? "" : Numbers.grouped(row.learnables),
            doesNothing ? "" : Numbers.compact(Double(row.macs)), bytes(row.activationBytes),
            row.learnables == 0 ? "" : bytes(row.parameterBytes),
            doesNothing ? "" : Numbers.fixed(row.arithmeticIntensity, decimals: 1),
        ]
    }

    private static func totals(_ name: String, _ analysis: Analysis) -> String {
        let biases =
            switch analysis.convolutionBiases {
            case "all": "convolutions carry biases"
            case "none": "convolutions carry no biases"
            case let some: "\(some) convolutions carry biases"
            }
        return
            "\(name): \(analysis.totalLayers) layers, \(Numbers.grouped(analysis.totalLearnables)) learnables "
            + "(\(bytes(analysis.totalParameterBytes))), \(Numbers.compact(Double(analysis.totalMACs))) MACs and "
            + "\(bytes(analysis.totalActivationBytes)) of activations a sample; \(biases)"
    }

    private static func lines(_ severity: String, _ problems: [NetworkError.Problem]) -> [String] {
        problems.map { problem in
            let inputs = problem.inputs.map { sizes($0.sizes) }.joined(separator: " and ")
            return "\(severity): \(problem)" + (inputs.isEmpty ? "" : " (takes \(inputs))")
        }
    }

    private static func sizes(_ sizes: [Int]) -> String {
        sizes.map(String.init).joined(separator: "×")
    }

    /// `290 kB`, `38.1 MB`; powers of ten, as file sizes are given.
    private static func bytes(_ count: Int) -> String {
        count < 1000 ? "\(count) B" : "\(Numbers.compact(Double(count)))B"
    }

    private static func aligned(_ rows: [[String]], width: Int?) -> [String] {
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var columns = Array(head.indices)
        func needed() -> Int { columns.reduce(-2) { $0 + widths[$1] + 2 } }
        for column in dispensable {
            guard let width, needed() > width else { break }
            columns.removeAll { $0 == column }
        }
        return rows.map { row in
            let cells = columns.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return leftColumns.contains(column) ? row[column] + blanks : blanks + row[column]
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}

extension String {
    /// Lines of at most so many characters, broken between words; a longer word keeps its line to itself.
    func wrapped(to width: Int) -> [String] {
        guard count > width else { return [self] }
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + (line.isEmpty ? [] : [line])
    }
}
