/// The tensors that a pickle named, and how a view's elements are found in its storage.
struct TorchTensors {
    let entries: [StateDictionary.Entry]
    private let tensors: [PickleTensor]
    private let storages: [PickleStorage]

    /// Keys under which checkpoints keep the state dictionary beside other things.
    private static let wrappers = [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "params", "weights",
        "module",
    ]

    /// - Throws: `WeightFileError.noTensors` where the pickle's value is no dictionary of tensors.
    init(_ root: PickleValue, of machine: PickleMachine) throws(WeightFileError) {
        guard let named = Self.namedTensors(root, machine) else {
            throw machine.cursor.error(.noTensors(found: Self.listing(root, machine)))
        }
        storages = machine.storages
        tensors = named.map { machine.tensors[$0.tensor] }
        entries = named.map { name, index in
            let tensor = machine.tensors[index]
            return StateDictionary.Entry(
                name: name, type: machine.storages[tensor.storage].type, shape: tensor.shape)
        }
    }

    func storage(of index: Int) -> PickleStorage { storages[tensors[index].storage] }

    /// The elements of a tensor in row-major order, from its storage's bytes.
    func floats(of index: Int, storage bytes: [UInt8], in path: String) throws(WeightFileError) -> [Float] {
        let tensor = tensors[index]
        let count = tensor.shape.reduce(1, *)
        guard count > 0 else { return [] }
        let type = storage(of: index).type
        let last = zip(tensor.shape, tensor.strides).reduce(tensor.offset) { $0 + ($1.0 - 1) * $1.1 }
        let span = Array(bytes[tensor.offset * type.size..<(last + 1) * type.size])
        let values = try decodedFloats(span, as: type, in: path)
        return tensor.isContiguous ? values : tensor.gathered(from: values, count: count)
    }

    private static func namedTensors(
        _ value: PickleValue, _ machine: PickleMachine
    ) -> [(name: String, tensor: Int)]? {
        guard case .dictionary(let index) = value else { return nil }
        let named = machine.dictionaries[index].compactMap { (key, value) -> (name: String, tensor: Int)? in
            guard let name = key.text, case .tensor(let tensor) = value else { return nil }
            return (name, tensor)
        }
        guard named.isEmpty else { return named }
        for wrapper in wrappers {
            for (key, value) in machine.dictionaries[index] where key.text == wrapper {
                guard case .dictionary(let inner) = value, inner != index else { continue }
                let named = machine.dictionaries[inner].compactMap {
                    (key, value) -> (name: String, tensor: Int)? in
                    guard let name = key.text, case .tensor(let tensor) = value else { return nil }
                    return (name, tensor)
                }
                if !named.isEmpty { return named }
            }
        }
        return nil
    }

    private static func listing(_ root: PickleValue, _ machine: PickleMachine) -> String {
        guard case .dictionary(let index) = root else { return root.kind }
        let keys = machine.dictionaries[index].prefix(4).map {
            $0.key.text.map { inQuotes($0) } ?? $0.key.kind
        }
        return keys.isEmpty ? "an empty dictionary" : "a dictionary of \(keys.joined(separator: ", "))"
    }
}

extension PickleTensor {
    /// Whether the elements lie in row-major order without gaps.
    fileprivate var isContiguous: Bool {
        var expected = 1
        for (extent, stride) in zip(shape, strides).reversed() where extent > 1 {
            if stride != expected { return false }
            expected *= extent
        }
        return true
    }

    /// `values` start at the view's offset.
    fileprivate func gathered(from values: [Float], count: Int) -> [Float] {
        var position = Array(repeating: 0, count: shape.count)
        var source = 0
        var gathered: [Float] = []
        gathered.reserveCapacity(count)
        for _ in 0..<count {
            gathered.append(values[source])
            // The next index, the last axis fastest.
            var axis = shape.count - 1
            while axis >= 0 {
                position[axis] += 1
                source += strides[axis]
                if position[axis] < shape[axis] { break }
                source -= strides[axis] * shape[axis]
                position[axis] = 0
                axis -= 1
            }
        }
        return gathered
    }
}
