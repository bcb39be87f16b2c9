import Networks

/// Arithmetic on constants; on integers as integers, for shapes are computed with it.
extension GraphTranslator {
    static func broadcastShape(_ one: [Int], _ other: [Int]) throws -> [Int] {
        let rank = max(one.count, other.count)
        return try zip(padded(one, to: rank), padded(other, to: rank)).map { a, b in
            guard a == b || a == 1 || b == 1 else { throw Untranslatable("arrays of \(one) and \(other)") }
            return a == 1 ? b : a
        }
    }

    func arithmetic(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        var result = inputs[0]
        for other in inputs.dropFirst() {
            let shape = try Self.broadcastShape(result.shape, other.shape)
            guard shape.reduce(1.0, { $0 * Double($1) }) < 0x1p40 else {
                throw Untranslatable("an array of \(shape)")
            }
            try account(shape.product)
            let one = result.elements.picked(Strided(result.shape).repeated(to: shape).places())
            let two = other.elements.picked(Strided(other.shape).repeated(to: shape).places())
            result = ONNXTensor(
                name: node.name, shape: shape, elements: try Self.combine(node.type, one, two))
        }
        return result
    }

    private static func combine(
        _ type: String, _ one: ONNXTensor.Elements, _ other: ONNXTensor.Elements
    ) throws -> ONNXTensor.Elements {
        switch (one, other) {
        case (.integers(let a), .integers(let b)):
            return .integers(try zip(a, b).map { try integer(type, $0, $1) })
        case (.floats(let a), .floats(let b)): return .floats(zip(a, b).map { real(type, $0, $1) })
        default: return .doubles(zip(one.reals, other.reals).map { real(type, $0, $1) })
        }
    }

    private static func integer(_ type: String, _ a: Int64, _ b: Int64) throws -> Int64 {
        let (value, overflows) =
            switch type {
            case "Sub": a.subtractingReportingOverflow(b)
            case "Mul": a.multipliedReportingOverflow(by: b)
            case "Div": a.dividedReportingOverflow(by: b)
            default: a.addingReportingOverflow(b)
            }
        guard !overflows else { throw Untranslatable("\(a) and \(b) in it have no result") }
        return value
    }

    private static func real<Number: BinaryFloatingPoint>(_ type: String, _ a: Number, _ b: Number) -> Number
    {
        switch type {
        case "Sub": a - b
        case "Mul": a * b
        case "Div": a / b
        default: a + b
        }
    }

    func each(_ node: GraphNode, _ input: ONNXTensor) throws -> ONNXTensor {
        func function<Number: BinaryFloatingPoint>(_ x: Number) -> Number {
            switch node.type {
            case "Neg": -x
            case "Sqrt": x.squareRoot()
            case "Reciprocal": 1 / x
            case "Floor": x.rounded(.down)
            default: x.rounded(.up)
            }
        }
        let elements: ONNXTensor.Elements
        switch input.elements {
        case .floats(let values): elements = .floats(values.map { function($0) })
        case .doubles(let values): elements = .doubles(values.map { function($0) })
        case .integers(let values):
            guard node.type == "Neg" else { throw Untranslatable("of integers") }
            elements = .integers(values.map { 0 &- $0 })
        }
        return ONNXTensor(name: node.name, shape: input.shape, elements: elements)
    }

    /// To the kinds that are told apart here; a fraction is cut off.
    static func cast(_ elements: ONNXTensor.Elements, to type: Int) -> ONNXTensor.Elements {
        switch Onnx_TensorProto.DataType(rawValue: type) ?? .undefined {
        case .float, .float16, .bfloat16: return .floats(elements.reals.map { Float($0) })
        case .double: return .doubles(elements.reals)
        case .bool: return .integers(elements.reals.map { $0 == 0 ? 0 : 1 })
        default:
            if case .integers = elements { return elements }
            return .integers(elements.reals.map { Int64(exactly: $0.rounded(.towardZero)) ?? 0 })
        }
    }

