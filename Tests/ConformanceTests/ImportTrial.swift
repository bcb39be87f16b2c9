import Interchange
import Networks
import Tensors

/// A case read by the importer: as a network that a plan runs, or computed away where nothing is left to run.
struct ImportTrial {
    enum Way: String {
        /// Every input of the case is an input of the network.
        case network = "as a network"
        /// All but the first, such as weights, are constants.
        case weighted = "as a network with weights"
        case folded = "folded"
    }

    let way: Way
    let outputs: [ONNXTensor?]

    /// Tries the ways in their order; the reason of the first where none will do.
    init(_ test: OperatorCase) throws {
        let isReal = test.inputNames.first.flatMap { test.tensors[$0]?.floats } != nil
        // Integers are exact as the network's numbers, but their division is not the same.
        let ways: [Way] = isReal ? [.network, .weighted, .folded] : [.folded, .network, .weighted]
        var reason: OutOfScope?
        for way in ways {
            do {
                outputs = try Self.run(test, way)
                self.way = way
                return
            } catch {
                // Without the file's path, which differs from run to run.
                let text = "\(error)".split(separator: ": ").dropFirst().joined(separator: ": ")
                reason = reason ?? OutOfScope(text)
            }
        }
        throw reason ?? OutOfScope("no way to run it")
    }

    private static func run(_ test: OperatorCase, _ way: Way) throws -> [ONNXTensor?] {
        let fed: [String] =
            switch way {
            case .network: test.inputNames
            case .weighted: Array(test.inputNames.prefix(1))
            case .folded: []
            }
        let constants = test.tensors.filter { !fed.contains($0.key) }
        if way == .folded {
            let outputs = try ONNXReader.folded(test.file, constants: constants)
            return try test.file.model.graph.output.map { info in
                guard let output = outputs[info.name] else { throw OutOfScope("not only constants") }
                return output
            }
        }
        let model = try ONNXReader.model(test.file, constants: constants)
        let samples = try run(model, on: fed.compactMap { test.tensors[$0] })
        // What else the node gives can be known without running it, like the mask of a dropout in inference.
        let others = test.outputs.count > 1 ? try ONNXReader.folded(test.file, constants: constants) : [:]
        return test.file.model.graph.output.enumerated().map { position, info in
            position > 0
                ? others[info.name]
                : ONNXTensor(name: info.name, shape: test.outputs[0].shape, elements: .floats(samples))
        }
    }

    /// Runs the samples that the tensors hold, side by side where there are several tensors.
    private static func run(_ model: Model, on tensors: [ONNXTensor]) throws -> [Float] {
        let values = tensors.map(\.reals)
        let size = model.network.input.count
        let total = values.reduce(0) { $0 + $1.count }
        guard total > 0, total.isMultiple(of: size) else { throw OutOfScope("\(total) numbers for \(size)") }
        let count = total / size
        let plan = try Plan(
            model.network, batchSize: count, mode: .inference, parameters: model.parameters,
            workers: Workers(threads: 1))
        plan.infer(count: count) { sample, buffer in
            var start = 0
            for tensor in values {
                let share = tensor.count / count
                for index in 0..<share { buffer[start + index] = tensor[sample * share + index] }
                start += share
            }
        }
        return Array(plan.outputs)
    }
}

extension ONNXTensor {
    /// Any numbers as the network's.
    var reals: [Float] {
        switch elements {
        case .floats(let values): values
        case .doubles(let values): values.map { Float($0) }
        case .integers(let values): values.map { Float($0) }
        }
    }
}
