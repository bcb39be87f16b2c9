import Networks
import Tensors
import Testing
import Training

/// The networks of the literature, counted as MATLAB counts them.
@Suite struct ArchitectureTests {
    private func analysis(_ name: String) throws -> Analysis {
        let preset = try Preset(contentsOf: try PresetFileTests.library.file(named: name))
        let outline = try #require(preset.data.outline)
        return try preset.network(input: outline.shape, classes: outline.classes).analyze()
    }

    @Test(arguments: [
        ("alexnet", 25, 60_965_224), ("vgg19", 47, 143_667_240), ("googlenet", 144, 6_998_552),
        ("resnet18", 71, 11_689_512), ("resnet50", 177, 25_557_032), ("squeezenet", 68, 1_235_496),
        ("squeezenet1_0", 68, 1_248_424),
    ])
    func layersAndLearnables(name: String, layers: Int, learnables: Int) throws {
        let analysis = try analysis(name)
        #expect(analysis.totalLayers == layers)
        #expect(analysis.totalLearnables == learnables)
    }

    @Test func smallNetworksHaveTheLearnablesOfTheirSources() throws {
        #expect(try analysis("resnet20-cifar10").totalLearnables == 269_722)
        #expect(try analysis("cifar10-quick").totalLearnables == 145_578)
    }

    @Test func alexNetsActivations() throws {
        let shapes = try analysis("alexnet").rows.map { row in
            row.activations.map { $0.isVector ? "\($0.channels)" : "\($0.height)×\($0.width)×\($0.channels)" }
        }
        let changes = shapes.indices.dropFirst().filter { shapes[$0] != shapes[$0 - 1] }.map { shapes[$0] }
        #expect(
            changes == [
                "55×55×96", "27×27×96", "27×27×256", "13×13×256", "13×13×384", "13×13×256", "6×6×256", "4096",
                "1000",
            ])
    }

    @Test func aResNetsStagesHalveThePicture() throws {
        let rows = try analysis("resnet50").rows.filter { $0.type == "addition" }
        #expect(
            rows.map { $0.activations?.description ?? "" }
                == Array(repeating: "56×56×256", count: 3) + Array(repeating: "28×28×512", count: 4)
                + Array(repeating: "14×14×1024", count: 6) + Array(repeating: "7×7×2048", count: 3))
        #expect(rows.first?.name == "stage1/block_1/add_1")
        #expect(rows.last?.name == "stage4/then_2/add_1")
    }

    @Test func deliveredNetworksGiveNoCauseForDoubt() throws {
        for name in PresetFileTests.library.names where name != "cifar10-quick" {
            let preset = try Preset(contentsOf: try PresetFileTests.library.file(named: name))
            guard preset.svm == nil, let outline = preset.data.outline else { continue }
            let found = preset.assembled(input: outline.shape, classes: outline.classes).inspect()
            #expect(found.problems.isEmpty && found.warnings.isEmpty, "\(name): \(found.warnings)")
        }
    }
}
