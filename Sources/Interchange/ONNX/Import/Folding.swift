import Networks

/// Nodes whose inputs are all constants, computed while importing.
extension GraphTranslator {
    func fold(_ node: GraphNode) throws {
        let constants = try node.proto.input.indices.map { try constant(node, $0) }
        let result: ONNXTensor
        switch node.type {
        case "Constant":
            return give(node, .constant(try Self.constantNode(node, file)))
        case "Shape": return try translateShape(node)
        case "Identity":
            guard let first = constants.first, let constant = first else { return }
            return give(node, .constant(constant))
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            guard let first = constants.first, let constant = first else {
                throw Untranslatable("its input is missing")
            }
            return give(node, .constant(constant.reshaped(try reshapedDims(node, constant, constants))))
        default:
            let inputs = try constants.compactMap { try $0?.decoded() }
            guard !inputs.isEmpty else { throw Untranslatable("it has no inputs") }
            result = try compute(node, inputs)
        }
        give(
            node,
            .constant(
                ONNXConstant(name: node.name, shape: result.shape, result.elements, path: file.path)))
    }

    private static func constantNode(_ node: GraphNode, _ file: ONNXFile) throws -> ONNXConstant {
        if let tensor = node.tensor("value") {
            return try ONNXConstant(tensor, in: file.file, path: file.path)
        }
        func made(_ shape: [Int], _ elements: ONNXTensor.Elements) -> ONNXConstant {
            ONNXConstant(name: node.name, shape: shape, elements, path: file.path)
        }
        if let value = node.float("value_float") { return made([], .floats([value])) }
        if let values = node.floats("value_floats") { return made([values.count], .floats(values)) }
        if node.has("value_int") {
            return made([], .integers([Int64(try node.integer("value_int", or: 0))]))
        }
        if let values = try node.integers("value_ints") {
            return made([values.count], .integers(values.map { Int64($0) }))
        }
        throw Untranslatable("a constant that is no array of numbers")
    }

    private func reshapedDims(
        _ node: GraphNode, _ constant: ONNXConstant, _ inputs: [ONNXConstant?]
    ) throws -> [Int] {
        func axes() throws -> [Int]? {
            if node.opset < 13 { return try node.integers("axes") }
            return inputs.count > 1 ? try inputs[1]?.integers() : nil
        }
        let dims = constant.shape
        switch node.type {
        case "Squeeze": return try ConstantFolder.squeezed(dims, axes: axes(), node)
        case "Unsqueeze": return try ConstantFolder.unsqueezed(dims, axes: axes() ?? [], node)
        case "Flatten":
            let axis = try node.integer("axis", or: 1)
            let place = axis == dims.count ? axis : try node.axis(axis, rank: dims.count)
            return [dims[..<place].product, dims[place...].product]
        default:
            guard inputs.count > 1, let wanted = inputs[1] else { throw Untranslatable("no shape") }
            return try ConstantFolder.resolve(
                wanted.integers(), from: dims, keepsZero: node.integer("allowzero", or: 0) != 0)
        }
    }

