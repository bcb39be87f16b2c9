import Interchange

/// The archive's cases, sorted by who tests them.
struct Scope: Sendable {
    var imported: [OperatorCase] = []
    var normalizations: [OperatorCase] = []
    var losses: [OperatorCase] = []
    var solvers: [OperatorCase] = []
    /// How many cases went which way through the importer.
    var ways: [String: Int] = [:]
    /// Names of the cases left out, by reason.
    var skipped: [String: [String]] = [:]

    static let all = Scope()

    /// Its figures are those of the reference implementation alone.
    private static let disputed =
        "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True"

    private init() {
        for (name, contents) in ConformanceArchive.cases {
            guard let test = contents else {
                skipped["inputs or outputs that are no arrays", default: []].append(name)
                continue
            }
            do {
                try sort(test)
            } catch {
                skipped[(error as? OutOfScope)?.reason ?? "\(error)", default: []].append(name)
            }
        }
    }

    private mutating func sort(_ test: OperatorCase) throws {
        switch test.node.opType {
        case "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss":
            _ = try LossTrial(test)
            losses.append(test)
        case "Momentum", "Adam", "Adagrad":
            _ = try SolverTrial(test)
            solvers.append(test)
        case "BatchNormalization" where test.integer("training_mode", or: 0) == 1:
            normalizations.append(test)
        case "AveragePool" where test.name == Self.disputed:
            throw OutOfScope(
                "it counts positions beyond the padded input, as ONNX Runtime and PyTorch do not")
        case _ where test.name.contains("BFLOAT16"):
            throw OutOfScope("numbers of 16 bits as bfloat16; the importer takes float16, float32 and double")
        case "Dropout" where test.dropsAtRandom: throw OutOfScope("random numbers of another generator")
        default:
            let way = try ImportTrial(test).way
            ways[way.rawValue, default: 0] += 1
            imported.append(test)
        }
    }

    var summary: String {
        let parts = ways.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let left = skipped.sorted { $0.key < $1.key }.map {
            "\($0.value.sorted().joined(separator: ", ")): \($0.key)"
        }
        return
            "ONNX conformance: \(imported.count) cases by the importer (\(parts.joined(separator: ", "))), "
            + "\(normalizations.count) of batch normalisation in training, \(losses.count) losses, "
            + "\(solvers.count) solvers; left out: "
            + (left.isEmpty ? "none" : "\n  " + left.joined(separator: "\n  "))
    }
}

extension OperatorCase {
    /// Dropout in training at a rate above 0, whose mask is another program's.
    var dropsAtRandom: Bool {
        input(2)?.integers == [1] && input(1)?.floats != [0]
    }

    /// How far results may be off: numbers of 16 bits, which this program takes for ones of 32, have three decimal
    /// digits, or two as bfloat16.
    var tolerance: Float {
        let types = (file.model.graph.input + file.model.graph.output).map(\.type.tensorType.elemType)
        return types.contains(16) ? 1e-2 : types.contains(10) ? 2e-3 : 1e-5
    }
}
