import Datasets
import Foundation
import Interchange
import Networks
import Pictures
import Runs
import Tensors
import Testing
import Training

/// Networks that others have trained, with new last layers.
final class TransferTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A model of 3×8×8 pictures for five classes: its end as SqueezeNet has it, or fully connected.
    private func model(
        _ name: String = "model", pooled: Bool = true, order: Preprocessing.ChannelOrder? = nil
    ) throws -> (path: String, model: Model) {
        var network = Network(name: name, input: Shape(3, 8, 8))
        network.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv1")
        network.append(BatchNormalization(), named: "bn1")
        network.append(ReLU(), named: "relu1")
        if pooled {
            network.append(Dropout(probability: 0.5), named: "drop")
            network.append(Convolution(filters: 5, kernel: 1), named: "conv2")
            network.append(ReLU(), named: "relu2")
            network.append(GlobalAveragePooling(), named: "pool")
        } else {
            network.append(FullyConnected(outputs: 5), named: "fc")
        }
        network.append(Softmax(), named: "prob")
        let way = order.map { Preprocessing(order: $0, factors: [1, 0.5, 0.25], offsets: [-1, 0, 2]) }
        let model = Model(
            name: name, network: network,
            parameters: try Parameters(network, random: RandomSource(seed: 5)), preprocessing: way)
        try model.write(to: "\(folder)/\(name)")
        return ("\(folder)/\(name)", model)
    }

    /// Two classes of four pictures of 10×9 pixels each, one red, one blue.
    private func photos(_ name: String = "photos", classes: [String] = ["blue", "red"]) throws -> String {
        var random = RandomSource(seed: 8)
        for (index, className) in classes.enumerated() {
            let place = "\(folder)/\(name)/\(className)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for number in 0..<6 {
                let pixels = (0..<90).flatMap { _ -> [UInt8] in
                    let noise = UInt8(random.integer(below: 60))
                    return index == 1 ? [200, noise, noise] : [noise, noise, 200]
                }
                let picture = Picture(width: 10, height: 9, channels: 3, pixels: pixels)
                try picture.write(to: "\(place)/\(number).png")
            }
        }
        return "\(folder)/\(name)"
    }

    private func preset(_ transfer: String, _ assignments: [String] = []) throws -> Preset {
        try Preset(
            yaml: """
                data: {set: folder, path: \(try photos()), validation: 0.34, test: 0}
                transfer: \(transfer)
                options: {miniBatchSize: 4, maxEpochs: 3, validationFrequency: 2}
                """, file: "transfer.yaml", assignments: assignments)
    }

    @Test func theLastLayersMakeWayForNewOnes() throws {
        let (path, model) = try model()
        let experiment = try Experiment(loading: try preset("{model: \(path)}"))
        let network = experiment.network
        #expect(
            network.nodes.map(\.name)
                == ["conv1", "bn1", "relu1", "drop", "new_conv2", "relu2", "pool", "new_softmax"])
        let head = try #require(network.nodes[4].layer as? Convolution)
        #expect(head.filters == 2 && head.weightFactors.rate == 10 && head.biasFactors.rate == 10)
        #expect(experiment.preset.options.freeze == .upTo("relu1"))
        #expect(experiment.preset.data.size == PixelSize(width: 8, height: 8))
        let trainer = try TinyData.trainer(experiment, ScriptedSupervisor())
        for name in ["conv1.weights", "bn1.variance"] {
            let isSame = trainer.parameters[name] == model.parameters[name]
            #expect(isSame)
        }
    }

    @Test func aFullyConnectedEndIsReplacedToo() throws {
        let (path, _) = try model(pooled: false)
        let experiment = try Experiment(
            loading: try preset("{model: \(path), weightLearnRateFactor: 3, biasLearnRateFactor: 2}"))
        #expect(experiment.network.nodes.map(\.name) == ["conv1", "bn1", "relu1", "new_fc", "new_softmax"])
        let head = try #require(experiment.network.nodes[3].layer as? FullyConnected)
        #expect(head.outputs == 2 && head.weightFactors.rate == 3 && head.biasFactors.rate == 2)
    }

    @Test func newLayersOfTheUsersOwnTakeTheirPlace() throws {
        let (path, _) = try model()
        let head = "[globalAveragePooling: , fullyConnected: 6, relu: , fullyConnected: classes, softmax: ]"
            .replacing(", ", with: "}, {").replacing("[", with: "[{").replacing("]", with: "}]")
        let experiment = try Experiment(loading: try preset("{model: \(path), head: \(head)}"))
        #expect(
            experiment.network.nodes.map(\.name) == [
                "conv1", "bn1", "relu1", "drop", "head/gap_1", "head/fc_1", "head/relu_1", "head/fc_2",
                "head/softmax_1",
            ])
        #expect(experiment.preset.options.freeze == .upTo("relu1"))
    }

    @Test func aRunIsTrainedContinuedAndUsedWithoutTheModel() throws {
        let (path, _) = try model(order: .bgr)
        let run = try TemporaryRun()
        let experiment = try Experiment(loading: try preset("{model: \(path)}"))
        let supervisor = ScriptedSupervisor([4: [.stop(saving: true)]])
        _ = try TinyData.trainer(experiment, supervisor, in: run).run()
        try FileManager.default.removeItem(atPath: path)

        let (checkpoint, file, _) = try run.folder.latest()
        let resumed = try Experiment(loading: checkpoint.preset, isResumed: true)
        let record = try TinyData.trainer(resumed, ScriptedSupervisor(), resuming: (checkpoint, file)).run()
        #expect(record.reason == .maxEpochsReached)
        let used = try Model(checkpoint, path: file)
        #expect(used.classNames == ["blue", "red"])
        #expect(used.preprocessing?.order == .rgb)
        #expect(used.preprocessing?.factors == [0.25, 0.5, 1])
    }

    /// Red first for a network that was trained with blue first: its answers must stay the same.
    @Test func channelsAreTurnedInTheWeights() throws {
        let (path, model) = try model(order: .bgr)
        let (_, taken) = try preset("{model: \(path)}").takingOver()
        let turned = try #require(taken)
        let picture = try Picture(contentsOf: "\(try photos())/red/0.png")
        let workers = Workers(threads: 1)
        let answers = try [model, turned].map { model in
            let input = try #require(model.preprocessing).input(of: picture, shape: model.network.input)
            return try Predictor(model, workers: workers).predict([input], top: 5)[0].map(\.probability)
        }
        #expect(zip(answers[0], answers[1]).allSatisfy { abs($0 - $1) < 1e-5 })
        let plain = try preset("{model: \(path), channels: rgb}").takingOver().model
        #expect(plain?.preprocessing?.order == .rgb)
        let isAsItWas = plain?.parameters["conv1.weights"] == model.parameters["conv1.weights"]
        #expect(isAsItWas)
    }

    @Test func theResolvedPresetTrainsTheSameAgain() throws {
        let (path, _) = try model(order: .bgr)
        let first = try Experiment(loading: try preset("{model: \(path)}"))
        let again = try Experiment(loading: try Preset(yaml: first.preset.yaml, file: "again.yaml"))
        #expect(again.network.nodes == first.network.nodes)
        let trainers = try [first, again].map { try TinyData.trainer($0, ScriptedSupervisor()) }
        for trainer in trainers { _ = trainer.run() }
        let isSame = trainers[0].bits == trainers[1].bits
        #expect(isSame)
    }

    @Test func whatIsSaidOnTheCommandLineGoesBeforeTheModel() throws {
        let (path, _) = try model(order: .bgr)
        let preset = try preset(
            "", ["model=\(path)", "channels=rgb", "data.normalize=scale", "freeze=none"])
        let (taken, model) = try preset.takingOver()
        #expect(taken.data.normalization == .scale && taken.options.freeze == .none)
        #expect(model?.preprocessing?.factors == Array(repeating: Float(1) / 255, count: 3))
        #expect(try self.preset("{model: \(path)}").takingOver().preset.data.normalization != .scale)
    }

    @Test func aModelThatDoesNotTellHowItTakesPicturesIsRemarked() throws {
        let (path, _) = try model()
        let experiment = try Experiment(loading: try preset("{model: \(path)}"))
        #expect(
            experiment.remarks == [
                "\(path) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize and --channels)"
            ])
    }

    // MARK: Mistakes

    private func message(_ transfer: String, _ assignments: [String] = []) -> String {
        do {
            _ = try Experiment(loading: try preset(transfer, assignments))
            return "it worked"
        } catch { return String(describing: error) }
    }

    @Test func mistakesAreSaidInALine() throws {
        let (path, _) = try model()
        #expect(message("").hasPrefix("transfer: which model? give --model FILE (ONNX, Keras, "))
        #expect(
            message("{model: nowhere.onnx}")
                == "--model nowhere.onnx: no such file, model, run or preset; give an ONNX or Keras file, "
                + "a model's folder or a run")
        #expect(message("{model: nowhere}").hasPrefix("--model nowhere: no such file, model, run or preset"))
        #expect(
            message("{model: \(path), channels: grey}") == "--channels grey: the model takes 3 channels")
        #expect(
            message("{model: \(path)}", ["data.normalize=training"])
                .hasPrefix("--normalize training: a trained model wants inputs as it was trained on"))
        #expect(
            message("{model: \(path)}", ["freeze=upTo(conv)"])
                .hasPrefix("freeze: no layer is called conv; did you mean conv1"))
        #expect(message("{modle: \(path)}").contains("transfer has no 'modle'; did you mean model?"))
        let error = #expect(throws: PresetError.self) {
            try Preset(
                yaml: "data: {set: shapes}\nnetwork: [softmax]", file: "x.yaml", assignments: ["model=a"])
        }
        #expect(error?.description.hasPrefix("--model: this preset builds on no model") == true)
    }

    @Test func aModelWithoutAReplaceableEndIsRefused() throws {
        var network = Network(name: "join", input: Shape(3, 8, 8))
        network.append(Convolution(filters: 2, kernel: 1), named: "a", after: ["input"])
        network.append(Convolution(filters: 2, kernel: 1), named: "b", after: ["input"])
        network.append(Addition(), named: "sum", after: ["a", "b"])
        network.append(GlobalAveragePooling(), named: "pool")
        network.append(Softmax(), named: "prob")
        let model = Model(
            name: "join", network: network, parameters: try Parameters(network, random: RandomSource(seed: 1))
        )
        try model.write(to: "\(folder)/join")
        #expect(
            message("{model: \(folder)/join}")
                == "\(folder)/join: has no last layer that can be replaced: sum, a addition, joins 2 branches"
        )
    }

    @Test func oneClassIsTooFew() throws {
        let (path, _) = try model()
        let one = try photos("one", classes: ["only"])
        #expect(
            message("{model: \(path)}", ["data.path=\(one)"])
                == "\(one): has only the sub-folder only, expected one for each class and at least two")
    }
}
