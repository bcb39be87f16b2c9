import Networks
import Tensors

/// Nodes that say how an array is seen: most leave no layer at all.
extension GraphTranslator {
    /// The same numbers with other axes.
    func reviewed(_ value: ComputedValue, as dims: [Int]) throws -> ComputedValue {
        guard dims.allSatisfy({ $0 > 0 }), dims.reduce(1.0, { $0 * Double($1) }) == Double(value.dims.product)
        else { throw Untranslatable("\(value.dims) seen as \(dims)") }
        var result = value
        result.dims = dims
        result.isBatched = dims.first == batch && (value.isBatched || batch == 1)
        guard result.isBatched == value.isBatched || batch == 1 else {
            throw Untranslatable("\(value.dims) seen as \(dims) mixes \(batch) samples")
        }
        return result
    }

    func translateFlatten(_ node: GraphNode) throws {
        let value = try computed(node)
        let rank = value.dims.count
        let axis = try node.integer("axis", or: 1)
        let place = axis == rank ? rank : try node.axis(axis, rank: rank)
        give(
            node,
            .computed(
                try reviewed(value, as: [value.dims[..<place].product, value.dims[place...].product])))
    }

    func translateReshape(_ node: GraphNode) throws {
        let value = try computed(node)
        let wanted = try requiredConstant(node, 1).integers()
        let keepsZero = try node.integer("allowzero", or: 0) != 0
        give(
            node,
            .computed(
                try reviewed(
                    value, as: ConstantFolder.resolve(wanted, from: value.dims, keepsZero: keepsZero))))
    }

    func translateSqueeze(_ node: GraphNode) throws {
        let value = try computed(node)
        let axes = node.opset < 13 ? try node.integers("axes") : try constant(node, 1)?.integers()
        give(
            node,
            .computed(try reviewed(value, as: ConstantFolder.squeezed(value.dims, axes: axes, node))))
    }

    func translateUnsqueeze(_ node: GraphNode) throws {
        let value = try computed(node)
        let axes =
            node.opset < 13 ? try node.integers("axes") ?? [] : try requiredConstant(node, 1).integers()
        give(
            node,
            .computed(try reviewed(value, as: ConstantFolder.unsqueezed(value.dims, axes: axes, node))))
    }

    func translateShape(_ node: GraphNode) throws {
        let dims: [Int]
        switch try value(node, 0) {
        case .computed(let value): dims = value.dims
        case .constant(let constant): dims = constant.shape
        default: throw Untranslatable("its input is missing")
        }
        let rank = dims.count
        func bound(_ name: String, or other: Int) throws -> Int {
            let place = try node.integer(name, or: other)
            return min(max(place < 0 ? place + rank : place, 0), rank)
        }
        let (start, end) = (try bound("start", or: 0), try bound("end", or: rank))
        let part = start < end ? Array(dims[start..<end]) : []
        give(
            node,
            .constant(
                ONNXConstant(
                    name: node.name, shape: [part.count], .integers(part.map { Int64($0) }), path: file.path))
        )
    }

    func translateTranspose(_ node: GraphNode) throws {
        let value = try computed(node)
        let rank = value.dims.count
        let order = try node.integers("perm") ?? Array((0..<rank).reversed())
        guard order.sorted() == Array(0..<rank) else {
            throw Untranslatable("perm \(order) for \(rank) axes")
        }
        if value.isBatched, order[0] == 0 {
            let result = try transposed(value, order.dropFirst().map { $0 - 1 }, node)
            return give(node, .computed(result))
        }
        guard batch == 1 || !value.isBatched else {
            throw Untranslatable("it moves the axis that counts samples")
        }
        // With a single sample its axis has no weight: all axes are the sample's own.
        var whole = value
        whole.isBatched = false
        give(node, .computed(try transposed(whole, order, node)))
    }

    /// The axes of the sample in another order; axis `i` of the result is axis `order[i]` of the value.
    func transposed(
        _ value: ComputedValue, _ order: [Int], _ node: GraphNode, part: String = ""
    ) throws -> ComputedValue {
        // What was turned before is turned once, both ways together.
        if let (source, before) = transpositions[value.layer],
            value.sampleDims == before.map({ source.sampleDims[$0] }), value.isBatched == source.isBatched
        {
            return try transposed(source, order.map { before[$0] }, node, part: part)
        }
        let sample = value.sampleDims
        let turned = order.map { sample[$0] }
        var result = value
        result.dims = (value.isBatched ? [batch] : []) + turned
        let moving = order.filter { sample[$0] > 1 }
        guard moving != moving.sorted() else { return result }
        // Axes of size 1 and axes that stay neighbours need no place of their own.
        let layer = Transposition(of: sample, order: order, to: Shape(viewing: turned))
        result = try append(
            layer, node, [value.layer], part: part, dims: result.dims, isBatched: value.isBatched)
        transpositions[result.layer] = (value, order)
        return result
    }

