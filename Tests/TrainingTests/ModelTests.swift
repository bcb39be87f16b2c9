import Foundation
import Interchange
import Networks
import Pictures
import Tensors
import Testing
import Training

/// Models as folders, and what is said of pictures with them.
struct ModelTests {
    /// Every layer that presets can name, in one network.
    private static let network: Network = {
        var network = Network(name: "all", input: Shape(4, 9, 8))
        func add(_ layer: any Layer, _ name: String, after inputs: [String]? = nil) {
            network.append(layer, named: name, after: inputs)
        }
        var convolution = Convolution(
            filters: 4, kernel: Extent(rows: 3, columns: 2), stride: 1,
            padding: .explicit(top: 1, left: 0, bottom: 1, right: 1), groups: 2, hasBias: false,
            initializer: .he)
        convolution.weightFactors = LearnFactors(rate: 0.5, l2: 0)
        add(convolution, "conv: \"1\"")
        add(BatchNormalization(epsilon: 1e-3, momentum: 0.2), "bn")
        add(CrossChannelNormalization(size: 3, alpha: 0.1, beta: 0.5, k: 1), "lrn")
        add(InstanceNormalization(epsilon: 1e-4), "in")
        add(Convolution(filters: 4, kernel: 3, padding: .same, dilation: 2), "conv_2")
        add(ReLU(), "relu")
        add(LeakyReLU(slope: 0.2), "leaky")
        add(ELU(alpha: 0.3), "elu")
        add(SELU(), "selu")
        add(HardSigmoid(alpha: 0.3, beta: 0.4), "hardsigmoid")
        add(HardSwish(), "hardswish")
        add(Clip(low: -1), "clip")
        add(PReLU(isShared: true), "prelu")
        add(Sigmoid(), "sigmoid")
        add(Tanh(), "tanh")
        add(Addition(), "sum", after: ["tanh", "relu"])
        add(Arithmetic(.multiplication), "product", after: ["sum", "relu"])
        add(Arithmetic(.subtraction), "difference", after: ["product", "relu"])
        add(Arithmetic(.addition), "total", after: ["difference", "relu"])
        add(Affine(over: [.channels, .columns], hasOffset: false), "affine")
        add(Border(rows: .init(before: 2, after: 0), filling: .constant(0.5)), "border")
        add(Border(columns: .init(before: 1, after: 1), filling: .wrap), "wrapped")
        add(
            Slicing(
                channels: .init(start: 3, count: 2, step: -2), rows: .init(count: 8),
                columns: .init(start: 1, count: 6)), "slice")
        add(ChannelSelection([1, 0, 1]), "selection")
        add(DepthConcatenation(), "both", after: ["selection", "slice"])
        add(Transposition(of: Shape(5, 8, 6), order: [0, 2, 1]), "turned")
        add(MaxPooling(size: 2, stride: 1, padding: .all(1), roundsUp: true), "maxpool")
        add(AveragePooling(size: 2, countsPadding: false), "avgpool")
        add(Subsampling(stride: 2), "subsampled")
        add(Dropout(probability: 0.25), "dropout")
        add(Flatten(), "flat")
        add(FullyConnected(outputs: 6), "fc")
        add(Reshape(to: Shape(3, 1, 2)), "seen")
        add(GlobalMaxPooling(), "largest")
        add(LogSoftmax(), "logarithms")
        return network
    }()

    @Test func aFolderGivesTheModelBack() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model = Model(
            name: "all: of \"them\"", network: Self.network,
            parameters: try Parameters(Self.network, random: RandomSource(seed: 2)),
            classNames: ["yes", "no: never", "\u{e9}t\u{e9}"],
            preprocessing: Preprocessing(
                order: .rgb, factors: [1, 2, 3, 0.1], offsets: [-1, 0, 0.5, 1e-7],
                fit: .crop(shorterSide: 256)), origin: "here")
        try model.write(to: folder)
        let again = try Model.open(folder, runs: "/no/such")
        #expect(again.name == model.name)
        #expect(again.network.nodes == model.network.nodes)
        #expect(again.network.input == model.network.input)
        #expect(again.classNames == model.classNames)
        #expect(again.preprocessing == model.preprocessing)
        #expect(again.origin == "here")
        for entry in model.parameters.entries + model.parameters.stateEntries {
            #expect(again.parameters[entry.name] == model.parameters[entry.name], "\(entry.name)")
        }
    }

    @Test func whatIsWrongInAFolderIsSaidWithItsPlace() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("name: net\ninput: [1, 4, 4]\nnetwork:\n  - fullyConnected: 2\n".utf8).write(
            to: URL(fileURLWithPath: "\(folder)/model.yaml"))
        let error = #expect(throws: (any Error).self) { try Model(folder: folder) }
        #expect(
            error.map { "\($0)" }
                == "\(folder)/weights.safetensors: cannot be read (No such file or directory)")
    }

    @Test func filesOfUnknownKindsAreNamed() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).docx").path
        try Data([1]).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: ModelError.self) { try Model.open(path, runs: "/no/such") }
        #expect(error?.description.hasPrefix("\(path): files that end in .docx are not read") ?? false)
    }

    @Test func picturesAreFittedAsTheModelSays() {
        // Columns of 10, 20, 30, 40 in red, a constant green, nothing blue.
        let pixels: [UInt8] = (0..<2).flatMap { _ in [10, 20, 30, 40].flatMap { [$0, 7, 0] } }
        let picture = Picture(width: 4, height: 2, channels: 3, pixels: pixels)
        var way = Preprocessing(
            order: .bgr, factors: [1, 2, 0.5], offsets: [3, 0, -1], fit: .crop(shorterSide: 2))
        #expect(
            way.input(of: picture, shape: Shape(3, 2, 2)) == [3, 3, 3, 3, 14, 14, 14, 14, 9, 14, 9, 14])
        way.order = .rgb
        way.fit = .stretch
        let stretched = way.input(of: picture, shape: Shape(3, 2, 4))
        #expect(stretched.prefix(8) == [13, 23, 33, 43, 13, 23, 33, 43])
    }

    /// Scaled as a whole it would have 4096 × 245 million pixels.
    @Test func ofAThreadOnlyTheMiddleIsScaled() {
        let thread = Picture(
            width: 1, height: 60_000, channels: 1, pixels: (0..<60_000).map { $0 < 30_000 ? 50 : 150 })
        let way = Preprocessing(
            order: .grey, factors: [1], offsets: [0], fit: .crop(shorterSide: 4096))
        let input = way.input(of: thread, shape: Shape(1, 4, 2))
        // Bilinear: four of the 4096 lines between the two pixels in the middle.
        #expect(input.allSatisfy { abs($0 - 100) <= 1 }, "\(input)")
    }

    @Test(
        SharedData.has("models/SqueezeNet_fp16.onnx"),
        arguments: ["squeezenet1.0_imagenet_fp32", "SqueezeNet_fp16"])
    func theKittenIsATabby(_ name: String) throws {
        let model = try Model.open(SharedData.path("models/\(name).onnx"), runs: "/no/such")
        let picture = try Picture(pngAt: SharedData.path("photos/kitten_224.png"))
        let way = Preprocessing(order: .bgr, factors: [1, 1, 1], offsets: [0, 0, 0])
        let predictor = try Predictor(model, batchSize: 1, workers: Workers(threads: 2))
        let best = predictor.predict([way.input(of: picture, shape: model.network.input)], top: 5)[0]
        #expect(best.count == 5)
        #expect(best[0].index == 281)
        #expect(best[0].probability > 0.9)
        #expect(best[0].label == "class 281")
    }
}
