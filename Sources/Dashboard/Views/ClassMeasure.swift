import Runs

/// What stands behind the rows of the matrix.
enum ClassMeasure: Sendable, CaseIterable {
    case recall, precision, support

    var width: Int {
        switch self {
        case .recall: 4
        case .precision: 6
        case .support: 11
        }
    }

    var head: String {
        switch self {
        case .recall: "rec"
        case .precision: "prec"
        case .support: "found/all"
        }
    }

    static func fitting(_ width: Int) -> [ClassMeasure] {
        var room = width
        var kept: [ClassMeasure] = []
        for measure in allCases where measure.width <= room {
            kept.append(measure)
            room -= measure.width
        }
        return kept
    }

    func text(_ matrix: ConfusionMatrix, _ label: Int) -> (String, Float?) {
        switch self {
        case .recall:
            (matrix.recall(of: label).map { "\(Int(($0 * 100).rounded()))" } ?? "–", matrix.recall(of: label))
        case .precision:
            (
                matrix.precision(of: label).map { "\(Int(($0 * 100).rounded()))" } ?? "–",
                matrix.precision(of: label)
            )
        case .support: ("\(matrix[label, label])/\(matrix.support(of: label))", nil)
        }
    }
}
