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
    /// The file's own blocks, which the network uses; empty where it has none.
    var blocksText: String
    /// A support vector machine in place of a network.
    public var svm: SVMPlan?
    /// The model whose layers the network's are; they are put in by `takingOver`.
    public var transfer: Transfer?
    /// What the file says of normalisation, if anything: it goes before what a model says.
    var givenNormalization: Normalization?
    public var options: Options
    public var seed: UInt64
    /// The file it came from, for messages.
    public var file: String

    /// The network for data of a shape and number of classes.
    ///
    /// - Throws: `PresetError` at the first layer that is wrong; the message tells of every problem.
    public func network(input: Shape, classes: Int) throws(PresetError) -> Network {
        let network = assembled(input: input, classes: classes)
        do throws(NetworkError) {
            let analysis = try network.analyze()
            let problem = outputProblem(analysis.rows.last?.activations, classes: classes)
            if let problem { throw NetworkError(network: name, problems: [problem]) }
        } catch {
            let first = error.problems.first?.layer
            let place = layers.first { $0.name == first }?.place ?? layers.first?.place ?? file
            throw PresetError(place, .network(error.problems.map(\.description).joined(separator: " · ")))
        }
        return network
    }

    /// The same, whatever is wrong with it.
    public func assembled(input: Shape, classes: Int) -> Network {
        var network = Network(name: name, input: input)
        for layer in layers {
            network.append(layer.resolved(classes: classes), named: layer.name, after: layer.inputs)
        }
        return network
    }

    /// One output per class, or a single one for regression on the label (a softmax over one number is always 1).
    public func outputProblem(_ outputs: Shape?, classes: Int) -> NetworkError.Problem? {
        guard let outputs, outputs.count != classes else { return nil }
        if outputs.count == 1, !(layers.last?.layer is Softmax) { return nil }
        let message =
            "gives \(outputs) outputs, the data has \(classes) classes; end in fullyConnected: classes"
        return NetworkError.Problem(layer: layers.last?.name, message: message)
    }
}

extension PresetLayer {
    func resolved(classes: Int) -> any Layer {
        guard followsClasses else { return layer }
        if var convolution = layer as? Convolution {
            convolution.filters = classes
            return convolution
        }
        guard let template = layer as? FullyConnected else { return layer }
        var layer = FullyConnected(
            outputs: classes, hasBias: template.hasBias, initializer: template.initializer)
        layer.weightFactors = template.weightFactors
        layer.biasFactors = template.biasFactors
        return layer
    }
}
