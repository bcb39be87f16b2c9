import Foundation
import Interchange
import Testing

/// The cases that ship with ONNX (onnx/backend/test/data/node): those chosen and packed for this project's tests, or
/// all that concern it of an installed package, whose folder `make conformance` gives.
enum ConformanceArchive {
    private static let environment = ProcessInfo.processInfo.environment

    /// The folder of a whole set.
    private static let wholeSet = environment["CNNTOP_ONNX_CASES"]

    static let path: String? = {
        let path = wholeSet ?? "\(environment["CNNTOP_DATA"] ?? "/absent")/onnx-node-core.tgz"
        return FileManager.default.isReadableFile(atPath: path) ? path : nil
    }()

    static let isPresent: ConditionTrait = .enabled(
        if: path != nil, "onnx-node-core.tgz is not in $CNNTOP_DATA")

    /// Whether these are the chosen cases, of which every one is accounted for by name.
    static let isChosenSet = wholeSet == nil

    /// All folders in it, in the order of their names, with the case where it can be read as one.
    static let cases: [(name: String, contents: OperatorCase?)] = {
        guard let path else { return [] }
        if wholeSet != nil { return read(URL(fileURLWithPath: path), onlyOurs: true) }
        let target = FileManager.default.temporaryDirectory.appending(path: "onnx-\(UUID().uuidString)")
        // The cases keep their files open.
        defer { try? FileManager.default.removeItem(at: target) }
        do {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try unpack(path, into: target)
        } catch {
            Issue.record("\(path) cannot be unpacked: \(error)")
        }
        return read(target.appending(path: "node"), onlyOurs: false)
    }()

    private static func read(_ folder: URL, onlyOurs: Bool) -> [(name: String, contents: OperatorCase?)] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            return try names.compactMap { name in
                let path = folder.appending(path: name)
                if onlyOurs, try !concernsUs(path) { return nil }
                return (name, try OperatorCase(folder: path))
            }
        } catch {
            Issue.record("\(folder.path) cannot be read: \(error)")
            return []
        }
    }

    /// Whether every node of a case is of an operator that this program imports or trains with.
    private static func concernsUs(_ folder: URL) throws -> Bool {
        guard let file = try? ONNXFile(folder.appending(path: "model.onnx").path) else { return false }
        let trained: Set = ["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss", "Adam", "Momentum"]
        return !file.model.graph.node.isEmpty
            && file.model.graph.node.allSatisfy {
                ONNXReader.supports($0.opType, domain: $0.domain) || trained.contains($0.opType)
            }
    }

    private static func unpack(_ path: String, into target: URL) throws {
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", path, "-C", target.path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }
}

/// Why a case is not for this program.
struct OutOfScope: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// The largest difference, relative to the expected value where that is above 1; infinite where the counts differ.
func worstDifference(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).reduce(0) { worst, pair in
        // Equal infinities have no difference.
        if pair.0 == pair.1 || (pair.0.isNaN && pair.1.isNaN) { return worst }
        let difference = abs(pair.0 - pair.1) / max(1, abs(pair.1))
        return difference.isNaN ? .infinity : max(worst, difference)
    }
}
