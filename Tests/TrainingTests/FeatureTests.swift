import Classical
import Datasets
import Foundation
import Interchange
import Networks
import Pictures
import Runs
import Tensors
import Testing
import Training

/// Networks as makers of features: which layers, at which size, and what is learned from them.
final class FeatureTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Two blocks of two branches each, on pictures of 3×8×8.
    private static var network: Network {
        var network = Network(name: "blocks", input: Shape(3, 8, 8))
        network.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "stem")
        for (number, before) in [(1, "stem"), (2, "relu1")] {
            network.append(Convolution(filters: 2, kernel: 1), named: "a\(number)", after: [before])
            network.append(
                Convolution(filters: 3, kernel: 3, padding: .same), named: "b\(number)", after: [before])
            network.append(
                DepthConcatenation(), named: "join\(number)", after: ["a\(number)", "b\(number)"])
            network.append(ReLU(), named: "relu\(number)")
        }
        network.append(Convolution(filters: 6, kernel: 1), named: "scores")
        network.append(GlobalAveragePooling(), named: "pool")
        network.append(Softmax(), named: "prob")
        return network
    }

    private func model(_ network: Network = FeatureTests.network) throws -> Model {
        Model(
            name: network.name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: 3)))
    }

    /// Pictures of 8×8 pixels, of two classes that differ in colour.
    private func photos() throws -> String {
        var random = RandomSource(seed: 8)
        for (index, name) in ["blue", "red"].enumerated() {
            let place = "\(folder)/photos/\(name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for number in 0..<8 {
                try picture(index, &random).write(to: "\(place)/\(number).png")
            }
        }
        return "\(folder)/photos"
    }

    private func picture(_ index: Int, _ random: inout RandomSource) -> Picture {
        let pixels = (0..<64).flatMap { _ -> [UInt8] in
            let noise = UInt8(random.integer(below: 60))
            return index == 1 ? [200, noise, noise] : [noise, noise, 200]
        }
        return Picture(width: 8, height: 8, channels: 3, pixels: pixels)
    }

    private func rows(
        _ features: NetworkFeatures, size: PixelSize? = nil, of samples: [[Float]]
    ) throws -> [[Float]] {
        let extractor = try FeatureExtractor(
            model(), features, size: size, workers: Workers(threads: 1))
        let dataset = Dataset(
            name: "noise", shape: extractor.input, classNames: ["0"], labels: samples.map { _ in 0 },
            samples: .floats(samples.flatMap { $0 }))
        let set = SampleSet(dataset, normalizer: Normalizer(factors: [1, 1, 1], offsets: [0, 0, 0]))
        var rows: [[Float]] = []
        try extractor.extract(set) { row, _ in rows.append(Array(row)) }
        return rows
    }

    private func noise(_ count: Int) -> [Float] {
        var random = RandomSource(seed: 21)
        return (0..<count).map { _ in random.uniform(-1, 1) }
    }

    @Test func allLayersAreTheEndsOfBlocksAndTheScores() throws {
        #expect(Self.network.blockEnds == ["relu1", "relu2", "pool"])
        let sample = noise(192)
        let all = try rows(NetworkFeatures(layers: ["all"]), of: [sample])[0]
        let parts = try ["relu1", "relu2", "pool"].flatMap {
            try rows(NetworkFeatures(layers: [$0]), of: [sample])[0]
        }
        #expect(all.count == 16)
        #expect(all == parts)
    }

    @Test func aNetworkWithoutBranchesEndsABlockWithEachLayerThatLearns() throws {
        var chain = Network(name: "chain", input: Shape(1, 6, 6))
        chain.append(Convolution(filters: 2, kernel: 3), named: "conv")
        chain.append(BatchNormalization(), named: "bn")
        chain.append(ReLU(), named: "relu")
        chain.append(MaxPooling(size: 2, stride: 2), named: "max")
        chain.append(FullyConnected(outputs: 3), named: "fc")
        chain.append(Softmax(), named: "prob")
        #expect(chain.blockEnds == ["relu", "fc"])
    }

    @Test func mirroredFeaturesAreTheSameForAPictureAndItsMirrorImage() throws {
        let sample = noise(192)
        let mirror = (0..<24).flatMap { row in sample[row * 8..<(row + 1) * 8].reversed() }
        let features = NetworkFeatures(layers: ["all"], mirrors: true)
        let both = try rows(features, of: [sample, mirror])
        #expect(zip(both[0], both[1]).allSatisfy { abs($0 - $1) < 1e-5 })
        let plain = try rows(NetworkFeatures(layers: ["all"]), of: [sample, mirror])
        #expect(zip(plain[0], both[0]).contains { abs($0 - $1) > 1e-3 })
        #expect(zip(zip(plain[0], plain[1]), both[0]).allSatisfy { abs(($0.0 + $0.1) / 2 - $1) < 1e-5 })
    }

    @Test func rootsKeepTheirSign() throws {
        let sample = noise(192)
        let plain = try rows(NetworkFeatures(layers: ["scores"]), of: [sample])[0]
        let roots = try rows(NetworkFeatures(layers: ["scores"], takesRoots: true), of: [sample])[0]
        #expect(plain.contains { $0 < 0 })
        #expect(zip(plain, roots).allSatisfy { abs($1 * abs($1) - $0) < 1e-5 })
    }

    @Test func convolutionsTakePicturesOfAnotherSize() throws {
        let features = NetworkFeatures(layers: ["all"])
        let row = try rows(features, size: PixelSize(width: 12, height: 10), of: [noise(360)])[0]
        #expect(row.count == 16)
        #expect(try model().taking(width: 12, height: 10).network.input == Shape(3, 10, 12))

        var bound = Network(name: "blocks", input: Shape(3, 8, 8))
        bound.append(Convolution(filters: 4, kernel: 3), named: "conv")
        bound.append(FullyConnected(outputs: 2), named: "fc")
        let error = #expect(throws: InputSizeError.self) { try model(bound).taking(width: 12, height: 10) }
        #expect(
            error?.description
                == "blocks: cannot take pictures of 12×10: its layers are made for 8×8 "
                + "(only convolutions, pooling and global pooling take other sizes)")
    }

    @Test func aLayerThatIsNotThereIsNamed() throws {
        let error = #expect(throws: FeatureError.self) {
            try rows(NetworkFeatures(layers: ["relu1", "relu3"]), of: [noise(192)])
        }
        #expect(error?.description.hasPrefix("blocks: no layer is called relu3") == true)
    }

    // MARK: Presets

    private func preset(_ rest: String, layer: String = "all") throws -> Preset {
        let path = "\(folder)/model"
        try model().write(to: path)
        return try Preset(
            yaml: """
                data:
                  set: folder
                  path: \(try photos())
                  features: {model: \(path), layer: \(layer), normalize: scale, mirrored: true, root: true}
                  validation: 0.25
                  test: 0
                  normalize: training
                \(rest)
                options: {miniBatchSize: 4, maxEpochs: 20, executionThreads: 1}
                """, file: "features.yaml")
    }

    @Test func aPresetSpellsItsFeaturesAsTheyWereRead() throws {
        let rest = "svm: {kernel: rbf, gamma: 0.5, gammaScale: features}"
        for layer in ["all", "relu1", "[relu1, scores]"] {
            let given = try preset(rest, layer: layer)
            let again = try Preset(yaml: given.yaml, file: "again.yaml")
            #expect(again.data == given.data)
            #expect(again.svm == given.svm)
            #expect(again.svm?.sharesGamma == true)
        }
    }

    @Test func aMachineOnNetworkFeaturesNamesPictures() throws {
        let run = try TemporaryRun()
        let preset = try preset("svm: {kernel: rbf, gamma: 1, gammaScale: features, cost: 10}")
        let data = try preset.loadData()
        #expect(data.shape == Shape(16))
        let trainer = SVMTrainer(
            preset, try #require(preset.svm), data: data, run: run.directory, startedAt: 0,
            supervisor: ScriptedSupervisor())
        #expect(try trainer.train().bestValidationAccuracy == 1)
        let machine = try SVMCheckpoint(run.directory)
        #expect(abs((machine.model.kernel.gamma ?? 0) - 1.0 / 16) < 1e-9)
        var random = RandomSource(seed: 77)
        let pictures = [picture(1, &random), picture(0, &random)]
        let calls = try machine.calls(
            of: pictures, by: try machine.featureReader(), workers: Workers(threads: 1))
        #expect(calls.map { machine.classNames[$0.index] } == ["red", "blue"])
    }

    /// What is asked of a picture is what was asked of it as a sample.
    @Test func picturesGiveTheFeaturesThatTheDataGave() throws {
        let preset = try preset("network: [fullyConnected: classes, softmax]")
        let data = try preset.loadData()
        let reader = try #require(try PictureFeatureReader(preset))
        let file = data.training.dataset.files[3]
        let dataset = try reader.dataset(of: [try Picture(contentsOf: "\(folder)/photos/\(file)")])
        guard case .floats(let found) = dataset.samples, case .floats(let all) = data.training.dataset.samples
        else { return #expect(Bool(false), "features are numbers") }
        let isSame = found == Array(all[3 * 16..<4 * 16])
        #expect(isSame)
    }

    @Test func colourMomentsOfAPictureAreFeaturesToo() throws {
        let preset = try Preset(
            yaml: """
                data: {set: folder, path: \(try photos()), size: 8, features: color-moments, test: 0}
                network: [fullyConnected: classes, softmax]
                """, file: "moments.yaml")
        let data = try preset.loadData().training.dataset
        let reader = try #require(try PictureFeatureReader(preset))
        let picture = try Picture(contentsOf: "\(folder)/photos/\(data.files[0])")
        guard case .floats(let found) = try reader.dataset(of: [picture]).samples,
            case .floats(let all) = data.samples
        else { return #expect(Bool(false), "features are numbers") }
        let isSame = found == Array(all[..<found.count])
        #expect(isSame)
    }

    @Test func newLayersTakeTheJoinedMeansOfAllBlocks() throws {
        let path = "\(folder)/model"
        try model().write(to: path)
        let preset = try Preset(
            yaml: """
                data: {set: folder, path: \(try photos()), validation: 0.25, test: 0}
                transfer: {model: \(path), layer: all}
                options: {miniBatchSize: 4, maxEpochs: 2, executionThreads: 1}
                """, file: "transfer.yaml")
        let experiment = try Experiment(loading: preset)
        #expect(experiment.preset.options.freeze == .upTo("features"))
        let behind = try #require(experiment.network.rest(after: "features"))
        #expect(behind.input == Shape(16))
        #expect(
            behind.nodes.map(\.name)
                == [
                    "new_normalization", "new_dropout", "new_hidden", "new_relu", "new_hidden_dropout",
                    "new_classifier", "new_softmax",
                ])
        let again = try Preset(yaml: experiment.preset.yaml, file: "again.yaml")
        #expect(try Experiment(loading: again).network.nodes == experiment.network.nodes)
    }
}
