import Networks
import Tensors

/// What `cnntop analyze --json` prints.
struct AnalysisReport: Encodable {
    struct Layer: Encodable {
        var name: String
        var type: String
        /// Height, width, channels; only the channels of a vector; empty where an error hides them.
        var activations: [Int]
        var inputs: [String]
        var learnables: Int
        /// By the names of the arrays.
        var learnableSizes: [String: [Int]]
        var macs: Int
        var activationBytes: Int
        var parameterBytes: Int
        /// Floating-point operations a byte.
        var arithmeticIntensity: Double

        init(_ row: Analysis.Row) {
            name = row.name
            type = row.type
            activations = row.activations?.sizes ?? []
            inputs = row.inputs
            learnables = row.learnables
            learnableSizes = Dictionary(row.learnableSizes.map { ($0.name, $0.shape) }) { first, _ in first }
            macs = row.macs
            activationBytes = row.activationBytes
            parameterBytes = row.parameterBytes
            arithmeticIntensity = row.arithmeticIntensity
        }
    }

    struct Issue: Encodable {
        var severity: String
        var layer: String?
        var message: String
        /// Of the samples that the layer takes.
        var inputs: [[Int]]
    }

    var name: String
    var layers: [Layer]
    var totalLayers: Int
    var totalLearnables: Int
    var totalMACs: Int
    var totalActivationBytes: Int
    var totalParameterBytes: Int
    var convolutionBiases: String
    var notes: [String]
    var issues: [Issue]

    init(_ network: AnalyzedNetwork) {
        let analysis = network.analysis
        name = network.name
        layers = analysis.rows.map(Layer.init)
        totalLayers = analysis.totalLayers
        totalLearnables = analysis.totalLearnables
        totalMACs = analysis.totalMACs
        totalActivationBytes = analysis.totalActivationBytes
        totalParameterBytes = analysis.totalParameterBytes
        convolutionBiases = analysis.convolutionBiases
        notes = network.notes
        issues = Self.issues("error", analysis.problems) + Self.issues("warning", analysis.warnings)
    }

    private static func issues(_ severity: String, _ problems: [NetworkError.Problem]) -> [Issue] {
        problems.map {
            Issue(
                severity: severity, layer: $0.layer, message: $0.message, inputs: $0.inputs.map(\.sizes))
        }
    }
}

extension Analysis {
    /// `all`, `none`, or how many of them: the literature counts the learnables of one network both ways.
    var convolutionBiases: String {
        let convolutions = rows.filter { $0.type.hasSuffix("convolution") && $0.activations != nil }
        let biased = convolutions.count { row in row.learnableSizes.contains { $0.name == "bias" } }
        return biased == convolutions.count
            ? "all" : biased == 0 ? "none" : "\(biased) of \(convolutions.count)"
    }
}
