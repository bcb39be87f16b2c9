import Interchange
import Networks
import Tensors

extension Trial {
    static func addition(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let inputs = try floatInputs(test)
        guard inputs.count > 1 else { throw OutOfScope("a sum of one") }
        guard inputs.allSatisfy({ $0.shape == inputs[0].shape }) else { throw OutOfScope("broadcasting") }
        // One sample; every element is a channel.
        let count = inputs[0].elements.count
        return joined(
            Addition(), inputs.map { _ in Shape(count) }, batch: 1, inputs.compactMap(\.floats), test)
    }

    /// Any axis will do: what lies before it are samples, what lies behind it positions.
    static func concatenation(_ test: OperatorCase) throws(OutOfScope) -> Trial {
        let inputs = try floatInputs(test)
        let dims = inputs[0].shape
        let axis = test.axis(rank: dims.count, or: 0)
        let positions = dims[(axis + 1)...].reduce(1, *)
        return joined(
            DepthConcatenation(), inputs.map { Shape($0.shape[axis], 1, positions) },
            batch: dims[..<axis].reduce(1, *),
            inputs.compactMap(\.floats), test)
    }

    private static func floatInputs(_ test: OperatorCase) throws(OutOfScope) -> [ONNXTensor] {
        let inputs = test.node.input.indices.compactMap(test.input)
        guard inputs.allSatisfy({ $0.floats != nil }) else {
            throw OutOfScope("elements that are not floating-point")
        }
        return inputs
    }

    /// A network has one input: the operands are its channels, the last first, and 1×1 convolutions of zeros and ones
    /// take them apart again, exactly.
    private static func joined(
        _ layer: any Layer, _ shapes: [Shape], batch: Int, _ operands: [[Float]], _ test: OperatorCase
    ) -> Trial {
        let channels = shapes.reduce(0) { $0 + $1.channels }
        let width = shapes[0].width
        var samples: [Float] = []
        for sample in 0..<batch {
            for (shape, values) in zip(shapes, operands).reversed() {
                samples += values[sample * shape.count..<(sample + 1) * shape.count]
            }
        }
        var trial = Trial(layer, input: Shape(channels, 1, width), samples: samples, expected: [])
        trial.expected = test.outputs[0].floats ?? []
        trial.network = Network(name: "conformance", input: Shape(channels, 1, width))
        var end = channels
        for (index, shape) in shapes.enumerated() {
            let selector = "operand_\(index)"
            trial.network.append(
                Convolution(filters: shape.channels, kernel: 1, hasBias: false), named: selector,
                after: [Network.inputName])
            let start = end - shape.channels
            trial.parameters["\(selector).weights"] = (0..<shape.channels).flatMap { filter in
                (0..<channels).map { $0 == start + filter ? 1 : 0 }
            }
            end = start
        }
        trial.network.append(layer, named: Trial.layer, after: shapes.indices.map { "operand_\($0)" })
        return trial
    }
}
