import Foundation
import Interchange
import Testing

/// One of ONNX's conformance cases: a model, its inputs and the outputs it must give.
struct OperatorCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// The first node; most cases have one only.
    let node: Onnx_NodeProto
    let file: ONNXFile
    /// By the names of the graph's inputs.
    let tensors: [String: ONNXTensor]
    let outputs: [ONNXTensor]

    var testDescription: String { name }
    var inputNames: [String] { file.model.graph.input.map(\.name) }

    /// The node's input at a position; `nil` where it is left out.
    func input(_ position: Int) -> ONNXTensor? {
        position < node.input.count ? tensors[node.input[position]] : nil
    }

    private func attribute(_ name: String) -> Onnx_AttributeProto? {
        node.attribute.first { $0.name == name }
    }

    func integer(_ name: String, or other: Int) -> Int { attribute(name).map { Int($0.i) } ?? other }
    func real(_ name: String, or other: Double) -> Double { attribute(name).map { Double($0.f) } ?? other }
    func text(_ name: String) -> String? { attribute(name).map { String(decoding: $0.s, as: UTF8.self) } }
}

extension OperatorCase {
    /// Reads the case in a folder; `nil` for what has inputs or outputs that are no arrays of numbers.
    init?(folder: URL) throws {
        let file = try ONNXFile(folder.appending(path: "model.onnx").path)
        guard let node = file.model.graph.node.first else { return nil }
        let data = folder.appending(path: "test_data_set_0")
        func read(_ kind: String, _ count: Int) -> [ONNXTensor]? {
            let tensors = (0..<count).compactMap {
                try? ONNXFile.tensor(at: data.appending(path: "\(kind)_\($0).pb").path)
            }
            return tensors.count == count ? tensors : nil
        }
        guard let inputs = read("input", file.model.graph.input.count),
            let outputs = read("output", file.model.graph.output.count)
        else { return nil }
        self.init(
            name: folder.lastPathComponent, node: node, file: file,
            tensors: Dictionary(uniqueKeysWithValues: zip(file.model.graph.input.map(\.name), inputs)),
            outputs: outputs)
    }
}
