import Networks
import Tensors

/// Reads an ONNX file into an ordinary network: one that can be looked at, trained, frozen and written again.
///
/// Opsets 7 to 21; weights of 16, 32 and 64 bits, in the file or in others beside it. The first output is the
/// network's output; several inputs are taken as one vector, one behind the other.
/// https://github.com/onnx/onnx/blob/main/docs/IR.md and docs/Operators.md
public enum ONNXReader {
    public static let opsets = 7...21

    /// Whether an operator can be imported, used in some way.
    package static func supports(_ type: String, domain: String = "") -> Bool {
        var node = Onnx_NodeProto()
        (node.opType, node.domain) = (type, domain)
        return GraphTranslator.isKnown(node)
    }

    /// - Throws: `ONNXError`, in one line, with everything that stands in the way.
    public static func model(at path: String) throws(ONNXError) -> Model {
        try model(ONNXFile(path), constants: [:])
    }

    /// - Parameter constants: inputs of the graph that are known and so are no inputs of the network.
    package static func model(
        _ file: ONNXFile, constants: [String: ONNXTensor]
    ) throws(ONNXError) -> Model {
        try checkOperators(file)
        do throws(ONNXError) {
            return try ONNXImport(file, constants: constants, hasBatchAxis: true).model()
        } catch {
            // Without an axis for samples the whole input is one sample.
            guard case .untranslated = error,
                let model = try? ONNXImport(file, constants: constants, hasBatchAxis: false).model()
            else { throw error }
            return model
        }
    }

    /// The outputs of a graph whose inputs are all known: what the importer computes away.
    ///
    /// - Throws: `ONNXError` also for outputs that it cannot compute so.
    package static func folded(
        _ file: ONNXFile, constants: [String: ONNXTensor]
    ) throws(ONNXError) -> [String: ONNXTensor] {
        try checkOperators(file)
        return try ONNXImport(file, constants: constants, hasBatchAxis: true).foldedOutputs()
    }

    /// All operators that are missing, at once.
    private static func checkOperators(_ file: ONNXFile) throws(ONNXError) {
        var missing: [ONNXError.Operator] = []
        for proto in file.model.graph.node where !GraphTranslator.isKnown(proto) {
            let node = GraphNode(proto: proto, opset: file.opset)
            let name = proto.domain.isEmpty ? proto.opType : "\(proto.domain).\(proto.opType)"
            if let index = missing.firstIndex(where: { $0.name == name }) {
                missing[index].count += 1
            } else {
                missing.append(.init(name: name, firstNode: node.name, count: 1))
            }
        }
        guard missing.isEmpty else {
            throw .unsupported(path: file.path, opset: file.opset, operators: missing)
        }
    }
}

/// One way of reading a file: with or without an axis that counts samples.
struct ONNXImport {
    let file: ONNXFile
    let constants: [String: ONNXTensor]
    let hasBatchAxis: Bool

    private var graph: Onnx_GraphProto { file.model.graph }

    init(_ file: ONNXFile, constants: [String: ONNXTensor], hasBatchAxis: Bool) {
        self.file = file
        self.constants = constants
        self.hasBatchAxis = hasBatchAxis
    }

    private func broken(_ problems: [String]) -> ONNXError {
        let shown = problems.prefix(8) + (problems.count > 8 ? ["… and \(problems.count - 8) more"] : [])
        return .untranslated(path: file.path, opset: file.opset, problems: Array(shown))
    }

    func model() throws(ONNXError) -> Model {
        guard file.opset >= ONNXReader.opsets.lowerBound else {
            throw broken([
                "opsets before \(ONNXReader.opsets.lowerBound) are not read; convert it with onnx.version_converter"
            ])
        }
        let known = try knownConstants()
        let constantNames = Set(known.map(\.name))
        let inputs = try GraphInputs(
            graph.input.filter { !constantNames.contains($0.name) }, file: file, hasBatchAxis: hasBatchAxis)
        let translator = GraphTranslator(file, batch: inputs.batch)
        for constant in known { translator.define(constant) }
        try run(translator, inputs)
        var assembly = NetworkAssembly(translator, file: file, input: inputs.shape)
        return try assembly.model()
    }

    /// Outputs that depend on constants alone.
    func foldedOutputs() throws(ONNXError) -> [String: ONNXTensor] {
        let known = try knownConstants()
        let names = Set(known.map(\.name))
        let open = graph.input.filter { !names.contains($0.name) }
        let inputs =
            open.isEmpty ? nil : try GraphInputs(open, file: file, hasBatchAxis: hasBatchAxis)
        let translator = GraphTranslator(file, batch: inputs?.batch ?? 1)
        for constant in known { translator.define(constant) }
        try run(translator, inputs)
        var outputs: [String: ONNXTensor] = [:]
        for output in graph.output {
            guard case .constant(let constant)? = translator.values[output.name] else { continue }
            outputs[output.name] = try constant.decoded()
        }
        return outputs
    }

    private func knownConstants() throws(ONNXError) -> [ONNXConstant] {
        var known: [ONNXConstant] = []
        for tensor in graph.initializer {
            known.append(try ONNXConstant(tensor, in: file.file, path: file.path))
        }
        for (name, tensor) in constants {
            known.append(
                ONNXConstant(name: name, shape: tensor.shape, tensor.elements, path: file.path))
        }
        return known
    }

    private func run(_ translator: GraphTranslator, _ inputs: GraphInputs?) throws(ONNXError) {
        var problems: [String] = []
        func attempt(_ node: GraphNode?, _ body: () throws -> Void) throws(ONNXError) {
            do {
                try body()
            } catch let error as ONNXError {
                throw error
            } catch {
                let reason = (error as? Untranslatable)?.reason ?? String(describing: error)
                problems.append(node.map { "\($0.type) “\($0.name)”: \(reason)" } ?? reason)
                for output in node?.proto.output ?? [] { translator.set(output, to: .unknown) }
            }
        }
        try attempt(nil) { try inputs?.define(in: translator) }
        for proto in graph.node {
            let node = GraphNode(proto: proto, opset: file.opset)
            try attempt(node) { try translator.translate(node) }
        }
        guard problems.isEmpty else { throw broken(problems) }
    }
}
