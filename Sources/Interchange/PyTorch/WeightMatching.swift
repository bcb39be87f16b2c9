import Networks
import Tensors

extension StateDictionary {
    /// Sets the parameters of a network from the arrays whose names or, where no name agrees, whose order tells that
    /// they belong together. Names agree when letters and digits do: `layer1.0.conv1` is `layer1_0_conv1`.
    ///
    /// Torchvision's names of our presets' layers are known.
    ///
    /// - Returns: what was matched and what was not; parameters without a match keep their values.
    public func load(
        into parameters: Parameters<Float>, of network: Network
    ) throws(WeightFileError) -> WeightReport {
        let layers = LayerParameters.all(of: network, parameters)
        let groups = self.modules
        var pairs = Self.pairedByName(layers, groups)
        var report = WeightReport()
        if pairs.isEmpty, let inOrder = Self.pairedInOrder(layers, groups) {
            pairs = inOrder
            report.isByOrder = true
        }
        var used: Set<String> = []
        for layer in layers {
            for entry in layer.entries {
                guard let group = pairs[layer.name], let found = group.array(for: entry.role) else {
                    report.missing.append(entry.name)
                    continue
                }
                used.insert(found.name)
                guard entry.fits(found.shape) else {
                    report.mismatches.append(
                        .init(
                            parameter: entry.name, expected: entry.shape, name: found.name, found: found.shape
                        ))
                    continue
                }
                if !countsChannelsLast, let target = parameters.storage(of: entry.name),
                    try read(found.name, into: target)
                {
                    report.matched += 1
                    continue
                }
                var values = try floats(named: found.name)
                if countsChannelsLast, let map = layer.denseInput { values = Self.channelsFirst(values, map) }
                parameters.set(entry.name, to: values)
                report.matched += 1
            }
        }
        report.unexpected = entries.map(\.name).filter {
            !used.contains($0) && !$0.hasSuffix("num_batches_tracked")
        }
        return report
    }

    /// Rows of `[outputs, H · W · C]` as `[outputs, C · H · W]`.
    private static func channelsFirst(_ values: [Float], _ map: Shape) -> [Float] {
        guard values.count.isMultiple(of: map.count), values.count > map.count else { return values }
        var result = values
        for row in stride(from: 0, to: values.count, by: map.count) {
            for channel in 0..<map.channels {
                for position in 0..<map.area {
                    result[row + channel * map.area + position] =
                        values[row + position * map.channels + channel]
                }
            }
        }
        return result
    }

    /// The arrays that share everything but the last part of their name, in the file's order.
    private var modules: [Module] {
        var modules: [Module] = []
        var indices: [String: Int] = [:]
        for entry in entries {
            let parts = entry.name.split(separator: ".", omittingEmptySubsequences: false)
            let name = parts.dropLast().joined(separator: ".")
            let role = String(parts.last ?? "")
            guard role != "num_batches_tracked" else { continue }
            if let index = indices[name] {
                modules[index].arrays[role] = entry
            } else {
                indices[name] = modules.count
                modules.append(Module(name: name, arrays: [role: entry]))
            }
        }
        return modules
    }

    private static func pairedByName(_ layers: [LayerParameters], _ modules: [Module]) -> [String: Module] {
        let exact = Dictionary(modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let plain = Dictionary(
            modules.map { (plainName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        var pairs: [String: Module] = [:]
        for layer in layers {
            let names = [layer.name] + TorchvisionNames.candidates(for: layer.name)
            let found =
                names.compactMap { exact[$0] } + names.compactMap { plain[plainName($0)] }
            // Of several places that a layer could come from, the one whose shapes fit.
            pairs[layer.name] = found.first { layer.fits($0) } ?? found.first
        }
        return pairs
    }

    /// Only where every layer finds a module of its shapes; half a match by order would be a guess. The classifier may
    /// be missing: weights are often handed on without it.
    private static func pairedInOrder(
        _ layers: [LayerParameters], _ modules: [Module]
    ) -> [String: Module]? {
        guard !modules.isEmpty, [0, 1].contains(layers.count - modules.count) else { return nil }
        for (layer, module) in zip(layers, modules) {
            guard layer.fits(module) else { return nil }
        }
        return Dictionary(
            zip(layers, modules).map { ($0.name, $1) }, uniquingKeysWith: { first, _ in first })
    }

    private static func plainName(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}

/// The arrays of one PyTorch module.
private struct Module {
    let name: String
    /// By the last part of their names.
    var arrays: [String: StateDictionary.Entry]

    func array(for role: String) -> StateDictionary.Entry? {
        for name in Self.names[role] ?? [role] {
            if let array = arrays[name] { return array }
        }
        return nil
    }

    /// PyTorch's words for our parameters, then our own.
    private static let names = [
        "weights": ["weight", "weights"], "bias": ["bias"], "scale": ["weight", "scale"],
        "offset": ["bias", "offset"], "mean": ["running_mean", "mean"],
        "variance": ["running_var", "variance"], "slope": ["weight", "slope"],
    ]
}

/// The parameters of one layer of a network, with its running statistics.
private struct LayerParameters {
    struct Entry {
        let name: String
        /// `weights`, `bias`, …
        let role: String
        let shape: [Int]

        /// Axes of size 1 do not count: a convolution of 1×1 takes a dense layer's weights.
        func fits(_ other: [Int]) -> Bool { shape.filter { $0 != 1 } == other.filter { $0 != 1 } }
    }

    let name: String
    var entries: [Entry] = []
    /// The maps that a fully connected layer takes as one vector.
    var denseInput: Shape?

    func fits(_ module: Module) -> Bool {
        entries.allSatisfy { entry in module.array(for: entry.role).map { entry.fits($0.shape) } ?? false }
    }

    static func all(of network: Network, _ parameters: Parameters<Float>) -> [LayerParameters] {
        var layers: [String: LayerParameters] = [:]
        for entry in parameters.entries + parameters.stateEntries {
            let role = String(entry.name.dropFirst(entry.layer.count + 1))
            layers[entry.layer, default: LayerParameters(name: entry.layer)].entries.append(
                Entry(name: entry.name, role: role, shape: entry.shape))
        }
        let shapes = Dictionary(
            network.inspect().rows.map { ($0.name, $0.activations) }, uniquingKeysWith: { first, _ in first })
        return network.nodes.compactMap { node in
            var layer = layers[node.name]
            if node.layer is FullyConnected, let input = node.inputs.first.flatMap({ shapes[$0] ?? nil }),
                input.area > 1
            {
                layer?.denseInput = input
            }
            return layer
        }
    }
}
