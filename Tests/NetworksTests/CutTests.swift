import Networks
import Tensors
import Testing

/// Where a network can be cut in two, and what comes behind the cut.
struct CutTests {
    /// conv → relu → { a, b → c } → sum → fc → softmax
    private static let network: Network = {
        var network = Network(name: "branches", input: Shape(1, 6, 6))
        network.append(Convolution(filters: 2, kernel: 3), named: "conv")
        network.append(ReLU(), named: "relu")
        network.append(Convolution(filters: 2, kernel: 1), named: "a", after: ["relu"])
        network.append(Convolution(filters: 2, kernel: 1), named: "b", after: ["relu"])
        network.append(Sigmoid(), named: "c")
        network.append(Addition(), named: "sum", after: ["a", "c"])
        network.append(FullyConnected(outputs: 3), named: "fc")
        network.append(Softmax(), named: "softmax")
        return network
    }()

    @Test func aNetworkIsCutWhereEverythingGoesThrough() {
        #expect(Self.network.cutLayers == ["conv", "relu", "sum", "fc", "softmax"])
        #expect(Self.network.learningLayers == ["conv", "a", "b", "fc"])
    }

    @Test func aShortcutFromTheInputLeavesNoCutBeforeItsEnd() {
        var network = Network(name: "shortcut", input: Shape(2, 4, 4))
        network.append(Convolution(filters: 2, kernel: 1), named: "conv")
        network.append(Addition(), named: "sum", after: ["conv", "input"])
        network.append(ReLU(), named: "relu")
        #expect(network.cutLayers == ["sum", "relu"])
    }

    @Test func theRestTakesTheCutsOutput() throws {
        let rest = try #require(Self.network.rest(after: "relu"))
        #expect(rest.input == Shape(2, 4, 4))
        #expect(rest.nodes.map(\.name) == ["a", "b", "c", "sum", "fc", "softmax"])
        #expect(rest.nodes[0].inputs == ["input"] && rest.nodes[1].inputs == ["input"])
        #expect(rest.inspect().problems.isEmpty)
        #expect(Self.network.rest(after: "a") == nil)
        #expect(Self.network.rest(after: "softmax") == nil)
        #expect(Self.network.rest(after: "nothing") == nil)
    }

    /// One behind the other, the halves compute what the whole does.
    @Test(arguments: ["conv", "relu", "sum", "fc"]) func theHalvesAreTheWhole(cut: String) throws {
        let network = Self.network
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 4))
        let workers = Workers(threads: 1)
        let sample = (0..<36).map { Float($0 % 7) / 3 - 1 }
        func outputs(_ network: Network, of sample: [Float]) throws -> [Float] {
            let plan = try Plan(
                network, batchSize: 1, mode: .inference, parameters: parameters, workers: workers)
            plan.infer(count: 1) { _, place in _ = place.update(from: sample) }
            return withExtendedLifetime(plan) { Array(plan.outputs) }
        }
        let front = try #require(network.truncated(after: cut))
        let rest = try #require(network.rest(after: cut))
        let apart = try outputs(rest, of: try outputs(front, of: sample))
        let together = try outputs(network, of: sample)
        #expect(zip(apart, together).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
