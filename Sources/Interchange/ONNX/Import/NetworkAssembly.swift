import Networks
import Tensors

/// Makes a network with parameters of what was translated.
struct NetworkAssembly {
    private let translator: GraphTranslator
    private let file: ONNXFile
    private var input: Shape
    private var drafts: [GraphTranslator.Draft]
    private var notes: [String]

    init(_ translator: GraphTranslator, file: ONNXFile, input: Shape) {
        self.translator = translator
        self.file = file
        self.input = input
        drafts = translator.drafts
        notes = translator.notes
    }

    private func refuse(_ reason: String) -> ONNXError {
        .badNetwork(path: file.path, reason: reason)
    }

    mutating func model() throws(ONNXError) -> Model {
        let output = try outputLayer()
        takeChannelsFirst()
        keepOnly(leadingTo: output)
        if drafts.last?.name != output || drafts.contains(where: { $0.inputs.contains(output) }) {
            try append(closing: output)
        }
        var network = Network(name: name, input: input)
        for draft in drafts { network.append(draft.layer, named: draft.name, after: draft.inputs) }
        let parameters: Parameters<Float>
        do {
            parameters = try Parameters(unfilled: network)
        } catch {
            throw refuse(error.problems.prefix(5).map(\.description).joined(separator: " · "))
        }
        try fill(parameters)
        let metadata = Dictionary(file.model.metadataProps.map { ($0.key, $0.value) }) { $1 }
        return Model(
            name: name, network: network, parameters: parameters,
            classNames: metadata[ONNXMetadata.classes]?.split(separator: "\n").map(String.init) ?? [],
            preprocessing: metadata[ONNXMetadata.preprocessing].flatMap(Preprocessing.init),
            origin: origin, notes: notes)
    }

    private var name: String {
        let last = file.path.split(separator: "/").last.map(String.init) ?? file.path
        return last.hasSuffix(".onnx") ? String(last.dropLast(5)) : last
    }

    private var origin: String {
        let producer = [file.model.producerName, file.model.producerVersion].filter { !$0.isEmpty }
        let clean = producer.joined(separator: " ").unicodeScalars.prefix(80).filter { $0.value >= 0x20 }
        let maker = String(String.UnicodeScalarView(clean))
        return "ONNX, opset \(file.opset)" + (maker.isEmpty ? "" : ", made by \(maker)")
    }

    /// The layer that gives the graph's first output.
    private mutating func outputLayer() throws(ONNXError) -> String {
        let outputs = file.model.graph.output
        guard let first = outputs.first else { throw refuse("it has no output") }
        if outputs.count > 1 {
            notes.append(
                "its output “\(first.name)” is taken; not \(outputs.dropFirst().map(\.name).joined(separator: ", "))"
            )
        }
        switch translator.values[first.name] {
        case .computed(let value): return value.layer
        case .constant: throw refuse("its output “\(first.name)” does not depend on its input")
        default: throw refuse("no node gives its output “\(first.name)”")
        }
    }

    /// TensorFlow's files put the channels last and turn them first: then the network takes them first at once.
    private mutating func takeChannelsFirst() {
        let readers = drafts.filter { $0.inputs.contains(Network.inputName) }
        guard let first = readers.first?.layer as? Transposition, first.order == [2, 0, 1],
            (1...4).contains(first.shape.channels),
            readers.allSatisfy({ $0.layer as? Transposition == first })
        else { return }
        let aliases = Set(readers.map(\.name))
        guard drafts.contains(where: { !aliases.contains($0.name) }) else { return }
        notes.append("the file takes height × width × channels; the network takes channels × height × width")
        input = first.shape
        drafts.removeAll { aliases.contains($0.name) }
        for index in drafts.indices {
            drafts[index].inputs = drafts[index].inputs.map { aliases.contains($0) ? Network.inputName : $0 }
        }
    }

    /// Drops what the output does not need.
    private mutating func keepOnly(leadingTo output: String) {
        let indices = Dictionary(drafts.enumerated().map { ($1.name, $0) }) { $1 }
        var needed: Set<String> = []
        var open = [output]
        while let name = open.popLast() {
            guard needed.insert(name).inserted, let index = indices[name] else { continue }
            open += drafts[index].inputs
        }
        drafts.removeAll { !needed.contains($0.name) }
    }

    /// The last layer of a network is its output and nothing else's input.
    private mutating func append(closing output: String) throws(ONNXError) {
        let shape = output == Network.inputName ? input : translator.shape(of: output)
        guard let shape else { throw refuse("its output is not known") }
        drafts.append(
            .init(name: translator.unique("output_view"), layer: Reshape(to: shape), inputs: [output]))
    }

    private func fill(_ parameters: Parameters<Float>) throws(ONNXError) {
        let places =
            parameters.entries.map { ($0, parameters.values) }
            + parameters.stateEntries.map { ($0, parameters.stateValues) }
        for (entry, values) in places {
            guard let write = translator.weights[entry.name] else { continue }
            let target = UnsafeMutableBufferPointer(rebasing: values[entry.range])
            do {
                try withExtendedLifetime(parameters) { try write(target) }
            } catch let error as ONNXError {
                throw error
            } catch {
                throw refuse((error as? Untranslatable)?.reason ?? "\(error)")
            }
        }
    }
}

/// What this program notes in a file's metadata.
enum ONNXMetadata {
    static let classes = "cnntop.classes"
    static let preprocessing = "cnntop.preprocessing"
}
