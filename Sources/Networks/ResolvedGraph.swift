import Spelling
import Tensors

/// A network's connections by index, an order in which every layer follows its inputs, and the shapes.
struct ResolvedGraph {
    /// Where a layer's input comes from.
    enum Source: Equatable {
        case input
        case layer(Int)
    }

    let network: Network
    /// The network's input; nil where it is no possible shape.
    private(set) var input: Shape?
    /// Of each layer; an unknown name is left out.
    private(set) var sources: [[Source]] = []
    /// Layers, inputs before users; those on a cycle are missing.
    private(set) var order: [Int] = []
    /// Of each layer's output; nil where a problem hides it.
    private(set) var shapes: [Shape?] = []
    private(set) var problems: [NetworkError.Problem] = []

    init(_ network: Network) {
        self.network = network
        shapes = Array(repeating: nil, count: network.nodes.count)
        if network.nodes.isEmpty { report(nil, "it has no layers; add at least one") }
        resolveNames()
        sortByDependence()
        findDeadEnds()
        chainShapes()
        checkMemory()
    }

    func inputShapes(of layer: Int) -> [Shape] {
        sources[layer].compactMap { shape(of: $0) }
    }

    func shape(of source: Source) -> Shape? {
        switch source {
        case .input: network.input
        case .layer(let index): shapes[index]
        }
    }

    private mutating func report(_ layer: String?, _ message: String, inputs: [Shape] = []) {
        problems.append(NetworkError.Problem(layer: layer, message: message, inputs: inputs))
    }

    private mutating func resolveNames() {
        var indices: [String: Int] = [:]
        for (index, node) in network.nodes.enumerated() {
            if node.name == Network.inputName {
                report(node.name, "layer \(index + 1) has the name of the network's input; rename it")
            } else if let first = indices[node.name] {
                report(node.name, "layers \(first + 1) and \(index + 1) have the same name; rename one")
            } else {
                indices[node.name] = index
            }
        }
        for node in network.nodes {
            var found: [Source] = []
            for input in node.inputs {
                if input == Network.inputName {
                    found.append(.input)
                } else if let index = indices[input] {
                    found.append(.layer(index))
                } else {
                    report(
                        node.name, "takes \"\(input)\", which no layer is called; \(suggestion(for: input))")
                }
            }
            sources.append(found)
        }
    }

    private func suggestion(for name: String) -> String {
        let names = Set([Network.inputName] + network.nodes.map(\.name))
        let nearest = names.map { (editDistance($0, name), $0) }.sorted { $0 < $1 }.prefix(2).map(\.1)
        return "nearest are \(nearest.joined(separator: " and "))"
    }

    /// Kahn's algorithm, always taking the first layer that is ready, so a network already in order stays so.
    private mutating func sortByDependence() {
        let count = network.nodes.count
        var waiting = sources.map {
            Set($0.compactMap { if case .layer(let index) = $0 { index } else { nil } })
        }
        var users: [[Int]] = Array(repeating: [], count: count)
        for (user, inputs) in waiting.enumerated() { for input in inputs { users[input].append(user) } }
        var placed = Array(repeating: false, count: count)
        // No layer before this one is ready.
        var next = 0
        while next < count {
            guard !placed[next], waiting[next].isEmpty else {
                next += 1
                continue
            }
            placed[next] = true
            order.append(next)
            let layer = next
            for user in users[layer] {
                waiting[user].remove(layer)
                if waiting[user].isEmpty { next = min(next, user) }
            }
        }
        let cyclic = (0..<count).filter { !placed[$0] }
        if let first = cyclic.first {
            let names = cyclic.map { network.nodes[$0].name }.joined(separator: ", ")
            report(
                network.nodes[first].name,
                "is part of, or behind, a cycle of \(names); a network runs one way")
        }
    }

    private mutating func findDeadEnds() {
        let used = Set(sources.joined().compactMap { if case .layer(let index) = $0 { index } else { nil } })
        for index in network.nodes.indices.dropLast() where !used.contains(index) {
            report(network.nodes[index].name, "nothing takes its output; connect it or remove it")
        }
        if let last = network.nodes.indices.last, used.contains(last) {
            report(
                network.nodes[last].name, "is the last layer and so the output, but others take it as input")
        }
    }

    private mutating func chainShapes() {
        let input = network.input
        do throws(ShapeError) {
            try requirePossible(Network.inputName, [input.channels, input.height, input.width])
        } catch {
            return report(nil, error.description)
        }
        self.input = input
        for index in order {
            let node = network.nodes[index]
            let inputs = inputShapes(of: index)
            guard inputs.count == node.inputs.count else { continue }  // the cause is reported already
            do throws(ShapeError) {
                guard node.layer.inputCounts.contains(inputs.count) else {
                    throw .inputCount(found: inputs.count, expected: node.layer.inputCounts)
                }
                let shape = try node.layer.outputShape(for: inputs)
                try requirePossible("output", shape.dimensions)
                for parameter in node.layer.parameters(for: inputs) {
                    try requirePossible(parameter.name, parameter.shape)
                }
                shapes[index] = shape
            } catch {
                report(node.name, error.description, inputs: inputs)
            }
        }
    }

    /// Learnables with their gradients, and what the layers give for one sample, must fit: no plan needs less.
    private mutating func checkMemory() {
        guard problems.isEmpty else { return }
        let needs = network.nodes.indices.map { index in
            let learnables = network.nodes[index].layer.parameters(for: inputShapes(of: index))
            return learnables.reduce(shapes[index]?.count ?? 0) { $0 + 2 * $1.count }
        }
        let bytes = needs.reduce(0, +) * MemoryLayout<Float>.stride
        guard bytes > PhysicalMemory.bytes, let largest = needs.indices.max(by: { needs[$0] < needs[$1] })
        else { return }
        report(
            network.nodes[largest].name,
            "the network needs \(bytes >> 20) MiB for learnables, gradients and one sample, this machine has "
                + "\(PhysicalMemory.bytes >> 20) MiB; make this layer, its largest, smaller")
    }
}
