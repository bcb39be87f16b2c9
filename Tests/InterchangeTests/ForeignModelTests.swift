import Foundation
import Interchange
import Testing

/// Files of other programs with what those say they give: NAME.onnx, NAME.input and NAME.output in a folder that
/// `$CNNTOP_MODELS` names. `Benchmarks/export_models.py` makes one from torchvision's networks.
struct ForeignModelTests {
    private static let folder = ProcessInfo.processInfo.environment["CNNTOP_MODELS"]

    private static let names: [String] = {
        let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
        return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test(.enabled(if: folder != nil, "no folder in $CNNTOP_MODELS"), arguments: names)
    func foreignModelsGiveTheirOutputs(_ name: String) throws {
        let folder = try #require(Self.folder)
        func floats(_ suffix: String) throws -> [Float] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).\(suffix)"))
            return data.withUnsafeBytes { bytes in
                (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
            }
        }
        let expected = try floats("output")
        let found = try ONNXReader.model(at: "\(folder)/\(name).onnx").outputs(for: floats("input"))
        let largest = expected.reduce(1) { max($0, abs($1)) }
        #expect(largestDifference(found, expected) < 1e-4 * largest)
    }
}
