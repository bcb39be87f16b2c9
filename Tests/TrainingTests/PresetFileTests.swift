import Datasets
import Networks
import Runs
import Tensors
import Testing
import Training

/// The presets that are delivered.
@Suite struct PresetFileTests {
    static let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Presets"
    static let library = PresetLibrary(folders: [folder])

    /// Those with a network of their own that is small enough to train a step in a test: photographs of 224×224 pixels
    /// are not, machines have no iterations, and others wait for a model.
    static let small = library.names.filter { name in
        guard let file = try? library.file(named: name), let preset = try? Preset(contentsOf: file) else {
            return true
        }
        guard preset.svm == nil, preset.transfer == nil else { return false }
        return (preset.data.outline?.shape.count ?? 0) <= 3 * 64 * 96
    }

    /// Noise in the shape of the preset's data, ten classes.
    private func noise(_ shape: Shape, count: Int) -> Dataset {
        var random = RandomSource(seed: 1)
        let values = (0..<count * shape.count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return Dataset(
            name: "noise", shape: shape, classNames: (0..<10).map(String.init),
            labels: (0..<count).map { Int32($0 % 10) }, samples: .bytes(values))
    }

    @Test func thePresetsOfTheManualAreThere() {
        let wanted = [
            "alexnet", "cifar10-quick", "fashion-mnist", "googlenet", "lenet", "resnet18", "resnet20-cifar10",
            "resnet50", "shapes", "signals-best", "signals-fcn", "signals-resnet", "signals-rocket",
            "softmax-regression",
            "squeezenet",
            "squeezenet1_0",
            "sunset-lab-shallow", "sunset-lab-svm", "sunsets-cnn", "sunsets-shallow", "sunsets-svm",
            "trace-peaks", "vgg19", "pretrained", "transfer", "features-svm", "from-scratch",
            "alexnet-torchvision", "googlenet-torchvision",
        ]
        #expect(Set(wanted).isSubset(of: Self.library.names))
    }

    @Test(arguments: small)
    func everyPresetLoadsChainsItsShapesAndTrainsAStep(name: String) throws {
        let preset = try Preset(
            contentsOf: try Self.library.file(named: name), assignments: ["miniBatchSize=20"])
        let shape = preset.data.outline?.shape ?? Shape(1, 28, 28)
        let data = noise(shape, count: 60)
        let normalizer = try Normalizer(
            preset.data.normalization, dataset: data, trainingIndices: Array(0..<40))
        let experiment = Experiment(
            preset: preset, network: try preset.network(input: shape, classes: 10),
            training: SampleSet(data, indices: Array(0..<40), normalizer: normalizer),
            validation: SampleSet(data, indices: Array(40..<60), normalizer: normalizer),
            test: SampleSet(data, indices: [], normalizer: normalizer))
        let supervisor = ScriptedSupervisor([1: [.stop(saving: true)]])
        let trainer = try TinyData.trainer(experiment, supervisor)
        let before = trainer.bits
        #expect(trainer.run().iteration == 1)
        #expect(supervisor.iterations.first?.loss?.isFinite == true)
        #expect(supervisor.validations.count == 1)
        #expect(trainer.bits != before)
        // A tenth by chance: about ln 10, plus what regularisation adds, 3 for a wide layer; deep networks begin a
        // little surer of themselves.
        #expect(supervisor.iterations.first?.loss.map { (2...8).contains($0) } == true)
    }

    @Test(arguments: library.names)
    func everyPresetSurvivesBeingResolved(name: String) throws {
        let preset = try Preset(contentsOf: try Self.library.file(named: name))
        let copy = try Preset(yaml: preset.yaml, file: "copy.yaml")
        #expect(copy.layers == preset.layers)
        #expect(copy.data == preset.data)
        #expect(copy.svm == preset.svm)
        #expect(copy.yaml == preset.yaml)
    }

    @Test func everyPresetOpensWithASentenceForTheChooser() {
        for preset in Self.library.summaries {
            #expect((20...100).contains(preset.summary.count), "\(preset.name): \(preset.summary)")
        }
    }

    @Test func theDefaultNetworkHasTheDocumentedSize() throws {
        let preset = try Preset(contentsOf: try Self.library.file(named: "fashion-mnist"))
        let analysis = try preset.network(input: Shape(1, 28, 28), classes: 10).analyze()
        #expect(analysis.totalLearnables == 21_690)
        let lenet = try Preset(contentsOf: try Self.library.file(named: "lenet"))
        #expect(try lenet.network(input: Shape(1, 28, 28), classes: 10).analyze().totalLearnables == 431_080)
    }

    @Test func anUnknownPresetNamesTheNearest() {
        let error = #expect(throws: PresetNotFound.self) { try Self.library.file(named: "lenett") }
        #expect(
            error?.description.hasPrefix("no preset 'lenett'; did you mean lenet? There are alexnet, ")
                == true)
    }

    @Test func theLossFallsOnShapes() throws {
        let preset = try Preset(
            contentsOf: try Self.library.file(named: "shapes"),
            assignments: ["maxEpochs=4", "miniBatchSize=32"])
        let data = try preset.data.load(seed: 1)
        // Every class has its share in each stretch of the set.
        let few = SampleSet(
            data.training.dataset,
            indices: data.training.indices.enumerated().filter { $0.offset % 16 == 0 }.map(\.element),
            normalizer: data.normalizer)
        let experiment = Experiment(
            preset: preset, network: try preset.network(input: data.shape, classes: data.classNames.count),
            training: few, validation: SampleSet(data.test.dataset, indices: [], normalizer: data.normalizer),
            test: data.test)
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(experiment, supervisor).run()
        let losses = supervisor.iterations.compactMap(\.loss)
        let first = losses.prefix(5).reduce(0, +) / 5
        let last = losses.suffix(5).reduce(0, +) / 5
        #expect(last < first * 0.85, "from \(first) to \(last)")
    }
}
