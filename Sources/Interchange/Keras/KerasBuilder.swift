import Networks
import Tensors

/// Turns Keras's description of a model into a network, and notes which arrays its layers need.
///
/// Keras keeps channels last; here they come first. Maps need no rearranging, only their kernels do. Once maps are
/// flattened, though, the order of the numbers differs, and `Flow.order` remembers it until a dense layer takes it up.
struct KerasBuilder {
    /// What flows from one layer to the next.
    struct Flow {
        /// The layer of ours that makes it, or `input`.
        var source: String
        var shape: Shape
        /// Axes in Keras, without the batch: 3 for maps, 2 for signals, 1 for vectors.
        var rank: Int
        /// For each number of ours the place where Keras has it; nil where they agree.
        var order: [Int]?
        /// Zeros that a `ZeroPadding2D` put around it and that the next layer is to add itself: top, bottom, left, right.
        var borders: [Int]?
    }

    /// An array that must be in the file, in Keras's shape, and how it becomes ours.
    struct Need {
        let entry: String
        let place: KerasPlace
        /// Among the arrays of its layer.
        let index: Int
        let shape: [Int]
        let arrangement: Arrangement
    }

    enum Arrangement: Equatable {
        /// Our axis `i` is Keras's axis `axes[i]`.
        case axes([Int])
        /// `[inputs, outputs]` → `[outputs, inputs]` with the inputs in this order.
        case dense(order: [Int]?)
        /// A vector in this order.
        case vector(order: [Int]?)
    }

    let path: String
    var network: Network
    var needs: [Need] = []
    var notes: [String] = []
    /// Whether the model's maps have their channels first, as few do.
    var isChannelsFirst = false
    let isVersion3: Bool
    private var hasInput = false
    /// Values of parameters that the description itself tells.
    var constants: [String: [Float]] = [:]
    /// More layers than any model has.
    private static let mostLayers = 20_000

    init(_ configuration: KerasConfiguration, isVersion3: Bool, path: String) throws(WeightFileError) {
        self.path = path
        self.isVersion3 = isVersion3
        network = Network(name: configuration.name, input: Shape(1))
        try Self.checkClasses(of: configuration, path: path)
        let output = try build(configuration, input: nil, place: KerasPlace(), prefix: "")
        try finish(output)
    }

    func error(_ reason: WeightFileError.Reason) -> WeightFileError { WeightFileError(path, reason) }

    /// Adds the layers of a model; `input` is what a model around it passes in.
    mutating func build(
        _ model: KerasConfiguration, input: Flow?, place: KerasPlace, prefix: String
    ) throws(WeightFileError) -> Flow {
        var numbering = KerasNumbering()
        let steps = model.layers.map { (layer: $0, number: numbering.next($0.className)) }
        var flows: [String: Flow] = [:]
        var last = input
        if last == nil, model.layers.first?.className != "InputLayer", model.output == nil {
            last = try start(
                model, shape: model.layers.first?.options["batch_input_shape"] ?? model.builtShape)
        }
        var waiting = steps
        while !waiting.isEmpty {
            var postponed: [(layer: KerasConfiguration.Layer, number: String)] = []
            for (layer, number) in waiting {
                var inner = place
                inner.names.append(layer.name)
                inner.numbered.append(number)
                if layer.className == "InputLayer" {
                    flows[layer.name] =
                        if let input { input } else { try start(model, shape: Self.inputShape(layer)) }
                } else if let inputs = Self.inputs(of: layer, flows, last) {
                    flows[layer.name] = try add(layer, inputs, at: inner, prefix: prefix)
                } else {
                    postponed.append((layer, number))
                    continue
                }
                last = flows[layer.name]
            }
            guard postponed.count < waiting.count else {
                let names = postponed.prefix(3).map { inQuotes($0.layer.name) }.joined(separator: ", ")
                throw error(.damaged("nothing leads to the layers \(names)"))
            }
            waiting = postponed
        }
        guard let result = model.output.map({ flows[$0] }) ?? last else {
            throw error(.damaged("model \(inQuotes(model.name)) has no output"))
        }
        return result
    }

    /// What a layer takes; nil while a part of it is not there yet.
    private static func inputs(
        of layer: KerasConfiguration.Layer, _ flows: [String: Flow], _ last: Flow?
    ) -> [Flow]? {
        guard let names = layer.inputs else { return last.map { [$0] } }
        let inputs = names.compactMap { flows[$0] }
        return inputs.count == names.count ? inputs : nil
    }

