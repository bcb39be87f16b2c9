import Networks
import Tensors
import Testing

@Test func theLayerTableCountsInputAndOutputAsLayers() throws {
    var network = Network(name: "softmax-regression", input: Shape(1, 28, 28))
    network.append(FullyConnected(outputs: 10), named: "fc")
    network.append(Softmax(), named: "softmax")
    #expect(try network.analyze().totalLayers == 4)
}
