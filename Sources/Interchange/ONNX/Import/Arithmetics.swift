import Networks
import Tensors

/// Sums, differences, products and quotients: of computed values, and of one with a constant.
extension GraphTranslator {
    func translateArithmetic(_ node: GraphNode) throws {
        switch (try value(node, 0), try value(node, 1)) {
        case (.computed(let one), .computed(let other)):
            give(node, .computed(try combine(node, one, other)))
        case (.computed(let value), .constant(let constant)):
            try translate(node, value, constant, isReversed: false)
        case (.constant(let constant), .computed(let value)):
            try translate(node, value, constant, isReversed: true)
        default: throw Untranslatable("it needs two inputs")
        }
    }

    // MARK: With a constant

    private func translate(
        _ node: GraphNode, _ value: ComputedValue, _ constant: ONNXConstant, isReversed: Bool
    ) throws {
        if node.type == "Add", try addBias(node, value, constant, input: isReversed ? 1 : 0) { return }
        let (scale, offset) = try affine(node.type, constant, isReversed: isReversed)
        let plan = try BroadcastPlan(of: constant.shape, over: value.dims, isBatched: value.isBatched)
        let (view, axes, expands) = try figures(plan, value)
        var layer = Affine(over: axes, hasScale: scale != nil, hasOffset: offset != nil)
        if constant.count == 1 {
            // Single numbers are how inputs are scaled, not what was learned.
            layer.scaleFactors = LearnFactors(rate: 0, l2: 0)
            layer.offsetFactors = LearnFactors(rate: 0, l2: 0)
        }
        let output = try appendLike(value, layer, node, view: view)
        for (name, figure) in [("scale", scale), ("offset", offset)] {
            guard let figure else { continue }
            setWeights(output.layer, name) { target in
                let source = try figure()
                if expands {
                    _ = target.update(from: try plan.expanded(source))
                } else if source.count == 1 {
                    target.update(repeating: try source.floats()[0])
                } else {
                    try source.read(into: target)
                }
            }
        }
        give(node, .computed(output))
    }

    private typealias Figure = () throws -> ONNXConstant

    /// What `value op constant`, or reversed, is as `scale · value + offset`.
    private func affine(
        _ type: String, _ constant: ONNXConstant, isReversed: Bool
    ) throws -> (scale: Figure?, offset: Figure?) {
        func mapped(_ function: @escaping (Float) -> Float) -> Figure {
            return { constant.with(try constant.floats().map(function)) }
        }
        switch (type, isReversed) {
        case ("Add", _): return (nil, { constant })
        case ("Sub", false): return (nil, mapped { -$0 })
        case ("Sub", true): return (mapped { _ in -1 }, { constant })
        case ("Mul", _): return ({ constant }, nil)
        case ("Div", false): return (mapped { 1 / $0 }, nil)
        default: throw Untranslatable("a constant divided by a computed value")
        }
    }

    /// The view of the value along whose axes the figures differ, and whether they must be repeated for it.
    private func figures(
        _ plan: BroadcastPlan, _ value: ComputedValue
    ) throws -> (view: Shape, axes: Affine.Axes, expands: Bool) {
        if plan.axes.isEmpty { return (value.shape, [], false) }
        let natural = Shape(viewing: plan.sample)
        if plan.sample.count <= 3 {
            let along: [Affine.Axes] =
                [[.channels], [.channels, .columns], [.channels, .rows, .columns]][plan.sample.count - 1]
            let axes = Affine.Axes(plan.sample.indices.filter { plan.sizes[$0] > 1 }.map { along[$0] })
            return (natural, axes, false)
        }
        guard plan.isContiguous else {
            try account(value.sampleCount)
            return (Shape(value.sampleCount), .channels, true)
        }
        let before = plan.sample[..<plan.axes.lowerBound].product
        let along = plan.sample[plan.axes].product
        return (Shape(before, along, plan.sample[plan.axes.upperBound...].product), .rows, false)
    }

    /// A bias that stands as a node of its own behind a convolution or a product.
    private func addBias(
        _ node: GraphNode, _ value: ComputedValue, _ constant: ONNXConstant, input: Int
    ) throws -> Bool {
        guard let index = draftIndex(value.layer), isOnlyUse(of: value.layer, as: node.proto.input[input])
        else { return false }
        let units: Int
        switch drafts[index].layer {
        case let layer as Convolution where !layer.hasBias && value.sampleDims.count >= 1:
            units = layer.filters
        case let layer as FullyConnected where !layer.hasBias: units = layer.outputs
        default: return false
        }
        guard let plan = try? BroadcastPlan(of: constant.shape, over: value.dims, isBatched: value.isBatched),
            plan.sample.product == value.sampleCount, constant.count == 1 || constant.count == units
        else { return false }
        let before = plan.sample[..<plan.axes.lowerBound].product
        guard constant.count == 1 || (before == 1 && plan.sample[plan.axes].product == units) else {
            return false
        }
        switch drafts[index].layer {
        case let layer as Convolution: drafts[index].layer = layer.withBias()
        case let layer as FullyConnected:
            drafts[index].layer = FullyConnected(outputs: layer.outputs, initializer: layer.initializer)
        default: return false
        }
        setWeights(value.layer, "bias") { target in
            if constant.count == 1 {
                target.update(repeating: try constant.floats()[0])
            } else {
                try constant.read(into: target)
            }
        }
        give(node, .computed(value))
        return true
    }

