import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

private let minimal = """
    data: {set: shapes}
    network:
      - convolution: {filters: 4, kernel: 3, padding: same}
      - relu
      - maxPooling: 2
      - fullyConnected: classes
      - softmax
    """

@Suite struct PresetTests {
    private func preset(_ yaml: String, _ assignments: [String] = []) throws -> Preset {
        try Preset(yaml: yaml, file: "Presets/mine.yaml", assignments: assignments)
    }

    private func message(_ yaml: String, _ assignments: [String] = []) -> String {
        do {
            _ = try preset(yaml, assignments)
            return "no error"
        } catch { return String(describing: error) }
    }

    @Test func layersGetNamesByTheirKind() throws {
        #expect(
            try preset(minimal).layers.map(\.name) == ["conv_1", "relu_1", "maxpool_1", "fc_1", "softmax_1"])
        #expect(try preset(minimal).name == "mine")
    }

    @Test func theClassifierFollowsTheData() throws {
        let network = try preset(minimal).network(input: Shape(3, 16, 16), classes: 7)
        #expect(try network.analyze().rows.last?.activations == Shape(7))
    }

    @Test func branchesAreNamedInputs() throws {
        let yaml = """
            data: {set: shapes}
            network:
              - convolution: {name: stem, filters: 4, kernel: 3, padding: same}
              - relu
              - convolution: {filters: 4, kernel: 3, padding: same}
              - addition: {inputs: [relu_1, conv_2]}
              - convolution: {filters: 2, kernel: 1}
                name: narrow
                inputs: stem
              - depthConcatenation: {inputs: [add_1, narrow]}
              - globalAveragePooling
              - fullyConnected: classes
              - softmax
            """
        let rows = try preset(yaml).network(input: Shape(3, 8, 8), classes: 5).analyze().rows
        #expect(rows.first { $0.name == "narrow" }?.inputs == ["stem"])
        #expect(rows.first { $0.name == "concat_1" }?.activations == Shape(6, 8, 8))
    }

    @Test func everyLayerCanBeSaid() throws {
        let yaml = """
            data: {set: shapes}
            network:
              - convolution: {filters: 6, kernel: [3, 5], stride: 1, padding: {top: 1, bottom: 1, left: 2, right: 2},
                              dilation: 1, groups: 3, bias: false, initializer: he, weightL2Factor: 2}
              - batchNormalization: {epsilon: 0.001, momentum: 0.2, scaleL2Factor: 0}
              - leakyRelu: 0.2
              - crossChannelNormalization: {size: 3, alpha: 0.001, beta: 0.5, k: 1}
              - averagePooling: {size: 2, stride: 2, countsPadding: false}
              - sigmoid
              - subsampling: 2
              - tanh
              - maxPooling: {size: 3, stride: 2, padding: 1, roundsUp: true}
              - dropout: 0.25
              - flatten
              - fullyConnected: {outputs: 12, initializer: narrow-normal, biasLearnRateFactor: 2}
              - step
              - fullyConnected: 5
              - softmax
            """
        let network = try preset(yaml).network(input: Shape(3, 32, 32), classes: 5)
        let convolution = try #require(network.nodes.first?.layer as? Convolution)
        #expect(convolution.groups == 3)
        #expect(convolution.hasBias == false)
        #expect(convolution.weightFactors.l2 == 2)
        #expect(network.nodes.count == 15)
    }

    @Test func signalLayersSlideAlongColumnsOnly() throws {
        let yaml = """
            data: {set: shapes}
            network:
              - convolution1d: {filters: 4, kernel: 5, padding: 2}
              - maxPooling1d: 2
              - averagePooling1d: 2
              - subsampling1d: 2
              - fullyConnected: classes
              - softmax
            """
        let rows = try preset(yaml).network(input: Shape(1, 1, 64), classes: 3).analyze().rows
        #expect(
            rows.map { $0.activations?.description ?? "" }.prefix(5) == [
                "64×1", "64×4", "32×4", "16×4", "8×4",
            ])
    }

    @Test func assignmentsReachEveryPart() throws {
        let changed = try preset(
            minimal,
            [
                "maxEpochs=3", "options.momentum=0.5", "data.validation=0.25", "augmentation.shift=[1, 2]",
                "augmentation.mirror=both", "data.augmentation.rotation=5", "seed=9", "name=other",
                "data.normalize=training",
            ])
        #expect(changed.options.maxEpochs == 3)
        #expect(changed.options.momentum == 0.5)
        #expect(changed.data.split.validation == 0.25)
        #expect(changed.data.augmentation.horizontalShift == 2)
        #expect(changed.data.augmentation.verticalShift == 1)
        #expect(changed.data.augmentation.mirrorVertically)
        #expect(changed.data.augmentation.rotation == 5)
        #expect(changed.data.normalization == .training)
        #expect(changed.seed == 9)
        #expect(changed.name == "other")
    }

    @Test func theResolvedPresetReadsBackTheSame() throws {
        let original = try preset(
            minimal,
            [
                "maxEpochs=3", "solverName=adam", "data.validation=0.2", "augmentation.scale=[0.9, 1.1]",
                "l2Regularization=3e-7",
                "augmentation.crop=2", "validationPatience=4", "dropout=0.3", "name=a: b",
            ])
        var copy = try Preset(yaml: original.yaml, file: "elsewhere.yaml")
        #expect(copy.yaml == original.yaml)
        copy.file = original.file
        #expect(copy.options.initialLearnRate == original.options.initialLearnRate)
        #expect(copy.layers == original.layers)
        #expect(copy.data == original.data)
    }

    @Test(arguments: [
        (
            "data: {set: shapes}\nnetwork:\n  - convolutoin: {filters: 4, kernel: 3}",
            "Presets/mine.yaml:3:5: layer: 'convolutoin' is not known; did you mean convolution or convolution1d?"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - convolution: {filters: 4, kernle: 3}",
            "Presets/mine.yaml:3:31: convolution has no 'kernle'; did you mean kernel?"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - convolution: {kernel: 3}",
            "Presets/mine.yaml:3:18: convolution needs 'filters': how many filters, like 8"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - convolution: 8",
            "Presets/mine.yaml:3:18: convolution: found '8'; expected arguments: filters, kernel, stride, padding, "
                + "dilation, groups, bias, initializer, weightLearnRateFactor, weightL2Factor, biasLearnRateFactor, "
                + "biasL2Factor"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - convolution: {filters: many, kernel: 3}",
            "Presets/mine.yaml:3:28: filters: found 'many'; expected a whole number from 1, like 8"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - dropout: 1.5",
            "Presets/mine.yaml:3:14: probability: 1.5 is out of range; expected a number from 0 to 0.999, like 0.5"
        ),
        (
            "data: {set: shapes}\nnetwork:\n  - relu: 3",
            "Presets/mine.yaml:3:11: relu: found '3'; expected no value"
        ),
        (
            "data: {set: fashion-mnits}\nnetwork: [relu]",
            "Presets/mine.yaml:1:13: set: 'fashion-mnits' is not known; did you mean fashion-mnist?"
        ),
        (
            "data: {set: shapes, validaton: 0.1}\nnetwork: [relu]",
            "Presets/mine.yaml:1:21: data has no 'validaton'; did you mean validation?"
        ),
        (
            "data: {set: shapes}\nnetwork: [relu]\noptions: {maxEpoch: 4}",
            "Presets/mine.yaml:3:11: options has no 'maxEpoch'; did you mean maxEpochs?"
        ),
        (
            "data: {set: shapes}\nnetwork: [relu]\noptions: {maxEpochs: four}",
            "Presets/mine.yaml:3:22: maxEpochs: 'four' is not a number; expected a whole number from 1 to 1000000, like 10"
        ),
        (
            "data: {set: shapes}\nnetwork: []",
            "Presets/mine.yaml:2:10: network: found an empty list; expected at least one layer"
        ),
        ("data: {set: shapes}", "Presets/mine.yaml:1:1: preset needs 'network': a list of layers"),
        (
            "data: {set: shapes}\nnetwrok: [relu]",
            "Presets/mine.yaml:2:1: preset has no 'netwrok'; did you mean network?"
        ),
        ("network: [relu]\nnetwork: [relu]", "Presets/mine.yaml:1:1: not YAML: 'network' stands twice"),
        ("data: [\n", "Presets/mine.yaml:2:1: not YAML: did not find expected node content"),
        ("", "Presets/mine.yaml: not YAML: it is empty"),
        (
            "data: {set: shapes}\nnetwork:\n",
            "Presets/mine.yaml:2:9: 'network' is empty; expected a list of layers"
        ),
        (
            "data: {set: shapes}\nna\0me: x",
            "Presets/mine.yaml:2:3: not YAML: control character; is this a text file in UTF-8?"
        ),
        (
            String(decoding: [0xFF, 0xFE, 0x64, 0] as [UInt8], as: UTF8.self),
            "Presets/mine.yaml:1:1: not YAML: a byte that is not UTF-8; is this a text file in UTF-8?"
        ),
    ])
    func mistakesAreFoundWhereTheyStand(yaml: String, expected: String) {
        #expect(message(yaml) == expected)
    }

    @Test func assignmentMistakesAreNamed() {
        #expect(
            message(minimal, ["maxEpochs"])
                == "--set: 'maxEpochs' is not of the form key=value, like maxEpochs=5")
        #expect(message(minimal, ["maxEpoch=5"]) == "--set: no option 'maxEpoch'; did you mean maxEpochs?")
        #expect(
            message(minimal, ["data.validation=2"])
                == "--set: data.validation: 2 is out of range; expected a number from 0 to 0.99, like 0.1")
        #expect(
            message(minimal, ["seed=x"]) == "--set: seed: found 'x'; expected a whole number from 0, like 1")
        #expect(
            message(minimal, ["maxEpochs=1\nfoo"])
                == #"--set: maxEpochs: '1\nfoo' is not a number; "#
                + "expected a whole number from 1 to 1000000, like 10")
    }

    @Test func shapesThatDoNotChainAreReportedAtTheirLayer() throws {
        let yaml = """
            data: {set: shapes}
            network:
              - convolution: {filters: 4, kernel: 3}
              - maxPooling: {size: 9}
              - fullyConnected: classes
            """
        let error = #expect(throws: PresetError.self) {
            try preset(yaml).network(input: Shape(1, 8, 8), classes: 3)
        }
        #expect(
            error?.description.hasPrefix(
                "Presets/mine.yaml:4:5: maxpool_1: height 6 is less than the window's 9") == true)
    }

    @Test func aClassifierOfTheWrongSizeIsReported() throws {
        let yaml = "data: {set: shapes}\nnetwork: [fullyConnected: 4, softmax]"
        let error = #expect(throws: PresetError.self) {
            try preset(yaml).network(input: Shape(1, 8, 8), classes: 3)
        }
        #expect(
            error?.description
                == "Presets/mine.yaml:2:30: softmax_1: gives 4 outputs, the data has 3 classes; "
                + "end in fullyConnected: classes")
    }

    @Test func aSoftmaxOverOneNumberClassifiesNothing() throws {
        let yaml = "data: {set: shapes}\nnetwork: [fullyConnected: 1, softmax]"
        let error = #expect(throws: PresetError.self) {
            try preset(yaml).network(input: Shape(1, 8, 8), classes: 3)
        }
        #expect(error?.description.contains("softmax_1: gives 1 outputs, the data has 3 classes") == true)
        let regression = "data: {set: shapes}\nnetwork: [fullyConnected: 1]"
        #expect(throws: Never.self) { try preset(regression).network(input: Shape(1, 8, 8), classes: 3) }
    }

    @Test func aMissingFileIsSaidSo() {
        let error = #expect(throws: PresetError.self) { try Preset(contentsOf: "/nowhere/x.yaml") }
        #expect(error?.description == "/nowhere/x.yaml: cannot read this preset: No such file or directory")
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsNoFileOrHasNoEndIsRefused() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "preset-\(UUID().uuidString)").path
        defer { unlink(path) }
        let message = { () -> String in
            do { _ = try Preset(contentsOf: path) } catch { return "\(error)" }
            return "read"
        }
        #expect(mkfifo(path, 0o600) == 0)
        #expect(message() == "\(path): cannot read this preset: not a file")
        unlink(path)
        #expect(FileManager.default.createFile(atPath: path, contents: nil) && truncate(path, 1 << 25) == 0)
        #expect(
            message() == "\(path): cannot read this preset: 33554432 bytes, at most 16777216 are read")
    }
}
