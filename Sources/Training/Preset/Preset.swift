import Datasets
import Networks
import Tensors

/// An experiment as one YAML file describes it: data, network, options, seed.
public struct Preset: Sendable, Equatable {
    public var name: String
    public var data: DataSource
    public var layers: [PresetLayer]
    /// The network's part of the file, kept for the resolved preset of a run.
    var networkText: String
    public var options: Options
    public var seed: UInt64
    /// The file it came from, for messages.
    public var file: String

    /// The network for data of a shape and number of classes.
    ///
    /// - Throws: `PresetError` at the first layer that is wrong; the message tells of every problem.
    public func network(input: Shape, classes: Int) throws(PresetError) -> Network {
        var network = Network(name: name, input: input)
        for layer in layers {
            network.append(layer.resolved(classes: classes), named: layer.name, after: layer.inputs)
        }
        do throws(NetworkError) {
            let analysis = try network.analyze()
            try checkOutputs(analysis.rows.last?.activations, classes: classes)
        } catch {
            let first = error.problems.first?.layer
            let place = layers.first { $0.name == first }?.place ?? layers.first?.place ?? file
            throw PresetError(place, .network(error.problems.map(\.description).joined(separator: " · ")))
        }
        return network
    }

    /// One output per class, or a single one for regression on the label (a softmax over one number is always 1).
    private func checkOutputs(_ outputs: Shape?, classes: Int) throws(NetworkError) {
        guard let outputs, outputs.count != classes else { return }
        if outputs.count == 1, !(layers.last?.layer is Softmax) { return }
        let message =
            "gives \(outputs) outputs, the data has \(classes) classes; end in fullyConnected: classes"
        throw NetworkError(network: name, problems: [.init(layer: layers.last?.name, message: message)])
    }
}

extension PresetLayer {
    func resolved(classes: Int) -> any Layer {
        guard followsClasses, let template = layer as? FullyConnected else { return layer }
        var layer = FullyConnected(
            outputs: classes, hasBias: template.hasBias, initializer: template.initializer)
        layer.weightFactors = template.weightFactors
        layer.biasFactors = template.biasFactors
        return layer
    }
}
