import Networks

/// Computes nodes whose inputs are all known: weights that are put together, and the arithmetic of shapes.
enum ConstantFolder {
    static let operators: Set<String> = [
        "Constant", "ConstantOfShape", "Identity", "Cast", "Reshape", "Flatten", "Transpose", "Squeeze",
        "Unsqueeze", "Gather", "Slice", "Concat", "Add", "Sub", "Mul", "Div", "Sum", "Neg", "Sqrt",
        "Reciprocal", "Floor", "Ceil", "Expand", "Range", "ReduceProd", "Shape", "Pad", "MatMul", "Gemm",
    ]

    // MARK: Shapes

    /// What `Reshape` makes of an array: 0 keeps a size, one −1 takes what is left.
    static func resolve(_ wanted: [Int], from dims: [Int], keepsZero: Bool) throws -> [Int] {
        var result = wanted
        for (axis, size) in wanted.enumerated() {
            guard size >= -1 else { throw Untranslatable("shape \(wanted)") }
            if size == 0, !keepsZero {
                guard axis < dims.count else { throw Untranslatable("shape \(wanted) for \(dims)") }
                result[axis] = dims[axis]
            }
        }
        let open = result.indices.filter { result[$0] == -1 }
        guard open.count <= 1 else { throw Untranslatable("shape \(wanted) with more than one −1") }
        let total = dims.product
        if let axis = open.first {
            let known = result.filter { $0 >= 0 }.reduce(1.0) { $0 * Double($1) }
            guard known > 0, known <= Double(total), total.isMultiple(of: Int(known)) else {
                throw Untranslatable("shape \(wanted) for \(dims)")
            }
            result[axis] = total / Int(known)
        }
        guard result.reduce(1.0, { $0 * Double($1) }) == Double(total) else {
            throw Untranslatable("shape \(wanted) for \(dims)")
        }
        return result
    }

    static func squeezed(_ dims: [Int], axes: [Int]?, _ node: GraphNode) throws -> [Int] {
        guard let axes, !axes.isEmpty else { return dims.filter { $0 != 1 } }
        let gone = Set(try axes.map { try node.axis($0, rank: dims.count) })
        guard gone.allSatisfy({ dims[$0] == 1 }) else {
            throw Untranslatable("axes \(axes) of \(dims), which are not all 1")
        }
        return dims.indices.filter { !gone.contains($0) }.map { dims[$0] }
    }

    static func unsqueezed(_ dims: [Int], axes: [Int], _ node: GraphNode) throws -> [Int] {
        let rank = dims.count + axes.count
        guard rank <= 16 else { throw Untranslatable("an array of \(rank) axes") }
        let new = Set(try axes.map { try node.axis($0, rank: rank) })
        guard new.count == axes.count else { throw Untranslatable("axes \(axes), one of them twice") }
        var rest = dims[...]
        return (0..<rank).map { new.contains($0) ? 1 : rest.popFirst() ?? 1 }
    }

    /// The part of each axis that `Slice` takes. `read` gives an attribute or an input by name and position.
    static func sliceRanges(
        of dims: [Int], _ read: (String, Int) throws -> [Int]?
    ) throws -> [Slicing.Range] {
        guard let starts = try read("starts", 1), let ends = try read("ends", 2) else {
            throw Untranslatable("no starts or ends")
        }
        let axes = try read("axes", 3) ?? Array(starts.indices)
        let steps = try read("steps", 4) ?? starts.map { _ in 1 }
        guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
            throw Untranslatable("starts \(starts), ends \(ends), axes \(axes), steps \(steps)")
        }
        var ranges = dims.map { Slicing.Range(count: $0) }
        for index in starts.indices {
            guard (-dims.count..<dims.count).contains(axes[index]), steps[index] != 0 else {
                throw Untranslatable("axis \(axes[index]) in steps of \(steps[index])")
            }
            let axis = axes[index] < 0 ? axes[index] + dims.count : axes[index]
            ranges[axis] = range(starts[index], ends[index], step: steps[index], size: dims[axis])
        }
        return ranges
    }

    /// Python's `start:end:step`.
    private static func range(_ start: Int, _ end: Int, step: Int, size: Int) -> Slicing.Range {
        // Beyond the array there is nothing, however far.
        let step = min(max(step, -size - 1), size + 1)
        func place(_ place: Int, _ low: Int, _ high: Int) -> Int {
            let counted = place < 0 ? place.addingReportingOverflow(size).partialValue : place
            return min(max(counted, low), high)
        }
        if step > 0 {
            let (first, last) = (place(start, 0, size), place(end, 0, size))
            return .init(start: first, count: max(0, (last - first + step - 1) / step), step: step)
        }
        let (first, last) = (place(start, 0, size - 1), place(end, -1, size - 1))
        return .init(start: first, count: max(0, (first - last - step - 1) / -step), step: step)
    }
}

extension ONNXTensor.Elements {
    /// The elements at these places.
    func picked(_ places: [Int]) -> ONNXTensor.Elements {
        switch self {
        case .floats(let values): .floats(places.map { values[$0] })
        case .doubles(let values): .doubles(places.map { values[$0] })
        case .integers(let values): .integers(places.map { values[$0] })
        }
    }

    /// As floating-point numbers, exact for integers up to 2⁵³.
    var reals: [Double] {
        switch self {
        case .floats(let values): values.map { Double($0) }
        case .doubles(let values): values
        case .integers(let values): values.map { Double($0) }
        }
    }

    /// The elements of several, one behind the other.
    static func joined(_ parts: [ONNXTensor.Elements]) -> ONNXTensor.Elements? {
        var (floats, doubles, integers): ([Float], [Double], [Int64]) = ([], [], [])
        for part in parts {
            switch part {
            case .floats(let values): floats += values
            case .doubles(let values): doubles += values
            case .integers(let values): integers += values
            }
        }
        let kinds = [!floats.isEmpty, !doubles.isEmpty, !integers.isEmpty].filter { $0 }.count
        guard kinds <= 1 else { return nil }
        if !floats.isEmpty { return .floats(floats) }
        return doubles.isEmpty ? .integers(integers) : .doubles(doubles)
    }
}
