import Datasets
import Foundation
import Networks
import Runs
import Tensors
import Testing
import Training

/// Layers that keep their weights, and the cache of their activations.
struct FreezeTests {
    private static let network = """
        network:
          - {convolution: {filters: 3, kernel: 3, padding: same}, name: conv1}
          - {batchNormalization: , name: bn1}
          - {relu: , name: relu1}
          - {maxPooling: 2, name: pool1}
          - {convolution: {filters: 4, kernel: 3, padding: same}, name: conv2}
          - {relu: , name: relu2}
          - {dropout: 0.2, name: drop}
          - {fullyConnected: classes, name: fc}
          - {softmax: , name: prob}
        """

    private func trainer(
        _ assignments: [String], _ supervisor: ScriptedSupervisor = ScriptedSupervisor(),
        in run: TemporaryRun? = nil, resuming: (checkpoint: Checkpoint, path: String)? = nil
    ) throws -> Trainer {
        var experiment = try TinyData.experiment(assignments, network: Self.network)
        if let resuming { experiment.preset = resuming.checkpoint.preset }
        return try TinyData.trainer(experiment, supervisor, in: run, resuming: resuming)
    }

    private func values(_ trainer: Trainer, _ layers: [String]) -> [String: [Float]] {
        let parameters = trainer.parameters
        let names = (parameters.entries + parameters.stateEntries).filter { layers.contains($0.layer) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0.name, parameters[$0.name] ?? []) })
    }

    @Test func frozenLayersKeepTheirWeightsAndStatistics() throws {
        let supervisor = ScriptedSupervisor()
        let trainer = try trainer(["freeze=upTo(pool1)", "l2Regularization=0.1"], supervisor)
        let frozen = values(trainer, ["conv1", "bn1"])
        let learning = values(trainer, ["conv2", "fc"])
        _ = trainer.run()
        #expect(frozen.count == 6)
        #expect(values(trainer, ["conv1", "bn1"]) == frozen)
        let after = values(trainer, ["conv2", "fc"])
        #expect(learning.allSatisfy { after[$0.key] != $0.value })
        #expect(
            supervisor.notes.first
                == "frozen up to pool1: 186 of 222 weights learn; activations of 70 samples are computed "
                + "once and kept beside the run, 0.0 MB")
    }

    /// Kept, kept in part, computed anew: the same numbers.
    @Test func theCacheChangesNothing() throws {
        let whole = try trainer(["freeze=pool1"])
        _ = whole.run()
        let run = try TemporaryRun()
        let onDisk = try trainer(["freeze=pool1"], in: run)
        _ = onDisk.run()
        let without = try trainer(["freeze=pool1", "activationCacheSize=0"])
        _ = without.run()
        let isSame = onDisk.bits == whole.bits && without.bits == whole.bits
        #expect(isSame)
    }

    /// On the disk of the run, where nobody else can cut it short and a killed worker leaves nothing.
    @Test func theCacheLiesBesideTheRunWithoutAName() throws {
        let run = try TemporaryRun()
        let path = run.directory.activationCache
        let isMapped = {
            let maps = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd() ?? Data()
            return String(decoding: maps, as: UTF8.self).contains(path)
        }
        do {
            let trainer = try trainer(["freeze=backbone"], in: run)
            #expect(try isMapped())
            #expect(!FileManager.default.fileExists(atPath: path))
            _ = trainer.run()
        }
        #expect(try !isMapped())
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func whatHasTheNameOfTheCacheGoesButNotWhatALinkPointsTo() throws {
        let run = try TemporaryRun()
        let (path, other) = (run.directory.activationCache, run.directory.path + "/precious")
        #expect(FileManager.default.createFile(atPath: other, contents: Data([7])))
        defer { unlink(other) }
        #expect(symlink(other, path) == 0)
        _ = try trainer(["freeze=backbone"], in: run).run()
        #expect(FileManager.default.contents(atPath: other) == Data([7]))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Frozen or not, a layer does to a sample what it does in inference: training the rest from activations gives the
    /// losses that the whole network gives when all that learns is the rest.
    @Test func augmentedSamplesAreComputedInEveryEpoch() throws {
        let supervisor = ScriptedSupervisor()
        _ = try trainer(["freeze=pool1", "augmentation.mirror=horizontal"], supervisor).run()
        #expect(supervisor.notes.first?.contains("with augmentation, training samples are computed") == true)
        #expect(supervisor.notes.first?.contains("activations of 20 samples") == true)
        let plain = ScriptedSupervisor()
        _ = try trainer(["freeze=pool1"], plain).run()
        #expect(supervisor.iterations.map(\.loss) != plain.iterations.map(\.loss))
        #expect(supervisor.validations.first?.loss?.isFinite == true)
    }

    @Test(arguments: [3, 5, 12]) func aResumedRunEqualsTheUninterrupted(stop: Int) throws {
        let options = ["freeze=relu2", "shuffle=every-epoch"]
        let script = [7: [RunCommand.set(key: "freeze", value: "upTo(pool1)")]]
        let whole = try trainer(options, ScriptedSupervisor(script))
        _ = whole.run()
        let run = try TemporaryRun()
        var interrupted = script
        interrupted[stop, default: []].append(.stop(saving: true))
        _ = try trainer(options, ScriptedSupervisor(interrupted), in: run).run()
        let (checkpoint, path, _) = try run.folder.latest()
        let rest = ScriptedSupervisor(script.filter { $0.key > stop })
        let resumed = try trainer(options, rest, in: run, resuming: (checkpoint, path))
        _ = resumed.run()
        let isSame = resumed.bits == whole.bits
        #expect(isSame)
    }

    @Test func layersAreThawedWhileTheRunGoesOn() throws {
        let supervisor = ScriptedSupervisor([
            4: [.set(key: "freeze", value: "none")], 8: [.set(key: "freeze", value: "backbone")],
        ])
        let run = try TemporaryRun()
        let trainer = try trainer(["freeze=upTo(pool1)"], supervisor, in: run)
        let before = values(trainer, ["conv1"])
        _ = trainer.run()
        #expect(values(trainer, ["conv1"]) != before)
        #expect(supervisor.changes.map(\.from) == ["upTo(pool1)", "none"])
        #expect(supervisor.changes.map(\.to) == ["none", "backbone"])
        #expect(supervisor.changes.map(\.iteration) == [4, 8])
        #expect(
            supervisor.iterations.count == 20
                && supervisor.iterations.allSatisfy { $0.loss?.isFinite == true })
    }

    @Test func theDashboardOffersTheLayersOfTheNetwork() throws {
        let supervisor = ScriptedSupervisor([1: [.stop(saving: false)]])
        _ = try trainer(["freeze=upTo(conv1)"], supervisor).run()
        guard case .described(let description) = supervisor.events.first else {
            Issue.record("the run was not described")
            return
        }
        let freeze = try #require(description.hyperparameters.first { $0.key == "freeze" })
        #expect(freeze.value == "upTo(conv1)" && freeze.isLive)
        #expect(
            freeze.kind
                == .choice(["none", "upTo(conv1)", "upTo(pool1)", "upTo(relu2)", "backbone"])
                || freeze.kind
                    == .choice([
                        "none", "upTo(conv1)", "upTo(pool1)", "upTo(relu2)", "backbone", "upTo(conv1)",
                    ])
        )
    }

    @Test func whatCannotBeFrozenIsSaid() throws {
        let supervisor = ScriptedSupervisor([
            2: [
                .set(key: "freeze", value: "upTo(pool2)"), .set(key: "freeze", value: "fc"),
                .set(key: "freeze", value: "none"),
            ]
        ])
        _ = try trainer([], supervisor).run()
        #expect(
            supervisor.refusals == [
                "freeze: no layer is called pool2; did you mean pool1?",
                "freeze: nothing behind fc could learn; freeze at most up to relu2",
                "freeze is none already",
            ])
        let error = #expect(throws: FreezeError.self) { try trainer(["freeze=upTo(bn)"]) }
        #expect(error?.description == "freeze: no layer is called bn; did you mean bn1?")
    }

    @Test func aLayerThatOthersGoAroundNamesTheNearestCuts() throws {
        let network = """
            network:
              - {convolution: {filters: 2, kernel: 1}, name: conv}
              - residual: {body: [{convolution: {filters: 2, kernel: 1}, name: inner}]}
              - {fullyConnected: classes, name: fc}
              - softmax
            """
        let experiment = try TinyData.experiment(["freeze=inner"], network: network)
        let error = #expect(throws: FreezeError.self) {
            try TinyData.trainer(experiment, ScriptedSupervisor())
        }
        #expect(
            error?.description
                == "freeze: other layers go around inner, so the network cannot be cut there; "
                + "freeze up to conv or add_1")
    }
}
