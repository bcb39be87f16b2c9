import Datasets
import Interchange
import Networks
import Tensors

extension Preset {
    /// Which model the preset builds on; nil where it does on none.
    var modelReference: ModelReference? {
        transfer.map {
            ModelReference(
                model: $0.model, weights: $0.weights, channels: $0.channels,
                normalization: givenNormalization, owner: name)
        }
    }

    /// Opens the model that the preset builds on and puts its layers, up to the classifier, in the preset.
    ///
    /// - Returns: the preset as it is without a `transfer:` of its own.
    /// - Throws: what is wrong with the model or with taking it over.
    public func takingOver() throws -> (preset: Preset, model: Model?) {
        guard let reference = modelReference, let transfer else { return (self, nil) }
        let model = try reference.open().withRedFirst()
        var preset = self
        // A resolved preset has layers, and only their weights come from the model.
        if layers.isEmpty { try preset.put(model, transfer, name: reference.model ?? "") }
        preset.data.fit(model)
        let learnable = Set(preset.layers.map(\.name))
        guard model.parameters.entries.contains(where: { learnable.contains($0.layer) }) else {
            throw TransferError.nothingTaken(model: reference.model ?? "")
        }
        return (preset, model)
    }

    private mutating func put(_ model: Model, _ transfer: Transfer, name: String) throws {
        let network = model.network
        guard !transfer.mapsClasses else { return putWhole(network) }
        guard transfer.layers.isEmpty else { return try putJoined(model, transfer) }
        let head = try ReplaceableHead(network, name: name)
        let old = network.nodes.filter { !head.layers.contains($0.name) }
        layers = old.map {
            PresetLayer(name: $0.name, inputs: $0.inputs, layer: $0.layer, followsClasses: false, place: file)
        }
        var end = transfer.head
        if end.isEmpty {
            end = head.replacement(transfer, avoiding: Set(network.nodes.map(\.name)))
        } else {
            end[0].inputs = end[0].inputs ?? [head.entry]
        }
        layers += end.map { layer in
            var layer = layer
            layer.inputs = layer.inputs.map { $0.map { $0 == Network.inputName ? head.entry : $0 } }
            return layer
        }
        writeLayers()
        guard options.givenFreeze == nil else { return }
        options.freeze = try .upTo(boundary(before: head, in: network))
    }

    /// The network up to the joined means of some layers, and behind them the new layers.
    private mutating func putJoined(_ model: Model, _ transfer: Transfer) throws {
        let names = try NetworkFeatures.layers(transfer.layers, of: model)
        guard let joined = model.network.joined(names, pools: true), let last = joined.nodes.last else {
            preconditionFailure("\(model.name) has no layers \(names)")
        }
        layers = joined.nodes.map {
            PresetLayer(name: $0.name, inputs: $0.inputs, layer: $0.layer, followsClasses: false, place: file)
        }
        var end = transfer.head.isEmpty ? transfer.newLayers : transfer.head
        end[0].inputs = [last.name]
        layers += end.map { layer in
            var layer = layer
            layer.inputs = layer.inputs.map { $0.map { $0 == Network.inputName ? last.name : $0 } }
            return layer
        }
        writeLayers()
        if options.givenFreeze == nil { options.freeze = .upTo(last.name) }
    }

    /// The network to its probabilities, and a layer that adds up those of classes that stand for the same.
    private mutating func putWhole(_ network: Network) {
        layers = network.nodes.map {
            let layer: any Layer = $0.layer is LogSoftmax ? Softmax() : $0.layer
            return PresetLayer(
                name: $0.name, inputs: $0.inputs, layer: layer, followsClasses: false, place: file)
        }
        func add(_ layer: any Layer, _ name: String, followsClasses: Bool = false) {
            layers.append(
                PresetLayer(
                    name: name, inputs: nil, layer: layer, followsClasses: followsClasses, place: file))
        }
        let last = network.outputNode?.layer
        if !(last is Softmax || last is LogSoftmax) { add(Softmax(), "probabilities") }
        add(FullyConnected(outputs: 1, hasBias: false), ClassVoteTrainer.layerName, followsClasses: true)
        writeLayers()
    }

    /// The layers as text; inputs are told only where a layer does not simply follow the one before.
    private mutating func writeLayers() {
        var before = Network.inputName
        for index in layers.indices {
            if layers[index].inputs == [before] { layers[index].inputs = nil }
            before = layers[index].name
        }
        networkText = layers.map(\.presetLine).joined(separator: "\n")
        blocksText = ""
    }

