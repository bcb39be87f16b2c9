import Networks
import Runs
import Tensors
import Testing
import Training

@Suite struct ExampleTests {
    private func examples(_ supervisor: ScriptedSupervisor) -> [Example] {
        supervisor.shown.compactMap { if case .exampleObserved(let example) = $0 { example } else { nil } }
    }

    @Test func anExampleIsShownOnlyToThoseWhoWantIt() throws {
        let supervisor = ScriptedSupervisor()
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(examples(supervisor).isEmpty)
        supervisor.wantedObservations = [.example]
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        let first = try #require(examples(supervisor).first)
        #expect(first.isSound && first.sample == 0 && first.samples == 20 && first.truth == 0)
        #expect(abs(first.scores.reduce(0, +) - 1) < 1e-5)
    }

    @Test func lookingChangesNothing() throws {
        let blind = try TinyData.trainer(try TinyData.experiment(), ScriptedSupervisor())
        _ = blind.run()
        let supervisor = ScriptedSupervisor([4: [.showExample(.nextWrong)]])
        supervisor.wantedObservations = [.example, .layers, .filters]
        let watched = try TinyData.trainer(try TinyData.experiment(), supervisor)
        _ = watched.run()
        #expect(watched.bits == blind.bits)
    }

    @Test func commandsTurnToOtherSamples() throws {
        let supervisor = ScriptedSupervisor([
            2: [.showExample(.next), .showExample(.next)], 3: [.showExample(.previous)],
            4: [.showExample(.previous), .showExample(.previous)],
        ])
        _ = try TinyData.trainer(try TinyData.experiment(), supervisor).run()
        #expect(examples(supervisor).map(\.sample) == [1, 2, 1, 0, 19])
    }

    @Test func theNextWrongOneIsWrong() throws {
        // A network that answers class 0 whatever it sees.
        let (inspector, parameters) = try inspector()
        parameters.values.update(repeating: 0)
        try #require(parameters.storage("fc_1.bias"))[0] = 1
        inspector.move(.nextWrong)
        let example = try #require(inspector.example(at: Progress()))
        #expect(example.prediction == 0 && example.truth == 1)
    }

    @Test func onlyThePartThatDecidesIsImportant() throws {
        let (inspector, parameters) = try inspector()
        parameters.values.update(repeating: 0)
        // Class 1 is what is bright in row 4, column 1.
        try #require(parameters.storage("fc_1.weights"))[36 + 4 * 6 + 1] = 3
        inspector.move(.next)
        let map = try #require(inspector.example(at: Progress())).importance
        #expect(map.rows == 6 && map.columns == 6)
        for row in 0..<6 {
            for column in 0..<6 {
                let covers = abs(row - 4) <= 1 && abs(column - 1) <= 1
                #expect((map.drops[row * 6 + column] != 0) == covers, "row \(row), column \(column)")
            }
        }
    }

    private func inspector() throws -> (ExampleInspector, Parameters<Float>) {
        let experiment = try TinyData.experiment(network: "network: [{fullyConnected: classes}, softmax]")
        let parameters = try Parameters<Float>(experiment.network, random: RandomSource(seed: 1))
        return (
            ExampleInspector(experiment, parameters: parameters, workers: Workers(threads: 1)), parameters
        )
    }
}

extension Parameters {
    fileprivate func storage(_ name: String) -> UnsafeMutableBufferPointer<Element>? {
        entries.first { $0.name == name }.map { UnsafeMutableBufferPointer(rebasing: values[$0.range]) }
    }
}
