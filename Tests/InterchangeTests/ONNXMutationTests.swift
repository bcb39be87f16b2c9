import Foundation
import Interchange
import Networks
import Tensors
import Testing

/// Damaged copies of small real files: each is read or refused, none traps, and none is slow.
struct ONNXMutationTests {
    /// A file with many kinds of nodes, made here.
    private static func sample() throws -> [UInt8] {
        var network = Network(name: "sample", input: Shape(3, 6, 6))
        network.append(Convolution(filters: 2, kernel: 3, padding: .same), named: "conv")
        network.append(BatchNormalization(), named: "bn")
        network.append(Clip(low: 0, high: 6), named: "clip")
        network.append(MaxPooling(size: 2), named: "pool")
        network.append(Border(rows: .init(before: 1, after: 1), filling: .edge), named: "border")
        network.append(Transposition(of: Shape(2, 5, 3), order: [1, 0, 2]), named: "turned")
        network.append(
            Slicing(
                channels: .init(start: 4, count: 2, step: -2), rows: .init(count: 2), columns: .init(count: 3)
            ),
            named: "part")
        network.append(ChannelSelection([1, 0, 1]), named: "picked")
        network.append(Affine(), named: "affine")
        network.append(GlobalAveragePooling(), named: "mean")
        network.append(FullyConnected(outputs: 2), named: "fc")
        network.append(Softmax(), named: "softmax")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ONNXWriter.write(Model(name: "sample", network: network, parameters: parameters), to: path)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// One to four bytes changed, a stretch removed or doubled, or the end cut off.
    private static func mutated(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var result = bytes
        switch random.integer(below: 8) {
        case 0: result.removeLast(random.integer(below: result.count))
        case 1:
            let start = random.integer(below: result.count)
            result.removeSubrange(start..<min(result.count, start + 1 + random.integer(below: 12)))
        case 2:
            let start = random.integer(below: result.count)
            let part = result[start..<min(result.count, start + 1 + random.integer(below: 40))]
            result.insert(contentsOf: part, at: random.integer(below: result.count))
        case 3:
            let place = random.integer(below: result.count)
            result[place] = [0, 1, 0x7f, 0x80, 0xff][random.integer(below: 5)]
        default:
            for _ in 0...random.integer(below: 4) {
                result[random.integer(below: result.count)] ^= 1 << UInt8(random.integer(below: 8))
            }
        }
        return result
    }

    /// How many of the copies were still read.
    private func survivors(of bytes: [UInt8], copies: Int, seed: UInt64) throws -> Int {
        var random = RandomSource(seed: seed)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "damaged.onnx")
        var read = 0
        for _ in 0..<copies {
            try Data(Self.mutated(bytes, &random)).write(to: path)
            do {
                let model = try ONNXReader.model(at: path.path)
                #expect(model.network.nodes.count > 0)
                read += 1
            } catch {
                #expect(!error.description.contains("\n"), "\(error)")
            }
        }
        return read
    }

    @Test(arguments: 1...4)
    func damagedCopiesOfAFileOfOursAreReadOrRefused(part: Int) throws {
        let read = try survivors(of: try Self.sample(), copies: 3000, seed: UInt64(part))
        #expect((1..<3000).contains(read))
    }

    @Test(SharedData.has("models/mnist.onnx"))
    func damagedCopiesOfAForeignFileAreReadOrRefused() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: SharedData.path("models/mnist.onnx"))))
        // The weights are most of the file and no matter: the front and the end hold the structure.
        let read = try survivors(of: bytes, copies: 1000, seed: 9)
        #expect((1..<1000).contains(read))
    }
}
