/// A model as Keras describes it: layers with their options, and who takes whose output.
struct KerasConfiguration {
    struct Layer {
        /// `Conv2D`.
        let className: String
        let name: String
        let options: JSONValue
        /// Names of the layers it takes; nil in a sequential model, where it is the one before.
        let inputs: [String]?
        /// Of a layer that is itself a model.
        let model: JSONValue?
    }

    let name: String
    let layers: [Layer]
    /// Of a functional model.
    let output: String?
    /// Shape without the batch where only the model tells it, as Keras does beside sequential ones.
    let builtShape: JSONValue?

    /// - Throws: `WeightFileError` for what is neither a sequential nor a functional model.
    init(_ json: JSONValue, path: String) throws(WeightFileError) {
        let className = json["class_name"]?.text ?? "nothing"
        guard ["Sequential", "Functional", "Model"].contains(className) else {
            throw WeightFileError(
                path,
                .unsupported(
                    "a model of class \(inQuotes(className))",
                    instead: "only sequential and functional models tell how they are built"))
        }
        let configuration = json["config"] ?? .null
        guard let layers = configuration["layers"]?.array ?? configuration.array else {
            throw WeightFileError(path, .damaged("its configuration has no layers"))
        }
        name = configuration["name"]?.text ?? "model"
        builtShape = configuration["build_input_shape"] ?? json["build_config"]?["input_shape"]
        let isFunctional = className != "Sequential"
        var parsed: [Layer] = []
        for layer in layers { parsed.append(try Self.layer(layer, isFunctional: isFunctional, path: path)) }
        self.layers = parsed
        output = isFunctional ? try Self.single("output", configuration["output_layers"], path) : nil
    }

    private static func layer(
        _ json: JSONValue, isFunctional: Bool, path: String
    ) throws(WeightFileError) -> Layer {
        let options = json["config"] ?? .null
        guard let className = json["class_name"]?.text,
            let name = json["name"]?.text ?? options["name"]?.text
        else { throw WeightFileError(path, .damaged("a layer without class or name")) }
        var inputs: [String]?
        if isFunctional {
            let nodes = json["inbound_nodes"]?.array ?? []
            guard nodes.count <= 1 else {
                throw WeightFileError(
                    path,
                    .unsupported(
                        "layer \(inQuotes(name)), which is used \(nodes.count) times,",
                        instead: "save a model in which every layer is used once"))
            }
            var found: [String] = []
            for node in nodes { try collectInputs(node, into: &found, of: name, path) }
            inputs = found
        }
        let isModel = ["Sequential", "Functional", "Model"].contains(className)
        return Layer(
            className: className, name: name, options: options, inputs: inputs, model: isModel ? json : nil)
    }

    /// Finds `["conv", 0, 0, …]` (Keras 2) and `"keras_history": ["conv", 0, 0]` (Keras 3) at any depth.
    private static func collectInputs(
        _ json: JSONValue, into inputs: inout [String], of layer: String, _ path: String
    ) throws(WeightFileError) {
        switch json {
        case .array(let values):
            guard let name = values.first?.text, values.count >= 3, let node = values[1].integer else {
                for value in values { try collectInputs(value, into: &inputs, of: layer, path) }
                return
            }
            guard node == 0, values[2].integer == 0 else {
                throw WeightFileError(
                    path,
                    .unsupported(
                        "layer \(inQuotes(layer)), which takes output \(node) of \(inQuotes(name)),",
                        instead: "save a model in which every layer is used once"))
            }
            inputs.append(name)
        case .object:
            // Of a layer's call the arguments count, of a tensor its history; keywords such as a mask do not.
            if let inner = json["keras_history"] ?? json["args"] ?? json["config"] {
                try collectInputs(inner, into: &inputs, of: layer, path)
            }
        default: break
        }
    }

    /// The only one of `[["name", 0, 0]]` or `["name", 0, 0]`.
    private static func single(
        _ what: String, _ json: JSONValue?, _ path: String
    ) throws(WeightFileError) -> String {
        let values = json?.array ?? []
        if let name = values.first?.text { return name }
        guard values.count == 1, let name = values[0].array?.first?.text else {
            throw WeightFileError(
                path, .unsupported("a model of \(values.count) \(what)s", instead: "cut it down to one"))
        }
        return name
    }
}
