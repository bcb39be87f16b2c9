import Interchange

/// The archive's cases, sorted by who tests them.
struct Scope: Sendable {
    var layers: [OperatorCase] = []
    var losses: [OperatorCase] = []
    var solvers: [OperatorCase] = []
    /// Names of the cases left out, by reason.
    var skipped: [String: [String]] = [:]

    static let all = Scope()

    private init() {
        for (name, contents) in ConformanceArchive.cases {
            guard let test = contents else {
                skipped["more than one operator, or no tensors", default: []].append(name)
                continue
            }
            do throws(OutOfScope) {
                try sort(test)
            } catch {
                skipped[error.reason, default: []].append(name)
            }
        }
    }

    private mutating func sort(_ test: OperatorCase) throws(OutOfScope) {
        switch test.node.opType {
        case "SoftmaxCrossEntropyLoss":
            _ = try LossTrial(test)
            losses.append(test)
        case "Momentum", "Adam":
            _ = try SolverTrial(test)
            solvers.append(test)
        default:
            _ = try Trial(test)
            layers.append(test)
        }
    }
}
