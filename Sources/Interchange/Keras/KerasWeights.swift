/// The arrays of a Keras file by layer, without a description of the layers: what `save_weights` writes, in the old
/// order (`layer_names`). They come in the order of the layers, under names and in arrangements like PyTorch's.
struct KerasWeights: TensorSource {
    private let arrays: KerasArrays
    private let parts: [Part]

    /// One array and where it belongs.
    private struct Part {
        var entry: StateDictionary.Entry
        var array: KerasArray
        var arrangement: Arrangement
    }

    private enum Arrangement {
        case asItIs
        /// Kernel `[rows, columns, channels, filters]`, or along one axis only.
        case convolution
        /// Kernel `[rows, columns, channels, multiplier]`: as many groups as channels.
        case depthwise
        /// Kernel `[inputs, outputs]`.
        case dense
    }

    /// - Throws: `WeightFileError` where the file is damaged or in another order.
    init(_ bytes: FileBytes) throws(WeightFileError) {
        arrays = try KerasArrays(HDF5File(bytes))
        var parts: [Part] = []
        for layer in try arrays.layerNames() {
            let found = try arrays.arrays(at: KerasPlace(names: [layer]))
            let ranks = found.map { $0.object.shape?.count ?? 0 }
            for (index, array) in found.enumerated() {
                guard let shape = array.object.shape else { continue }
                let arrangement = Self.arrangement(of: array, rank: shape.count)
                let role = Self.role(index, of: array, ranks: ranks)
                parts.append(
                    Part(
                        entry: StateDictionary.Entry(
                            name: "\(layer).\(role)", type: .float32, shape: Self.turned(shape, arrangement)),
                        array: array, arrangement: arrangement))
            }
        }
        guard !parts.isEmpty else {
            throw WeightFileError(
                bytes.path,
                .unsupported(
                    "weights without the names of their layers", instead: "save the whole model, as .keras"))
        }
        self.parts = parts
    }

    var entries: [StateDictionary.Entry] { parts.map(\.entry) }

    /// Dense kernels count a map's numbers position by position, each with all its channels.
    var countsChannelsLast: Bool { true }

    func floats(of index: Int) throws(WeightFileError) -> [Float] {
        let part = parts[index]
        let values = try arrays.file.floats(part.array.object, named: part.array.name)
        let shape = part.array.object.shape ?? []
        let order: [Int]
        switch part.arrangement {
        case .asItIs: return values
        case .dense: order = [1, 0]
        case .convolution: order = [shape.count - 1, shape.count - 2] + Array(0..<shape.count - 2)
        case .depthwise: order = [2, 3, 0, 1]
        }
        return Self.transposed(values, shape, order)
    }

    private static func arrangement(of array: KerasArray, rank: Int) -> Arrangement {
        switch rank {
        case 2: .dense
        case 3: .convolution
        case 4: array.name.contains("depthwise") ? .depthwise : .convolution
        default: .asItIs
        }
    }

    private static func turned(_ shape: [Int], _ arrangement: Arrangement) -> [Int] {
        switch arrangement {
        case .asItIs: shape
        case .dense: [shape[1], shape[0]]
        // A signal's kernel is a map's of one row.
        case .convolution where shape.count == 3: [shape[2], shape[1], 1, shape[0]]
        case .convolution: [shape[3], shape[2], shape[0], shape[1]]
        case .depthwise: [shape[2] * shape[3], 1, shape[0], shape[1]]
        }
    }

    /// PyTorch's word: by Keras's own where it is one, else by place (older files call arrays as they like).
    private static func role(_ index: Int, of array: KerasArray, ranks: [Int]) -> String {
        let words = [
            "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
            "moving_variance": "running_var", "kernel": "weight", "bias": "bias",
        ]
        let last = array.name.split(separator: "/").last ?? ""
        if let word = words.first(where: { last.hasPrefix($0.key) || last.hasSuffix("\($0.key):0") }) {
            return word.value
        }
        if ranks[index] > 1 { return "weight" }
        if ranks.allSatisfy({ $0 == 1 }), ranks.count == 4 {
            return ["weight", "bias", "running_mean", "running_var"][index]
        }
        return "bias"
    }

    private static func transposed(_ values: [Float], _ shape: [Int], _ order: [Int]) -> [Float] {
        var strides = Array(repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        var starts = [0]
        for axis in order {
            starts = starts.flatMap { start in (0..<shape[axis]).map { start + $0 * strides[axis] } }
        }
        return starts.map { values[$0] }
    }
}