    private func compute(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        func result(_ shape: [Int], _ elements: ONNXTensor.Elements) -> ONNXTensor {
            ONNXTensor(name: node.name, shape: shape, elements: elements)
        }
        let first = inputs[0]
        switch node.type {
        case "Cast": return result(first.shape, Self.cast(first.elements, to: try node.integer("to", or: 1)))
        case "Transpose":
            let rank = first.shape.count
            let order = try node.integers("perm") ?? Array((0..<rank).reversed())
            guard order.sorted() == Array(0..<rank) else { throw Untranslatable("perm \(order)") }
            return try pick(node, first, Strided(first.shape).turned(order))
        case "Expand":
            guard inputs.count > 1 else { throw Untranslatable("no shape") }
            let wanted = (inputs[1].integers ?? []).map { Int($0) }
            let dims = try Self.broadcastShape(first.shape, wanted)
            return try pick(node, first, Strided(first.shape).repeated(to: dims))
        case "Slice":
            let ranges = try ConstantFolder.sliceRanges(of: first.shape) { (name, position) throws in
                node.opset < 10
                    ? try node.integers(name) : try self.constant(node, position)?.integers()
            }
            return try pick(node, first, Strided(first.shape).sliced(ranges))
        case "Gather": return try gather(node, inputs)
        case "Concat": return try concatenate(node, inputs)
        case "Add", "Sub", "Mul", "Div", "Sum": return try arithmetic(node, inputs)
        case "Neg", "Sqrt", "Reciprocal", "Floor", "Ceil": return try each(node, first)
        case "Range": return try range(node, inputs)
        case "ReduceProd":
            guard case .integers(let values) = first.elements, values.allSatisfy({ $0.magnitude < 1 << 31 }),
                values.reduce(1.0, { $0 * Double($1) }).magnitude < 1e15
            else { throw Untranslatable("a product of \(first.elements.count) numbers") }
            let keeps = try node.integer("keepdims", or: 1) != 0
            return result(keeps ? first.shape.map { _ in 1 } : [], .integers([values.reduce(1, *)]))
        case "ConstantOfShape":
            let dims = (first.integers ?? []).map { Int($0) }
            return try pick(node, try Self.filler(node), Strided([]).repeated(to: dims))
        case "MatMul", "Gemm": return try multiply(node, inputs)
        default: throw Untranslatable("of constants")
        }
    }

    // MARK: Rearranging

    private func pick(_ node: GraphNode, _ source: ONNXTensor, _ view: Strided) throws -> ONNXTensor {
        guard view.dims.allSatisfy({ $0 >= 0 }), view.dims.reduce(1.0, { $0 * Double($1) }) < 0x1p40 else {
            throw Untranslatable("an array of \(view.dims)")
        }
        try account(view.dims.product)
        return ONNXTensor(
            name: node.name, shape: view.dims, elements: source.elements.picked(view.places()))
    }

    private static func filler(_ node: GraphNode) throws -> ONNXTensor {
        guard let value = node.tensor("value") else {
            return ONNXTensor(name: "", shape: [], elements: .floats([0]))
        }
        let tensor = try ONNXTensor(value, path: node.name)
        guard tensor.elements.count == 1 else { throw Untranslatable("a filler of \(tensor.shape)") }
        return tensor
    }

    private func gather(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        guard inputs.count > 1, let indices = inputs[1].integers else { throw Untranslatable("no indices") }
        let dims = inputs[0].shape
        let axis = try node.axis(node.integer("axis", or: 0), rank: dims.count)
        guard axis < dims.count else { throw Untranslatable("a part of a single number") }
        let size = dims[axis]
        let (before, after) = (dims[..<axis].product, dims[(axis + 1)...].product)
        try account(before * after * indices.count)
        var places: [Int] = []
        for block in 0..<before {
            for index in indices {
                guard (Int64(-size)..<Int64(size)).contains(index) else {
                    throw Untranslatable("index \(index) along an axis of \(size)")
                }
                let place = Int(index) < 0 ? Int(index) + size : Int(index)
                let start = (block * size + place) * after
                places += start..<start + after
            }
        }
        return ONNXTensor(
            name: node.name, shape: dims[..<axis] + inputs[1].shape + dims[(axis + 1)...],
            elements: inputs[0].elements.picked(places))
    }

    private func concatenate(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        let dims = inputs[0].shape
        let axis = try node.axis(node.integer("axis", or: 1), rank: dims.count)
        guard
            axis < dims.count,
            inputs.allSatisfy({ other in
                other.shape.count == dims.count
                    && dims.indices.allSatisfy { $0 == axis || dims[$0] == other.shape[$0] }
            })
        else { throw Untranslatable("arrays of \(inputs.map(\.shape))") }
        var shape = dims
        shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
        try account(shape.product)
        var parts: [ONNXTensor.Elements] = []
        for block in 0..<dims[..<axis].product {
            for input in inputs {
                let count = input.shape[axis...].product
                parts.append(input.elements.picked(Array(block * count..<(block + 1) * count)))
            }
        }
        guard let joined = ONNXTensor.Elements.joined(parts) else {
            throw Untranslatable("arrays of different types")
        }
        return ONNXTensor(name: node.name, shape: shape, elements: joined)
    }
}