    private mutating func add(
        _ layer: KerasConfiguration.Layer, _ inputs: [Flow], at place: KerasPlace, prefix: String
    ) throws(WeightFileError) -> Flow {
        guard network.nodes.count < Self.mostLayers else {
            throw error(
                .refused("a model of more than \(Self.mostLayers) layers", instead: "fetch the file again"))
        }
        guard let first = inputs.first else {
            throw error(.damaged("layer \(inQuotes(layer.name)) has no inputs"))
        }
        if let inner = layer.model {
            guard place.names.count < 8 else { throw error(.damaged("models within models without end")) }
            let configuration = try KerasConfiguration(inner, path: path)
            try Self.checkClasses(of: configuration, path: path)
            return try build(configuration, input: first, place: place, prefix: "\(prefix)\(layer.name)/")
        }
        let options = KerasOptions(json: layer.options, layer: layer.name, path: path)
        let step = KerasStep(
            className: layer.className, name: prefix + layer.name, options: options, place: place)
        return try convert(step, inputs)
    }

    private static func inputShape(_ layer: KerasConfiguration.Layer) -> JSONValue? {
        layer.options["batch_input_shape"] ?? layer.options["batch_shape"]
    }

    /// Sets the network's input from `[batch, height, width, channels]`, `[batch, steps, channels]` or `[batch, features]`.
    private mutating func start(_ model: KerasConfiguration, shape: JSONValue?) throws(WeightFileError)
        -> Flow
    {
        guard !hasInput else {
            throw error(.unsupported("a model of more than one input", instead: "cut it down to one"))
        }
        hasInput = true
        let sizes = shape?.array?.dropFirst().map { $0.integer ?? 0 } ?? []
        guard (1...3).contains(sizes.count), sizes.allSatisfy({ (0...(1 << 16)).contains($0) }) else {
            throw error(.damaged("its input has no shape of 1 to 3 sizes"))
        }
        guard !sizes.contains(0) else {
            throw error(
                .unsupported("an input whose size is left open", instead: "build the model for a fixed size"))
        }
        isChannelsFirst = model.layers.contains {
            $0.className != "Flatten" && $0.options["data_format"]?.text == "channels_first"
        }
        network.input = Self.shape(sizes, isChannelsFirst: isChannelsFirst, isGrey: Self.startsGrey(model))
        return Flow(source: Network.inputName, shape: network.input, rank: sizes.count)
    }

    /// Whether two sizes are rows and columns of a grey picture, as a first layer that flattens or reshapes tells.
    private static func startsGrey(_ model: KerasConfiguration) -> Bool {
        let first = model.layers.first { !["InputLayer", "Rescaling"].contains($0.className) }
        return first?.className == "Flatten" || first?.className == "Reshape"
    }

    private static func shape(_ sizes: [Int], isChannelsFirst: Bool, isGrey: Bool) -> Shape {
        switch (sizes.count, isChannelsFirst) {
        case (1, _): Shape(sizes[0])
        case (2, _) where isGrey: Shape(1, sizes[0], sizes[1])
        case (2, false): Shape(sizes[1], 1, sizes[0])
        case (2, true): Shape(sizes[0], 1, sizes[1])
        case (_, false): Shape(sizes[2], sizes[0], sizes[1])
        case (_, true): Shape(sizes[0], sizes[1], sizes[2])
        }
    }

    /// Appends a layer of ours.
    mutating func emit(_ layer: any Layer, named name: String, after inputs: [Flow]) throws(WeightFileError)
        -> Flow
    {
        guard var flow = inputs.first, layer.inputCounts.contains(inputs.count) else {
            throw error(.damaged("layer \(inQuotes(name)) has \(inputs.count) inputs"))
        }
        do throws(ShapeError) {
            flow.shape = try layer.outputShape(for: inputs.map(\.shape))
        } catch {
            throw self.error(.damaged("layer \(inQuotes(name)): \(error)"))
        }
        network.append(layer, named: name, after: inputs.map(\.source))
        flow.source = name
        flow.borders = nil
        return flow
    }

    mutating func need(
        _ entry: String, of step: KerasStep, _ index: Int, _ shape: [Int], _ arrangement: Arrangement
    ) {
        needs.append(
            Need(entry: entry, place: step.place, index: index, shape: shape, arrangement: arrangement))
    }

    /// What the model gives must be in Keras's order.
    private mutating func finish(_ output: Flow) throws(WeightFileError) {
        guard !network.nodes.isEmpty else { throw error(.damaged("its model has no layers")) }
        var output = try settled(output)
        if let order = output.order, order != Array(order.indices) {
            var inverse = Array(repeating: 0, count: order.count)
            for (ours, theirs) in order.enumerated() { inverse[theirs] = ours }
            output = try emit(ChannelSelection(inverse), named: "\(output.source)/order", after: [output])
        }
        guard network.nodes.last?.name == output.source else {
            throw error(
                .unsupported(
                    "a model whose output \(inQuotes(output.source)) is not its last layer",
                    instead: "cut it down to one output"))
        }
    }
}

/// A layer on its way to becoming one of ours.
struct KerasStep {
    let className: String
    /// With the names of the models around it.
    let name: String
    let options: KerasOptions
    let place: KerasPlace
}