    /// The last layer before the new ones, without dropout, that the network can be cut at.
    private func boundary(before head: ReplaceableHead, in network: Network) throws(FreezeError) -> String {
        let learning = network.learningLayers
        let candidates = network.cutLayers.filter { cut in
            !head.layers.contains(cut)
                && !(network.nodes.first { $0.name == cut }?.layer is Dropout)
                && network.truncated(after: cut)?.nodes.contains { learning.contains($0.name) } ?? false
        }
        guard let last = candidates.last else { throw .notDivisible(network: network.name) }
        return last
    }
}

extension PresetLayer {
    /// The layer in the language of presets.
    var presetLine: String {
        let written = PresetLayerText(layer)
        var arguments = written.arguments
        if followsClasses {
            arguments = arguments.map { argument in
                ["filters: ", "outputs: "].first(where: argument.hasPrefix).map { "\($0)classes" } ?? argument
            }
        }
        arguments.append("name: \(quoted(name))")
        if let inputs { arguments.append("inputs: [\(inputs.map(quoted).joined(separator: ", "))]") }
        return "- \(written.key): {\(arguments.joined(separator: ", "))}"
    }
}

extension DataSource {
    /// Photos can have any size and any channels; other data are what they are.
    public mutating func bringPictures(to input: Shape) {
        guard name == .folder else { return }
        size = PixelSize(width: input.width, height: input.height)
        channels = input.channels == 1 || input.channels == 3 ? input.channels : nil
    }

    /// Brings pictures to the model's size, channels and range.
    mutating func fit(_ model: Model) {
        bringPictures(to: model.network.input)
        if let way = model.preprocessing { normalization = Normalization(way) }
    }
}

extension Normalization {
    /// What a model does with bytes, in the words of presets.
    init(_ way: Preprocessing) {
        let isPlain = way.offsets.allSatisfy { $0 == 0 }
        if isPlain, way.factors.allSatisfy({ $0 == 1 }) {
            self = .none
        } else if isPlain, way.factors.allSatisfy({ $0 == 1 / 255 }) {
            self = .scale
        } else {
            let deviations = way.factors.map { 1 / ($0 * 255) }
            self = .given(mean: zip(way.offsets, deviations).map { -$0 * $1 }, deviation: deviations)
        }
    }
}

extension Model {
    /// The same model for pictures whose channels come as red, green, blue: what every data set here gives.
    ///
    /// Where only convolutions look at the input their weights change places, else a layer turns the channels.
    public func withRedFirst() throws -> Model {
        guard var way = preprocessing, way.order == .bgr, network.input.channels == 3 else { return self }
        var model = self
        way.order = .rgb
        way.factors.reverse()
        way.offsets.reverse()
        model.preprocessing = way
        let readers = network.nodes.filter { $0.inputs.contains(Network.inputName) }
        let areConvolutions = readers.allSatisfy { ($0.layer as? Convolution)?.groups == 1 }
        guard areConvolutions else { return try model.turningChannels() }
        model.parameters = parameters.copy()
        for reader in readers { model.turnWeights(of: reader.name) }
        return model
    }

    /// Weights `[filters, 3, rows, columns]`: the first and the last channel of each filter change places.
    private func turnWeights(of layer: String) {
        guard let entry = parameters.entries.first(where: { $0.name == "\(layer).weights" }),
            var weights = parameters[entry.name]
        else { return }
        let area = entry.shape[2] * entry.shape[3]
        for filter in 0..<entry.shape[0] {
            for position in 0..<area {
                let first = filter * 3 * area + position
                weights.swapAt(first, first + 2 * area)
            }
        }
        parameters.set(entry.name, to: weights)
    }

    private func turningChannels() throws -> Model {
        var name = "blue_first"
        while network.nodes.contains(where: { $0.name == name }) { name += "_" }
        var turned = Network(name: network.name, input: network.input)
        turned.append(ChannelSelection([2, 1, 0]), named: name)
        for node in network.nodes {
            turned.append(
                node.layer, named: node.name,
                after: node.inputs.map { $0 == Network.inputName ? name : $0 })
        }
        var model = self
        model.network = turned
        model.parameters = try Parameters(of: turned, from: parameters)
        return model
    }
}
