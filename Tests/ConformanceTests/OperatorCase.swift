import Foundation
import Interchange
import Testing

/// One of ONNX's conformance cases: a model of one operator, its inputs and the outputs it must give.
struct OperatorCase: Sendable, CustomTestStringConvertible {
    let name: String
    let node: Onnx_NodeProto
    /// By the names that the node gives them.
    let tensors: [String: ONNXTensor]
    let outputs: [ONNXTensor]

    var testDescription: String { name }

    /// The node's input at a position; `nil` where it is left out.
    func input(_ position: Int) -> ONNXTensor? {
        position < node.input.count ? tensors[node.input[position]] : nil
    }

    private func attribute(_ name: String) -> Onnx_AttributeProto? {
        node.attribute.first { $0.name == name }
    }

    func integer(_ name: String, or other: Int) -> Int { attribute(name).map { Int($0.i) } ?? other }
    func integers(_ name: String) -> [Int]? { attribute(name)?.ints.map { Int($0) } }
    func real(_ name: String, or other: Double) -> Double { attribute(name).map { Double($0.f) } ?? other }
    func text(_ name: String) -> String? { attribute(name).map { String(decoding: $0.s, as: UTF8.self) } }
}

extension OperatorCase {
    /// Reads the case in a folder; `nil` for what has inputs or outputs that are no tensors.
    init?(folder: URL) throws {
        let model = try ONNXFile(folder.appending(path: "model.onnx").path).model
        guard let node = model.graph.node.first, model.graph.node.count == 1 else { return nil }
        let data = folder.appending(path: "test_data_set_0")
        func read(_ kind: String, _ count: Int) -> [ONNXTensor]? {
            let tensors = (0..<count).compactMap {
                try? ONNXFile.tensor(at: data.appending(path: "\(kind)_\($0).pb").path)
            }
            return tensors.count == count ? tensors : nil
        }
        guard let inputs = read("input", model.graph.input.count),
            let outputs = read("output", model.graph.output.count)
        else { return nil }
        self.init(
            name: folder.lastPathComponent, node: node,
            tensors: Dictionary(uniqueKeysWithValues: zip(model.graph.input.map(\.name), inputs)),
            outputs: outputs)
    }
}

/// The cases that ship with ONNX (onnx/backend/test/data/node), chosen and packed for this project's tests.
enum ConformanceArchive {
    static let path: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["CNNTOP_DATA"] ?? root.appending(path: "../shared/data").path
        let path = "\(folder)/onnx-node-core.tgz"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }()

    static let isPresent: ConditionTrait = .enabled(
        if: path != nil, "onnx-node-core.tgz is neither in $CNNTOP_DATA nor in ../shared/data")

    /// All folders in it, in the order of their names, with the case where it can be read as one.
    static let cases: [(name: String, contents: OperatorCase?)] = {
        guard let path else { return [] }
        let target = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: target) }
        do {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try unpack(path, into: target)
            let folder = target.appending(path: "node")
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
                ($0, try OperatorCase(folder: folder.appending(path: $0)))
            }
        } catch {
            Issue.record("\(path) cannot be unpacked: \(error)")
            return []
        }
    }()

    private static func unpack(_ path: String, into target: URL) throws {
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", path, "-C", target.path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }
}