    func range(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        let figures = try inputs.map { (input) throws -> Int in
            guard let value = input.integers?.first else { throw Untranslatable("a range of fractions") }
            return try GraphNode.checked(value, "a bound")
        }
        guard figures.count == 3, figures[2] != 0 else { throw Untranslatable("start, limit and delta") }
        let values = stride(from: figures[0], to: figures[1], by: figures[2])
        let count = max(0, (figures[1] - figures[0]) / figures[2] + 1)
        try account(count)
        let elements = values.map { Int64($0) }
        return ONNXTensor(name: node.name, shape: [elements.count], elements: .integers(elements))
    }

    // MARK: Products

    func multiply(_ node: GraphNode, _ inputs: [ONNXTensor]) throws -> ONNXTensor {
        guard inputs.count > 1, inputs[0].shape.count >= 2, inputs[1].shape.count >= 2 else {
            throw Untranslatable("a product of \(inputs.map(\.shape))")
        }
        func operand(_ tensor: ONNXTensor, _ attribute: String) throws -> ONNXTensor {
            guard try node.integer(attribute, or: 0) != 0 else { return tensor }
            return ONNXTensor(
                name: "", shape: tensor.shape.reversed(),
                elements: tensor.elements.picked(Strided(tensor.shape).turned([1, 0]).places()))
        }
        let isGemm = node.type == "Gemm"
        guard !isGemm || inputs.prefix(2).allSatisfy({ $0.shape.count == 2 }) else {
            throw Untranslatable("a product of \(inputs.map(\.shape))")
        }
        let a = isGemm ? try operand(inputs[0], "transA") : inputs[0]
        let b = isGemm ? try operand(inputs[1], "transB") : inputs[1]
        var product = try Self.product(a, b, node, account)
        guard isGemm else { return product }
        let (alpha, beta) = (node.real("alpha", or: 1), node.real("beta", or: 1))
        var values = product.elements.reals.map { alpha * $0 }
        if inputs.count > 2 {
            let places = Strided(inputs[2].shape).repeated(to: product.shape).places()
            guard try Self.broadcastShape(inputs[2].shape, product.shape) == product.shape else {
                throw Untranslatable("a bias of \(inputs[2].shape)")
            }
            let bias = inputs[2].elements.reals
            for (index, place) in places.enumerated() { values[index] += beta * bias[place] }
        }
        product = ONNXTensor(
            name: node.name, shape: product.shape, elements: .floats(values.map { Float($0) }))
        return product
    }

    /// `[…, M, K] · […, K, N]`, the axes before repeated as needed.
    private static func product(
        _ a: ONNXTensor, _ b: ONNXTensor, _ node: GraphNode, _ account: (Int) throws -> Void
    ) throws -> ONNXTensor {
        let (rows, inner) = (a.shape[a.shape.count - 2], a.shape[a.shape.count - 1])
        let columns = b.shape[b.shape.count - 1]
        guard b.shape[b.shape.count - 2] == inner else {
            throw Untranslatable("a product of \(a.shape) and \(b.shape)")
        }
        let outer = try broadcastShape(a.shape.dropLast(2), b.shape.dropLast(2))
        let work = (outer + [rows, columns, inner]).reduce(1.0) { $0 * Double($1) }
        guard work < 0x1p32 else { throw Untranslatable("a product of \(a.shape) and \(b.shape)") }
        try account(outer.product * rows * columns)
        let left = Strided(Array(a.shape.dropLast(2))).repeated(to: outer).places()
        let right = Strided(Array(b.shape.dropLast(2))).repeated(to: outer).places()
        let (x, y) = (a.elements.reals, b.elements.reals)
        var result: [Float] = []
        result.reserveCapacity(outer.product * rows * columns)
        for (first, second) in zip(left, right) {
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for index in 0..<inner {
                        sum +=
                            x[(first * rows + row) * inner + index]
                            * y[(second * inner + index) * columns + column]
                    }
                    result.append(Float(sum))
                }
            }
        }
        return ONNXTensor(name: node.name, shape: outer + [rows, columns], elements: .floats(result))
    }
}

extension ArraySlice<Int> {
    var product: Int { reduce(1, *) }
}

extension GraphTranslator {
    fileprivate static func broadcastShape(_ one: ArraySlice<Int>, _ other: ArraySlice<Int>) throws -> [Int] {
        try broadcastShape(Array(one), Array(other))
    }
}
