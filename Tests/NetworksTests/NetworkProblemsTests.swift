import Networks
import Tensors
import Testing

private func message(_ input: Shape, _ build: (inout Network) -> Void) -> String {
    var network = Network(name: "net", input: input)
    build(&network)
    do {
        _ = try network.analyze()
        return "no problem"
    } catch {
        return error.description
    }
}

@Test func aKernelLargerThanItsInputNamesLayerAxisAndNumbers() {
    let text = message(Shape(1, 28, 2)) {
        $0.append(
            Convolution(filters: 4, kernel: 5, padding: .explicit(top: 0, left: 1, bottom: 0, right: 0)),
            named: "conv_1")
    }
    #expect(
        text
            == "network net: conv_1: width 2 + padding 1 is less than the window's 5; use a smaller kernel, more padding, or fewer poolings before it"
    )
}

@Test func allProblemsAreFoundAtOnce() {
    let text = message(Shape(3, 8, 8)) {
        $0.append(Convolution(filters: 4, kernel: 3, groups: 2), named: "conv_1")
        $0.append(ReLU(), named: "relu_1", after: ["input"])
        $0.append(ReLU(), named: "relu_1", after: ["relu_0"])
        $0.append(Softmax(), named: "softmax", after: ["relu_1"])
    }
    #expect(
        text == "network net: relu_1: layers 2 and 3 have the same name; rename one · "
            + "relu_1: takes \"relu_0\", which no layer is called; nearest are relu_1 and conv_1 · "
            + "conv_1: nothing takes its output; connect it or remove it · "
            + "relu_1: nothing takes its output; connect it or remove it · "
            + "conv_1: channels 3 cannot be divided by 2 groups; make it a multiple of 2")
}

@Test func aCycleIsNamed() {
    let text = message(Shape(4)) {
        $0.append(Addition(), named: "sum", after: ["input", "relu"])
        $0.append(ReLU(), named: "relu", after: ["sum"])
        $0.append(Softmax(), named: "softmax")
    }
    #expect(
        text
            == "network net: sum: is part of, or behind, a cycle of sum, relu, softmax; a network runs one way"
    )
}

@Test func joinsSayWhichInputDiffers() {
    let text = message(Shape(2, 6, 6)) {
        $0.append(Convolution(filters: 3, kernel: 3), named: "conv")
        $0.append(DepthConcatenation(), named: "all", after: ["input", "conv"])
    }
    #expect(text == "network net: all: height 4 of input 2 differs from 6 of input 1; make them equal")
    #expect(
        message(Shape(2)) { $0.append(Addition(), named: "sum", after: ["input"]) }
            == "network net: sum: has 1 input, takes 2 or more")
}

@Test func badOptionsAndEmptyNetworksAreReported() {
    #expect(message(Shape(1)) { _ in } == "network net: it has no layers; add at least one")
    #expect(
        message(Shape(1, 4, 4)) { $0.append(MaxPooling(size: 2, stride: 0), named: "pool") }
            == "network net: pool: stride is 0, must be 1 or more")
    #expect(
        message(Shape(1, 4, 4)) { $0.append(Dropout(probability: 1), named: "drop") }
            == "network net: drop: probability is 1.0, must be at least 0 and less than 1")
}

@Test func trainingNeedsGradientsAndAFittingLoss() throws {
    var network = Network(name: "perceptron", input: Shape(2))
    network.append(FullyConnected(outputs: 1), named: "fc")
    network.append(Step(), named: "step")
    let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
    do {
        _ = try Plan(
            network, batchSize: 1, mode: .training, parameters: parameters, workers: Workers(threads: 1))
        Issue.record("a step layer cannot be trained")
    } catch {
        #expect(
            error.description
                == "network perceptron: step: a step layer has no gradient; use sigmoid or tanh for training · "
                + "step: cross-entropy needs softmax as the last layer, found step; append one")
    }
}

@Test func sizesBeyondReasonAreRefusedInsteadOfOverflowing() {
    #expect(
        message(Shape(1, 4, 4)) { $0.append(Convolution(filters: 4, kernel: Extent(.max)), named: "conv") }
            == "network net: conv: kernel is 9223372036854775807, must be 65536 or less")
    #expect(
        message(Shape(1, 4, 4)) {
            $0.append(Convolution(filters: 4, kernel: 3, padding: .all(.max)), named: "conv")
        } == "network net: conv: padding is 9223372036854775807, must be 65536 or less")
    #expect(
        message(Shape(1, 4, 4)) { $0.append(FullyConnected(outputs: .max), named: "fc") }
            == "network net: fc: outputs is 9223372036854775807, must be 16777216 or less")
    #expect(
        message(Shape(3, 32, 32)) { $0.append(FullyConnected(outputs: 1 << 24), named: "fc") }
            == "network net: fc: its weights would take 51539607552 numbers, at most 1073741824 are possible; "
            + "make the layer or its input smaller")
}
