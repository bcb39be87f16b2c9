import Networks
import Tensors

/// Convolutions and poolings: what slides over maps.
extension GraphTranslator {
    /// Attributes that convolutions and poolings share, along each spatial axis.
    struct Sliding {
        var kernel, strides, dilations, before, after: [Int]
        /// Padded as the output's size demands, an odd rest behind.
        var isSame = false

        /// The window along the axes of a map: of a signal the columns alone.
        func extent(_ sizes: [Int]) -> Extent {
            sizes.count == 1 ? Extent(rows: 1, columns: sizes[0]) : Extent(rows: sizes[0], columns: sizes[1])
        }

        var padding: Padding {
            if isSame { return .same }
            return before.count == 1
                ? .explicit(top: 0, left: before[0], bottom: 0, right: after[0])
                : .explicit(top: before[0], left: before[1], bottom: after[0], right: after[1])
        }

        /// The same along some of the axes.
        func along(_ axes: Range<Int>) -> Sliding {
            Sliding(
                kernel: Array(kernel[axes]), strides: Array(strides[axes]), dilations: Array(dilations[axes]),
                before: Array(before[axes]), after: Array(after[axes]), isSame: isSame)
        }
    }

    /// A sample `[C, …]` and its spatial sizes.
    func map(_ node: GraphNode) throws -> (value: ComputedValue, channels: Int, spatial: [Int]) {
        let value = try computed(node)
        var dims = value.sampleDims
        if !value.isBatched {
            guard dims.first == 1 else {
                throw Untranslatable("it takes \(value.dims), whose first axis does not count samples")
            }
            dims.removeFirst()
        }
        guard let channels = dims.first else {
            throw Untranslatable("it takes \(value.dims), without channels")
        }
        return (value, channels, Array(dims.dropFirst()))
    }

    private func sliding(_ node: GraphNode, kernel: [Int], spatial: [Int]) throws -> Sliding {
        let axes = spatial.count
        func sizes(_ name: String, count: Int, or standard: Int, atLeast least: Int) throws -> [Int] {
            let sizes = try node.integers(name) ?? Array(repeating: standard, count: count)
            guard sizes.count == count else {
                throw Untranslatable("\(name) has \(sizes.count) numbers, expected \(count)")
            }
            guard sizes.allSatisfy({ (least...1 << 16).contains($0) }) else {
                throw Untranslatable("\(name) \(sizes) is out of range")
            }
            return sizes
        }
        guard kernel.count == axes else {
            throw Untranslatable("a window of \(kernel.count) axes over maps of \(axes)")
        }
        guard kernel.allSatisfy({ (1...1 << 16).contains($0) }) else {
            throw Untranslatable("kernel_shape \(kernel) is out of range")
        }
        var result = Sliding(
            kernel: kernel, strides: try sizes("strides", count: axes, or: 1, atLeast: 1),
            dilations: try sizes("dilations", count: axes, or: 1, atLeast: 1),
            before: Array(repeating: 0, count: axes), after: Array(repeating: 0, count: axes))
        switch node.text("auto_pad") ?? "NOTSET" {
        case "NOTSET", "":
            let pads = try sizes("pads", count: 2 * axes, or: 0, atLeast: 0)
            (result.before, result.after) = (Array(pads[..<axes]), Array(pads[axes...]))
        case "VALID": break
        case "SAME_UPPER": result.isSame = true
        case "SAME_LOWER": padLower(&result, spatial)
        case let other: throw Untranslatable("auto_pad \(other)")
        }
        return result
    }

    /// `same` with an odd rest before and not behind.
    private func padLower(_ sliding: inout Sliding, _ spatial: [Int]) {
        for axis in spatial.indices {
            let stride = sliding.strides[axis]
            let reach = sliding.dilations[axis] * (sliding.kernel[axis] - 1) + 1
            let count = (spatial[axis] + stride - 1) / stride
            let total = max(0, (count - 1) * stride + reach - spatial[axis])
            (sliding.before[axis], sliding.after[axis]) = ((total + 1) / 2, total / 2)
        }
    }

    private func mapView(_ channels: Int, _ spatial: [Int]) -> Shape {
        spatial.count == 1 ? Shape(channels, 1, spatial[0]) : Shape(channels, spatial[0], spatial[1])
    }

    private func mapDims(_ value: ComputedValue, _ shape: Shape, axes: Int) -> [Int] {
        (value.isBatched ? [batch] : [1])
            + (axes == 1 ? [shape.channels, shape.width] : [shape.channels, shape.height, shape.width])
    }

