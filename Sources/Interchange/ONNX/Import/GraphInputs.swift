import Networks
import Tensors

/// The graph's inputs and what they are to the network, which has one.
struct GraphInputs {
    private struct Input {
        var name: String
        var dims: [Int]
        var sample: [Int]
    }

    let batch: Int
    let shape: Shape
    private let inputs: [Input]
    private let hasBatchAxis: Bool

    init(_ infos: [Onnx_ValueInfoProto], file: ONNXFile, hasBatchAxis: Bool) throws(ONNXError) {
        func refuse(_ reason: String) -> ONNXError {
            .untranslated(path: file.path, opset: file.opset, problems: [reason])
        }
        guard infos.count <= 64 else { throw refuse("it has \(infos.count) inputs") }
        var found: [Input] = []
        var batches: Set<Int> = []
        for info in infos {
            var dims = try Self.dims(info, refuse)
            // A vector on its own has no axis for samples.
            guard hasBatchAxis, dims.count > 1 else {
                found.append(Input(name: info.name, dims: dims.map { $0 ?? 1 }, sample: dims.map { $0 ?? 1 }))
                if hasBatchAxis { batches.insert(-1) }
                continue
            }
            guard dims[0] ?? 1 <= 1 << 16 else {
                throw refuse("its input “\(info.name)” is a batch of \(dims[0] ?? 1)")
            }
            batches.insert(dims[0] ?? 1)
            dims[0] = dims[0] ?? 1
            let sizes = dims.map { $0 ?? 1 }
            found.append(Input(name: info.name, dims: sizes, sample: Array(sizes.dropFirst())))
        }
        guard !found.isEmpty else { throw refuse("it has no input") }
        let counts = found.map(\.sample.product)
        guard Double(counts.reduce(0, +)) <= Double(GraphTranslator.mostNumbers) else {
            throw refuse("its input of \(found.map(\.dims)) is too large")
        }
        if hasBatchAxis {
            guard batches.count == 1, let batch = batches.first, batch > 0 else {
                throw refuse("its inputs do not all have an axis for samples first")
            }
            self.batch = batch
        } else {
            batch = 1
        }
        self.hasBatchAxis = hasBatchAxis
        shape = found.count == 1 ? Shape(viewing: found[0].sample) : Shape(counts.reduce(0, +))
        inputs = found
    }

    /// Sizes; nil where the file leaves one open, which only the first axis may.
    private static func dims(
        _ info: Onnx_ValueInfoProto, _ refuse: (String) -> ONNXError
    ) throws(ONNXError) -> [Int?] {
        guard case .tensorType(let type)? = info.type.value, type.hasShape else {
            throw refuse("its input “\(info.name)” has no shape")
        }
        guard type.shape.dim.count <= 16 else { throw refuse("its input “\(info.name)” has too many axes") }
        var dims: [Int?] = []
        for (axis, dim) in type.shape.dim.enumerated() {
            if case .dimValue(let size)? = dim.value, size > 0 || axis > 0 {
                guard size > 0, size <= GraphTranslator.mostNumbers else {
                    throw refuse("its input “\(info.name)” has size \(size) along axis \(axis)")
                }
                dims.append(Int(size))
            } else {
                guard axis == 0 else {
                    throw refuse(
                        "its input “\(info.name)” leaves the size of axis \(axis) open; export it with fixed sizes"
                    )
                }
                dims.append(nil)
            }
        }
        guard dims.reduce(1.0, { $0 * Double($1 ?? 1) }) <= Double(GraphTranslator.mostNumbers) else {
            throw refuse("its input “\(info.name)” is too large")
        }
        return dims
    }

    /// Gives every input its value: the network's input itself, or a part of it.
    func define(in translator: GraphTranslator) throws {
        translator.register(input: Network.inputName, shape: shape)
        guard inputs.count > 1 else {
            let value = ComputedValue(
                layer: Network.inputName, shape: shape, dims: inputs[0].dims, isBatched: hasBatchAxis)
            return translator.set(inputs[0].name, to: .computed(value))
        }
        translator.note(
            "its inputs \(inputs.map(\.name).joined(separator: ", ")) are taken as one vector, one behind the other"
        )
        var start = 0
        for input in inputs {
            var proto = Onnx_NodeProto()
            proto.opType = "Slice"
            proto.name = input.name
            let node = GraphNode(proto: proto, opset: translator.opset)
            let count = input.sample.product
            let layer = Slicing(
                channels: .init(start: start, count: count), rows: .init(count: 1), columns: .init(count: 1))
            let value = try translator.append(
                layer, node, [Network.inputName], dims: input.dims, isBatched: hasBatchAxis)
            translator.set(input.name, to: .computed(value))
            start += count
        }
    }
}