    func translateConcat(_ node: GraphNode) throws {
        var inputs: [ComputedValue] = []
        for position in node.proto.input.indices {
            inputs.append(try computed(node, position))
        }
        guard let first = inputs.first else { throw Untranslatable("it has no inputs") }
        let axis = try node.axis(node.integer("axis", or: 1), rank: first.dims.count)
        guard
            inputs.allSatisfy({ other in
                other.isBatched == first.isBatched && other.dims.count == first.dims.count
                    && other.dims.indices.allSatisfy { $0 == axis || other.dims[$0] == first.dims[$0] }
            })
        else { throw Untranslatable("inputs of shapes \(inputs.map(\.dims))") }
        guard inputs.count > 1 else { return give(node, .computed(first)) }
        guard first.isBatched ? axis > 0 : true else { throw Untranslatable("it puts samples together") }
        let total = inputs.reduce(0) { $0 + $1.dims[axis] }
        let result = try withAxisFirst(first, axis, node) { (front) throws in
            // Every input is turned as the first one was.
            var names: [String] = []
            for (index, input) in inputs.enumerated() {
                let turned =
                    index == 0 ? front : try self.turned(input, like: first, axis, node, part: "\(index)")
                let dims = turned.sampleDims
                let view =
                    dims.count <= 3
                    ? Shape(viewing: dims) : Shape(dims[0], dims.dropFirst().product, 1)
                names.append(try self.layerName(of: turned, as: view, node))
            }
            var dims = front.dims
            dims[front.isBatched ? 1 : 0] = total
            return try self.append(
                DepthConcatenation(), node, names, dims: dims, isBatched: front.isBatched)
        }
        give(node, .computed(result))
    }

    /// A further input of a node whose first one was turned by `withAxisFirst`.
    private func turned(
        _ value: ComputedValue, like first: ComputedValue, _ axis: Int, _ node: GraphNode, part: String
    ) throws -> ComputedValue {
        let place = axis - (first.isBatched ? 1 : 0)
        let sample = value.sampleDims
        guard first.sampleDims[..<place].product > 1 else {
            var front = value
            front.dims = (value.isBatched ? [batch] : []) + sample[place...] + sample[..<place]
            return front
        }
        let forth = [place] + sample.indices.filter { $0 != place }
        return try transposed(value, forth, node, part: "forth_\(part)")
    }

    // MARK: Parts

    func translateGather(_ node: GraphNode) throws {
        let value = try computed(node)
        let rank = value.dims.count
        let axis = try node.axis(node.integer("axis", or: 0), rank: rank)
        let constant = try requiredConstant(node, 1)
        let size = value.dims[axis]
        let indices = try constant.integers().map { index in
            guard (-size..<size).contains(index) else {
                throw Untranslatable("index \(index) along an axis of \(size)")
            }
            return index < 0 ? index + size : index
        }
        guard !indices.isEmpty else { throw Untranslatable("no indices") }
        try account(indices.count)
        let dims = value.dims[..<axis] + constant.shape + value.dims[(axis + 1)...]
        if value.isBatched, axis == 0 {
            guard indices == [0], batch == 1 else { throw Untranslatable("it picks samples") }
            return give(node, .computed(try reviewed(value, as: Array(dims))))
        }
        var result = try withAxisFirst(value, axis, node) { (front) throws in
            let view = Shape(viewing: front.sampleDims)
            var picked = try self.appendLike(front, ChannelSelection(indices), node, view: view)
            picked.dims[front.isBatched ? 1 : 0] = indices.count
            return picked
        }
        result.dims = Array(dims)
        result.isBatched = value.isBatched
        give(node, .computed(result))
    }

    func translateSlice(_ node: GraphNode) throws {
        let value = try computed(node)
        let ranges = try ConstantFolder.sliceRanges(of: value.dims) { (name, position) throws in
            node.opset < 10
                ? try node.integers(name) : try self.constant(node, position)?.integers()
        }
        guard ranges.allSatisfy({ $0.count > 0 }) else {
            throw Untranslatable("it takes nothing of \(value.dims)")
        }
        if value.isBatched, ranges[0].count != value.dims[0] || ranges[0].step != 1 {
            throw Untranslatable("it picks samples")
        }
        let sample = Array(ranges.dropFirst(value.isBatched ? 1 : 0))
        var result = value
        if sample.count <= 3 {
            result = try sliced(value, sample, node)
        } else {
            for axis in sample.indices { result = try slicedAlong(axis, result, sample[axis], node) }
        }
        result.dims = ranges.map(\.count)
        give(node, .computed(result))
    }