    func translateConvolution(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        let kernel = try requiredConstant(node, 1)
        guard spatial.count == kernel.shape.count - 2 else {
            throw Untranslatable("weights of shape \(kernel.shape) over maps of \(spatial.count) axes")
        }
        guard (1...2).contains(spatial.count) else {
            throw Untranslatable("a convolution along \(spatial.count) axes")
        }
        let sliding = try sliding(
            node, kernel: node.integers("kernel_shape") ?? Array(kernel.shape.dropFirst(2)), spatial: spatial)
        guard kernel.shape.dropFirst(2).elementsEqual(sliding.kernel) else {
            throw Untranslatable("kernel_shape \(sliding.kernel) with weights of shape \(kernel.shape)")
        }
        let groups = try node.integer("group", or: 1)
        guard groups > 0, kernel.shape[1] <= 1 << 24, channels == groups * kernel.shape[1] else {
            throw Untranslatable(
                "weights of shape \(kernel.shape) in \(groups) groups over \(channels) channels")
        }
        let bias = try constant(node, 2)
        guard bias.map({ $0.shape == [kernel.shape[0]] }) ?? true else {
            throw Untranslatable("a bias of shape \(bias?.shape ?? []) for \(kernel.shape[0]) filters")
        }
        let (source, padding) = absorbBorder(value, sliding.padding)
        let layer = Convolution(
            filters: kernel.shape[0], kernel: sliding.extent(sliding.kernel),
            stride: sliding.extent(sliding.strides), padding: padding,
            dilation: sliding.extent(sliding.dilations), groups: groups, hasBias: bias != nil)
        let sourceSpatial =
            source.layer == value.layer ? spatial : Array(source.sampleDims.suffix(spatial.count))
        let input = try layerName(of: source, as: mapView(channels, sourceSpatial), node)
        var output = try append(layer, node, [input], dims: [], isBatched: value.isBatched)
        output.dims = mapDims(value, output.shape, axes: spatial.count)
        setWeights(output.layer, "weights", to: kernel)
        if let bias { setWeights(output.layer, "bias", to: bias) }
        give(node, .computed(output))
    }

    /// Zeros that a layer of their own put around a map become the convolution's padding.
    private func absorbBorder(_ value: ComputedValue, _ padding: Padding) -> (ComputedValue, Padding) {
        guard let (source, border) = borders[value.layer], border.filling == .constant(0),
            border.channels == Border.Amount(before: 0, after: 0),
            min(border.rows.before, border.rows.after, border.columns.before, border.columns.after) >= 0,
            case .explicit(let top, let left, let bottom, let right) = padding
        else { return (value, padding) }
        return (
            source,
            .explicit(
                top: top + border.rows.before, left: left + border.columns.before,
                bottom: bottom + border.rows.after, right: right + border.columns.after)
        )
    }

    func translatePooling(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        guard let kernel = try node.integers("kernel_shape") else { throw Untranslatable("no kernel_shape") }
        guard (1...3).contains(spatial.count) else {
            throw Untranslatable("a pooling along \(spatial.count) axes")
        }
        if node.proto.output.count > 1, isUsed(node.proto.output[1]) {
            throw Untranslatable("its second output, the places of the maxima, is not computed")
        }
        let sliding = try sliding(node, kernel: kernel, spatial: spatial)
        let layer = try poolingMaker(node)
        guard spatial.count == 3 else {
            let input = try layerName(of: value, as: mapView(channels, spatial), node)
            var output = try append(layer(sliding), node, [input], dims: [], isBatched: value.isBatched)
            output.dims = mapDims(value, output.shape, axes: spatial.count)
            return give(node, .computed(output))
        }
        // A window over three axes is one over two and then one over the first.
        let view = try layerName(of: value, as: Shape(channels * spatial[0], spatial[1], spatial[2]), node)
        let planes = try append(
            layer(sliding.along(1..<3)), node, [view], part: "planes", dims: [], isBatched: value.isBatched)
        let (height, width) = (planes.shape.height, planes.shape.width)
        let column = try layerName(of: planes, as: Shape(channels, spatial[0], height * width), node)
        var depth = sliding.along(0..<1)
        depth.kernel.append(1)
        depth.strides.append(1)
        depth.dilations.append(1)
        depth.before.append(0)
        depth.after.append(0)
        var output = try append(layer(depth), node, [column], dims: [], isBatched: value.isBatched)
        output.dims =
            (value.isBatched ? [batch] : [1]) + [channels, output.shape.height, height, width]
        give(node, .computed(output))
    }

    private func poolingMaker(_ node: GraphNode) throws -> (Sliding) -> any Layer {
        let roundsUp = try node.integer("ceil_mode", or: 0) != 0
        guard node.type == "AveragePool" else {
            return { sliding in
                MaxPooling(
                    size: sliding.extent(sliding.kernel), stride: sliding.extent(sliding.strides),
                    padding: sliding.padding, dilation: sliding.extent(sliding.dilations),
                    roundsUp: roundsUp)
            }
        }
        let countsPadding = try node.integer("count_include_pad", or: 0) != 0
        return { sliding in
            AveragePooling(
                size: sliding.extent(sliding.kernel), stride: sliding.extent(sliding.strides),
                padding: sliding.padding, dilation: sliding.extent(sliding.dilations),
                countsPadding: countsPadding, roundsUp: roundsUp)
        }
    }

    func translateGlobalPooling(_ node: GraphNode) throws {
        let (value, channels, spatial) = try map(node)
        let view = Shape(viewing: [channels] + spatial)
        let layer: any Layer = node.type == "GlobalMaxPool" ? GlobalMaxPooling() : GlobalAveragePooling()
        let input = try layerName(of: value, as: view, node)
        let dims = [value.isBatched ? batch : 1, channels] + spatial.map { _ in 1 }
        give(node, .computed(try append(layer, node, [input], dims: dims, isBatched: value.isBatched)))
    }
}
