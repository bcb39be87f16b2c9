import Networks
import Tensors
import Testing

@Suite struct AnalysisTests {
    /// One convolution over 1×4×4, two filters of 3×3 with biases, then a classifier.
    private var small: Network {
        var network = Network(name: "small", input: Shape(1, 4, 4))
        network.append(Convolution(filters: 2, kernel: 3), named: "conv")
        network.append(FullyConnected(outputs: 3), named: "fc")
        network.append(Softmax(), named: "prob")
        return network
    }

    @Test func aRowTellsSizesMemoryAndIntensity() throws {
        let row = try small.analyze().rows[1]
        #expect(row.learnableSizes.map(\.name) == ["weights", "bias"])
        #expect(row.learnableSizes.map(\.shape) == [[2, 1, 3, 3], [2]])
        #expect(row.learnables == 20)
        #expect(row.macs == 2 * 4 * 9)
        #expect(row.activationBytes == 8 * 4)
        #expect(row.parameterBytes == 80)
        // 144 operations over 16 inputs, 8 outputs and 20 learnables of 4 bytes each.
        #expect(row.arithmeticIntensity == 144.0 / 176)
    }

    @Test func everythingWrongIsFoundAtOnceWithTheShapes() {
        var network = Network(name: "broken", input: Shape(3, 8, 8))
        network.append(Convolution(filters: 4, kernel: 3), named: "a")
        network.append(Convolution(filters: 5, kernel: 3), named: "b", after: ["input"])
        network.append(Addition(), named: "sum", after: ["a", "b"])
        network.append(ReLU(), named: "lost", after: ["a"])
        network.append(MaxPooling(size: 9), named: "pool", after: ["a"])
        network.append(ReLU(), named: "a", after: ["nothing"])
        let problems = network.inspect().problems
        #expect(
            problems.filter { $0.layer == "sum" }.contains { $0.inputs == [Shape(4, 6, 6), Shape(5, 6, 6)] })
        #expect(problems.contains { $0.layer == "pool" && $0.inputs == [Shape(4, 6, 6)] })
        #expect(problems.contains { $0.message.contains("which no layer is called") })
        #expect(problems.contains { $0.message.contains("have the same name") })
        #expect(problems.contains { $0.layer == "lost" && $0.message.contains("nothing takes its output") })
    }

    @Test func doubtfulNetworksAreWarnedOf() {
        var network = Network(name: "doubtful", input: Shape(1, 9, 9))
        network.append(Convolution(filters: 2, kernel: 2, stride: 3), named: "sparse")
        network.append(Softmax(), named: "early")
        network.append(FullyConnected(outputs: 4), named: "one")
        network.append(FullyConnected(outputs: 4), named: "two")
        let warnings = network.inspect().warnings
        #expect(warnings.map(\.layer) == ["sparse", "early", "two", "two"])
        #expect(warnings.first?.inputs == [Shape(1, 9, 9)])
        #expect(small.inspect().warnings.map(\.layer) == ["fc"])
    }

    @Test func anImpossibleInputIsAProblemAndNotCounted() {
        var network = Network(name: "endless", input: Shape(3, .max, .max))
        network.append(ReLU(), named: "relu")
        let analysis = network.inspect()
        #expect(analysis.rows[0].activations == nil)
        #expect(analysis.totalActivationBytes == 0)
        #expect(analysis.problems.contains { $0.message.contains("are possible") })
    }
}