    private func sliced(
        _ value: ComputedValue, _ ranges: [Slicing.Range], _ node: GraphNode
    ) throws -> ComputedValue {
        let dims = value.sampleDims
        guard zip(ranges, dims).contains(where: { $0.count != $1 || $0.step != 1 }) else { return value }
        let one = Slicing.Range(count: 1)
        let (channels, rows, columns) =
            switch ranges.count {
            case 1: (ranges[0], one, one)
            case 2: (ranges[0], one, ranges[1])
            default: (ranges[0], ranges[1], ranges[2])
            }
        let view = Shape(viewing: dims)
        func strides(_ range: Slicing.Range, _ size: Int) -> Bool {
            range.start == 0 && range.step > 0 && range.count == (size + range.step - 1) / range.step
        }
        if channels == Slicing.Range(count: view.channels), strides(rows, view.height),
            strides(columns, view.width)
        {
            return try appendLike(
                value, Subsampling(stride: Extent(rows: rows.step, columns: columns.step)), node, view: view)
        }
        return try appendLike(
            value, Slicing(channels: channels, rows: rows, columns: columns), node, view: view)
    }

    private func slicedAlong(
        _ axis: Int, _ value: ComputedValue, _ range: Slicing.Range, _ node: GraphNode
    ) throws -> ComputedValue {
        let dims = value.sampleDims
        guard range.count != dims[axis] || range.step != 1 else { return value }
        let view = Shape(dims[..<axis].product, dims[axis], dims[(axis + 1)...].product)
        let layer = Slicing(
            channels: .init(count: view.channels), rows: range, columns: .init(count: view.width))
        var result = try appendLike(value, layer, node, view: view, part: "axis_\(axis)")
        result.dims[axis + (value.isBatched ? 1 : 0)] = range.count
        return result
    }

    func translatePad(_ node: GraphNode) throws {
        let value = try computed(node)
        let rank = value.dims.count
        let amounts = try padAmounts(node, rank: rank)
        if value.isBatched, amounts[0] != Border.Amount(before: 0, after: 0) {
            throw Untranslatable("it adds samples")
        }
        let dims = zip(value.dims, amounts).map { $0 + $1.before + $1.after }
        guard dims.allSatisfy({ $0 > 0 }) else { throw Untranslatable("it leaves nothing of \(value.dims)") }
        let filling = try padFilling(node)
        let sample = Array(amounts.dropFirst(value.isBatched ? 1 : 0))
        let none = Border.Amount(before: 0, after: 0)
        var result = value
        if sample.count <= 3 {
            let view = Shape(viewing: value.sampleDims)
            let border = Border(
                channels: sample.first ?? none, rows: sample.count == 3 ? sample[1] : none,
                columns: sample.count > 1 ? sample[sample.count - 1] : none, filling: filling)
            result = try appendLike(value, border, node, view: view)
            borders[result.layer] = (value, border)
        } else {
            for axis in sample.indices where sample[axis] != none {
                let dims = result.sampleDims
                let view = Shape(dims[..<axis].product, dims[axis], dims[(axis + 1)...].product)
                result = try appendLike(
                    result, Border(rows: sample[axis], filling: filling), node, view: view,
                    part: "axis_\(axis)")
                result.dims[axis + (value.isBatched ? 1 : 0)] += sample[axis].before + sample[axis].after
            }
        }
        result.dims = dims
        give(node, .computed(result))
    }

    private func padAmounts(_ node: GraphNode, rank: Int) throws -> [Border.Amount] {
        let pads =
            node.opset < 11 ? try node.integers("pads") ?? [] : try requiredConstant(node, 1).integers()
        let axes = try constant(node, 3)?.integers() ?? Array(0..<rank)
        guard pads.count == 2 * axes.count, pads.allSatisfy({ $0.magnitude <= 1 << 16 }) else {
            throw Untranslatable("pads \(pads) for \(axes.count) axes")
        }
        var amounts = Array(repeating: Border.Amount(before: 0, after: 0), count: rank)
        for (index, axis) in axes.enumerated() {
            amounts[try node.axis(axis, rank: rank)] = Border.Amount(
                before: pads[index], after: pads[index + axes.count])
        }
        return amounts
    }

    private func padFilling(_ node: GraphNode) throws -> Border.Filling {
        switch node.text("mode") ?? "constant" {
        case "constant":
            let value =
                node.opset < 11
                ? node.real("value", or: 0)
                : try constant(node, 2).map { try scalar($0, "constant_value") } ?? 0
            return .constant(value)
        case "reflect": return .reflect
        case "edge": return .edge
        case "wrap": return .wrap
        case let other: throw Untranslatable("mode \(other)")
        }
    }
}