    // MARK: Of computed values

    func combine(
        _ node: GraphNode, _ one: ComputedValue, _ other: ComputedValue, part: String = ""
    ) throws -> ComputedValue {
        let dims = try broadcast(one.dims, other.dims)
        // A single sample next to an array of more rows: there is nothing left that counts samples.
        let isBatched = (one.isBatched || other.isBatched) && dims.first == batch
        guard one.isBatched == other.isBatched || batch == 1 else {
            throw Untranslatable("a value of samples with one that is not")
        }
        let operation: Arithmetic.Operation =
            switch node.type {
            case "Sub": .subtraction
            case "Mul": .multiplication
            case "Div": .division
            default: .addition
            }
        let count = dims.product / (isBatched ? batch : 1)
        if operation == .addition, one.sampleCount == count, other.sampleCount == count {
            let view = one.shape
            let inputs = [one.layer, try layerName(of: other, as: view, node)]
            return try append(Addition(), node, inputs, part: part, dims: dims, isBatched: isBatched)
        }
        let offset = isBatched ? 1 : 0
        let (first, second) = try alignedViews(
            Self.padded(one.dims, to: dims.count).dropFirst(offset),
            Self.padded(other.dims, to: dims.count).dropFirst(offset))
        let inputs = [try layerName(of: one, as: first, node), try layerName(of: other, as: second, node)]
        return try append(Arithmetic(operation), node, inputs, part: part, dims: dims, isBatched: isBatched)
    }

    static func padded(_ dims: [Int], to rank: Int) -> [Int] {
        Array(repeating: 1, count: max(0, rank - dims.count)) + dims
    }

    private func broadcast(_ one: [Int], _ other: [Int]) throws -> [Int] {
        let rank = max(one.count, other.count)
        let dims = try zip(Self.padded(one, to: rank), Self.padded(other, to: rank)).map { a, b in
            guard a == b || a == 1 || b == 1 else {
                throw Untranslatable("values of shapes \(one) and \(other)")
            }
            return max(a, b)
        }
        guard dims.reduce(1.0, { $0 * Double($1) }) <= Double(Self.mostNumbers) else {
            throw Untranslatable("its output would be \(dims)")
        }
        return dims
    }

    /// Views of three axes in which two values still stand to each other as they do in all their axes: neighbouring
    /// axes that are repeated alike become one.
    private func alignedViews(
        _ one: ArraySlice<Int>, _ other: ArraySlice<Int>
    ) throws -> (Shape, Shape) {
        if one.count <= 3 { return (Shape(viewing: Array(one)), Shape(viewing: Array(other))) }
        var merged: [(a: Int, b: Int)] = []
        for (a, b) in zip(one, other) where a != 1 || b != 1 {
            if let last = merged.last, (last.a == last.b) == (a == b), (last.a == 1) == (a == 1),
                (last.b == 1) == (b == 1)
            {
                merged[merged.count - 1] = (last.a * a, last.b * b)
            } else {
                merged.append((a, b))
            }
        }
        guard merged.count <= 3 else {
            throw Untranslatable("values of shapes \(Array(one)) and \(Array(other))")
        }
        return (Shape(viewing: merged.map(\.a)), Shape(viewing: merged.map(\.b)))
    }

    func translateSum(_ node: GraphNode) throws {
        var computed: [ComputedValue] = []
        for position in node.proto.input.indices {
            switch try value(node, position) {
            case .computed(let value): computed.append(value)
            default: throw Untranslatable("its input \(position + 1) is a constant")
            }
        }
        guard var sum = computed.first else { throw Untranslatable("it has no inputs") }
        if computed.count > 1, computed.allSatisfy({ $0.dims == sum.dims && $0.isBatched == sum.isBatched }) {
            let inputs = try computed.map { try layerName(of: $0, as: sum.shape, node) }
            sum = try append(Addition(), node, inputs, dims: sum.dims, isBatched: sum.isBatched)
        } else {
            for other in computed.dropFirst() { sum = try combine(node, sum, other) }
        }
        give(node, .computed(sum))
    }
}

extension Convolution {
    /// The same with a bias.
    fileprivate func withBias() -> Convolution {
        func along(_ one: Int, _ other: Int) -> Extent { Extent(rows: one, columns: other) }
        let padding: Padding
        if case .explicit(let top, let bottom) = rows.padding,
            case .explicit(let left, let right) = columns.padding
        {
            padding = .explicit(top: top, left: left, bottom: bottom, right: right)
        } else {
            padding = .same
        }
        return Convolution(
            filters: filters, kernel: along(rows.kernel, columns.kernel),
            stride: along(rows.stride, columns.stride), padding: padding,
            dilation: along(rows.dilation, columns.dilation), groups: groups, hasBias: true,
            initializer: initializer)
    }
}
