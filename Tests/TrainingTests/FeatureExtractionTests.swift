import Datasets
import Foundation
import Interchange
import Networks
import Tensors
import Testing
import Training

/// What a layer makes of samples, as a table.
struct FeatureExtractionTests {
    private func model() throws -> Model {
        var network = Network(name: "tiny", input: Shape(1, 6, 6))
        network.append(Convolution(filters: 2, kernel: 3), named: "conv")
        network.append(ReLU(), named: "relu")
        network.append(FullyConnected(outputs: 2), named: "fc")
        network.append(Softmax(), named: "prob")
        return Model(
            name: "tiny", network: network,
            parameters: try Parameters(network, random: RandomSource(seed: 5)),
            preprocessing: Preprocessing(order: .grey, factors: [0.5], offsets: [1]))
    }

    private var samples: SampleSet {
        SampleSet(TinyData.dataset(count: 40), normalizer: Normalizer(factors: [1], offsets: [0]))
    }

    private func rows(_ extractor: FeatureExtractor) throws -> (values: [Float], labels: [Int32]) {
        var found: (values: [Float], labels: [Int32]) = ([], [])
        try extractor.extract(samples) { row, label in
            found.values += row
            found.labels.append(label)
        }
        return found
    }

    @Test func rowsAreTheActivationsOfTheLayer() throws {
        let model = try model()
        let workers = Workers(threads: 1)
        let extractor = try FeatureExtractor(
            model, NetworkFeatures(layers: [], pools: false), workers: workers)
        #expect(extractor.width == 32)
        let plan = try Plan(
            model.network, batchSize: 40, mode: .inference, parameters: model.parameters, workers: workers,
            keeping: ["relu"])
        let samples = samples
        plan.infer(count: 40) { index, place in
            samples.load(index, into: place)
            for pixel in place.indices { place[pixel] = place[pixel] * 0.5 + 1 }
        }
        let expected = try #require(plan.activations(of: "relu"))
        let (values, labels) = try rows(extractor)
        #expect(values.count == 40 * 32 && labels == (0..<40).map { Int32($0 % 2) })
        let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 1
        #expect(worst < 1e-5 && values.contains { $0 > 0 })
    }

    @Test func mapsBecomeTheirMeans() throws {
        let model = try model()
        let workers = Workers(threads: 1)
        let whole = try rows(
            try FeatureExtractor(model, NetworkFeatures(layers: ["conv"], pools: false), workers: workers)
        ).values
        let pooled = try FeatureExtractor(
            model, NetworkFeatures(layers: ["conv"], pools: true), workers: workers)
        #expect(pooled.width == 2)
        let means = try rows(pooled).values
        for (index, mean) in means.enumerated() {
            let expected = whole[index * 16..<(index + 1) * 16].reduce(0, +) / 16
            #expect(abs(mean - expected) < 1e-5)
        }
    }

    @Test func anUnknownLayerNamesTheNearest() throws {
        let model = try model()
        let error = #expect(throws: FeatureError.self) {
            try FeatureExtractor(model, NetworkFeatures(layers: ["rleu"]), workers: Workers(threads: 1))
        }
        #expect(error?.description == "tiny: no layer is called rleu; did you mean relu?")
    }
}

/// Whether outputs are probabilities already.
struct OutputTests {
    private func network(_ layers: [any Layer]) -> Network {
        var network = Network(name: "net", input: Shape(3, 1, 1))
        for (index, layer) in layers.enumerated() { network.append(layer, named: "layer\(index)") }
        return network
    }

    @Test func layersThatOnlyViewThemDoNotMatter() {
        #expect(network([FullyConnected(outputs: 2), Softmax()]).endsInProbabilities)
        #expect(network([FullyConnected(outputs: 2), Softmax(), Flatten()]).endsInProbabilities)
        #expect(network([Softmax(), FullyConnected(outputs: 2, hasBias: false)]).endsInProbabilities)
        #expect(!network([Softmax(), FullyConnected(outputs: 2)]).endsInProbabilities)
        #expect(!network([FullyConnected(outputs: 2), Flatten()]).endsInProbabilities)
        #expect(!network([FullyConnected(outputs: 2), LogSoftmax()]).endsInProbabilities)
    }
}
