import Foundation
import Interchange
import Networks
import Tensors
import Testing

/// What is written as ONNX and read again computes the same.
struct ONNXExportTests {
    /// Networks that between them have every layer that can be written.
    static let networks: [Network] = [
        network("digits", Shape(1, 12, 10)) {
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_1")
            $0.append(BatchNormalization(), named: "bn_1")
            $0.append(ReLU(), named: "relu_1")
            $0.append(MaxPooling(size: 2), named: "pool_1")
            $0.append(
                Convolution(filters: 6, kernel: 3, stride: 2, groups: 2, hasBias: false), named: "conv_2")
            $0.append(LeakyReLU(slope: 0.1), named: "leaky")
            $0.append(Dropout(probability: 0.3), named: "dropout")
            $0.append(FullyConnected(outputs: 7), named: "fc_1")
            $0.append(BatchNormalization(), named: "bn_2")
            $0.append(Tanh(), named: "tanh")
            $0.append(FullyConnected(outputs: 3, hasBias: false), named: "fc_2")
            $0.append(Softmax(), named: "softmax")
        },
        network("signal", Shape(2, 1, 40)) {
            $0.append(Convolution.signal(filters: 5, kernel: 4, padding: .same, dilation: 2), named: "conv")
            $0.append(ELU(alpha: 0.5), named: "elu")
            $0.append(MaxPooling.signal(size: 3, stride: 2, padding: .columns(1)), named: "pool")
            $0.append(SELU(), named: "selu")
            $0.append(AveragePooling.signal(size: 4, padding: .same, countsPadding: false), named: "mean")
            $0.append(Subsampling.signal(stride: 3), named: "every_third")
            $0.append(FullyConnected(outputs: 4), named: "fc")
            $0.append(LogSoftmax(), named: "logarithms")
        },
        network("residual", Shape(3, 8, 8)) {
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_1")
            $0.append(PReLU(), named: "prelu")
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_2")
            $0.append(Addition(), named: "sum", after: ["conv_2", "prelu"])
            $0.append(CrossChannelNormalization(size: 3, alpha: 0.2), named: "lrn")
            $0.append(DepthConcatenation(), named: "both", after: ["lrn", "conv_1"])
            $0.append(InstanceNormalization(), named: "in")
            $0.append(AveragePooling(size: 3, stride: 2, roundsUp: true), named: "mean")
            $0.append(GlobalAveragePooling(), named: "gate")
            $0.append(HardSigmoid(), named: "squeezed")
            $0.append(Arithmetic(.multiplication), named: "gated", after: ["mean", "squeezed"])
            $0.append(HardSwish(), named: "swish")
            $0.append(GlobalMaxPooling(), named: "largest")
        },
        network("rearranged", Shape(4, 6, 5)) {
            $0.append(Transposition(of: Shape(4, 6, 5), order: [2, 0, 1]), named: "turned")
            $0.append(Clip(low: -1, high: 1.5), named: "clip")
            $0.append(
                Border(
                    channels: .init(before: 0, after: 1), rows: .init(before: 2, after: 1),
                    columns: .init(before: 1, after: 1), filling: .reflect), named: "mirrored")
            $0.append(
                Slicing(
                    channels: .init(start: 5, count: 6, step: -1), rows: .init(start: 1, count: 3, step: 2),
                    columns: .init(count: 8)), named: "part")
            $0.append(ChannelSelection([3, 3, 0, 5]), named: "picked")
            $0.append(Affine(), named: "affine")
            $0.append(Reshape(to: Shape(8, 3, 4)), named: "seen")
            $0.append(Sigmoid(), named: "sigmoid")
            $0.append(Arithmetic(.subtraction), named: "difference", after: ["seen", "sigmoid"])
            $0.append(Flatten(), named: "flat")
            $0.append(PReLU(isShared: true), named: "prelu")
        },
        network("vector", Shape(6)) {
            $0.append(Affine(over: .channels, hasScale: false), named: "offset")
            $0.append(FullyConnected(outputs: 6), named: "fc_1")
            $0.append(FullyConnected(outputs: 6), named: "fc_2", after: ["offset"])
            $0.append(Addition(), named: "sum", after: ["fc_1", "fc_2"])
            $0.append(DepthConcatenation(), named: "both", after: ["sum", "fc_1"])
        },
    ]

    private static func network(_ name: String, _ input: Shape, _ build: (inout Network) -> Void) -> Network {
        var network = Network(name: name, input: input)
        build(&network)
        return network
    }

    /// Values that are not the first ones, where some mistakes do not show.
    private static func model(_ network: Network) throws -> Model {
        var random = RandomSource(seed: 5)
        let parameters = try Parameters<Float>(network, random: random)
        for entry in parameters.entries {
            for index in entry.range { parameters.values[index] += 0.2 * random.normal() }
        }
        for entry in parameters.stateEntries {
            for index in entry.range { parameters.stateValues[index] += random.uniform(0, 0.5) }
        }
        return Model(
            name: network.name, network: network, parameters: parameters, classNames: ["a", "b"],
            preprocessing: .raw(channels: 3, fit: .crop(shorterSide: 256)))
    }

    private static func samples(_ network: Network, count: Int = 3) -> [Float] {
        var random = RandomSource(seed: 6)
        return (0..<count * network.input.count).map { _ in random.normal() }
    }

    /// Where `make conformance` wants the files, to check them with ONNX's own tools.
    private static let kept = ProcessInfo.processInfo.environment["CNNTOP_EXPORTS"]

    @Test(arguments: networks)
    func whatIsWrittenIsReadAgain(_ network: Network) throws {
        let model = try Self.model(network)
        let folder = Self.kept ?? FileManager.default.temporaryDirectory.path
        let path = "\(folder)/\(network.name)-\(Self.kept == nil ? UUID().uuidString : "cnntop").onnx"
        defer { if Self.kept == nil { try? FileManager.default.removeItem(atPath: path) } }
        try ONNXWriter.write(model, to: path)
        let again = try ONNXReader.model(at: path)
        #expect(again.classNames == model.classNames)
        #expect(again.preprocessing == model.preprocessing)
        #expect(again.parameters.learnableCount == model.parameters.learnableCount)
        let samples = Self.samples(network)
        let expected = try model.outputs(for: samples)
        #expect(largestDifference(try again.outputs(for: samples), expected) < 1e-5)
        guard let kept = Self.kept else { return }
        for (name, values) in [("input", samples), ("output", expected)] {
            try values.withUnsafeBytes { Data($0) }.write(
                to: URL(fileURLWithPath: "\(kept)/\(network.name)-cnntop.\(name)"))
        }
    }

    @Test func aLayerWithoutOperatorIsNamed() throws {
        var network = Network(name: "old", input: Shape(4))
        network.append(Step(), named: "threshold")
        let model = try Self.model(network)
        let error = #expect(throws: ONNXError.self) { try ONNXWriter.write(model, to: "/tmp/never.onnx") }
        #expect(
            error?.description
                == "old: layer threshold cannot be written as ONNX: there is no operator for a step layer")
    }

    @Test func anUnwritablePathIsNamed() throws {
        let model = try Self.model(Self.networks[4])
        let error = #expect(throws: ONNXError.self) {
            try ONNXWriter.write(model, to: "/no/such/folder/net.onnx")
        }
        #expect(
            error?.description == "/no/such/folder/net.onnx: cannot be written (No such file or directory)")
    }
}
