/// One array of a Keras layer.
struct KerasArray {
    /// Where it stands in the file.
    let name: String
    let object: HDF5Object
}

/// The arrays of a file, by layer.
struct KerasArrays {
    let file: HDF5File
    private let root: HDF5Object
    private let isLegacy: Bool

    /// - Throws: `WeightFileError` where the file has neither Keras's old nor its new order of arrays.
    init(_ file: HDF5File) throws(WeightFileError) {
        self.file = file
        let top = try file.root()
        let inner = try file.object("model_weights", in: top)
        root = inner ?? top
        isLegacy = try file.texts(named: "layer_names", of: root) != nil
        guard isLegacy || root.links["layers"] != nil || root.links["_layer_checkpoint_dependencies"] != nil
        else {
            throw file.error(
                .notRecognized(expected: "Keras's weights, with layer_names or layers in them"))
        }
    }

    /// The names of the layers, of a file in the old order.
    func layerNames() throws(WeightFileError) -> [String] {
        try file.texts(named: "layer_names", of: root) ?? []
    }

    /// The arrays of a layer in Keras's order: of a convolution its kernel and bias.
    ///
    /// - Parameter place: the names of the models around it and its own, and the same in Keras 3's numbering.
    func arrays(at place: KerasPlace) throws(WeightFileError) -> [KerasArray] {
        isLegacy ? try legacyArrays(at: place.names) : try numberedArrays(at: place.numbered)
    }

    /// `weight_names` of the layer's group lists the paths; a model within the model has one group for all its layers.
    private func legacyArrays(at names: [String]) throws(WeightFileError) -> [KerasArray] {
        guard let outer = names.first, let layer = names.last,
            let group = try file.object(outer, in: root)
        else { return [] }
        var arrays: [KerasArray] = []
        for path in try file.texts(named: "weight_names", of: group) ?? [] {
            let parts = path.split(separator: "/").dropLast()
            guard names.count == 1 || parts.contains(where: { $0 == layer }) else { continue }
            guard let object = try file.object(path, in: group) else {
                throw file.error(.damaged("it has no array \(inQuotes(path))"))
            }
            arrays.append(KerasArray(name: "\(outer)/\(path)", object: object))
        }
        return arrays
    }

    /// `layers/conv2d_1/vars/0`, one below the other for models in models.
    private func numberedArrays(at names: [String]) throws(WeightFileError) -> [KerasArray] {
        var object = root
        for name in names {
            let container = object.links["layers"] != nil ? "layers" : "_layer_checkpoint_dependencies"
            guard let inner = try file.object("\(container)/\(name)", in: object) else { return [] }
            object = inner
        }
        guard let variables = try file.object("vars", in: object) else { return [] }
        var arrays: [KerasArray] = []
        while let array = try file.object("\(arrays.count)", in: variables) {
            let path = names.joined(separator: "/")
            arrays.append(KerasArray(name: "\(path)/vars/\(arrays.count)", object: array))
        }
        return arrays
    }
}

/// Where a layer's arrays are to be found.
struct KerasPlace: Equatable {
    /// Names as in the configuration.
    var names: [String] = []
    /// Class names in snake case, counted: `conv2d`, `conv2d_1`.
    var numbered: [String] = []
}

/// Numbers layers of one class as Keras 3 does when it saves them.
struct KerasNumbering {
    private var counts: [String: Int] = [:]

    mutating func next(_ className: String) -> String {
        let name = Self.snakeCase(className)
        let count = counts[name, default: 0]
        counts[name] = count + 1
        return count == 0 ? name : "\(name)_\(count)"
    }

    /// `DepthwiseConv2D` → `depthwise_conv2d`, `ReLU` → `re_lu`, as Keras's `to_snake_case`.
    static func snakeCase(_ name: String) -> String {
        let letters = Array(name).filter { $0.isLetter || $0.isNumber || $0 == "_" }
        var words = ""
        for (index, letter) in letters.enumerated() {
            let next = index + 1 < letters.count ? letters[index + 1] : " "
            let startsWord = letter.isUppercase && next.isLowercase && index > 0
            let followsLower = letter.isUppercase && index > 0 && letters[index - 1].isLowercase
            if startsWord || followsLower { words += "_" }
            words += letter.lowercased()
        }
        return words
    }
}
