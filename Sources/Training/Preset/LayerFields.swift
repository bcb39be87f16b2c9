import Networks
import Yams

/// Along which axes a window slides: images have both, signals only columns.
enum WindowAxes { case both, columns }

// The arguments that several layers share.
extension PresetFields {
    func convolution(filters: Int, along axes: WindowAxes) throws(PresetError) -> Convolution {
        var layer = Convolution(
            filters: filters, kernel: try requiredExtent("kernel", along: axes),
            stride: try extent("stride", along: axes) ?? 1, padding: try padding(along: axes),
            dilation: try extent("dilation", along: axes) ?? 1,
            groups: try integer("groups", 1...Int.max, like: 2) ?? 1,
            hasBias: try self["bias"]?.toggle() ?? true, initializer: try initializer())
        layer.weightFactors = try factors("weight", LearnFactors())
        layer.biasFactors = try factors("bias", .bias)
        return layer
    }

    func maxPooling(along axes: WindowAxes) throws(PresetError) -> MaxPooling {
        MaxPooling(
            size: try requiredExtent("size", along: axes), stride: try extent("stride", along: axes),
            padding: try padding(along: axes), dilation: try extent("dilation", along: axes) ?? 1,
            roundsUp: try self["roundsUp"]?.toggle() ?? false)
    }

    func averagePooling(along axes: WindowAxes) throws(PresetError) -> AveragePooling {
        AveragePooling(
            size: try requiredExtent("size", along: axes), stride: try extent("stride", along: axes),
            padding: try padding(along: axes), dilation: try extent("dilation", along: axes) ?? 1,
            countsPadding: try self["countsPadding"]?.toggle() ?? true,
            roundsUp: try self["roundsUp"]?.toggle() ?? false)
    }

    func requiredExtent(_ key: String, along axes: WindowAxes) throws(PresetError) -> Extent {
        let node = try required(
            key, expected: axes == .both ? "a size, like 3 or [3, 5]" : "a length, like 5")
        return try node.extent(along: axes)
    }

    func extent(_ key: String, along axes: WindowAxes) throws(PresetError) -> Extent? {
        try self[key]?.extent(along: axes)
    }

    func padding(along axes: WindowAxes) throws(PresetError) -> Padding {
        try self["padding"]?.padding(along: axes) ?? .none
    }

    func initializer() throws(PresetError) -> Initializer {
        guard let node = self["initializer"] else { return .glorot }
        let word = try node.choice(Initializer.allCases.map(\.rawValue))
        return Initializer(rawValue: word) ?? .glorot
    }

    /// `weightLearnRateFactor` and `weightL2Factor`, as MATLAB's layers call them.
    func factors(_ parameter: String, _ standard: LearnFactors) throws(PresetError) -> LearnFactors {
        LearnFactors(
            rate: try real("\(parameter)LearnRateFactor", 0...1e6, like: 1).map { Float($0) }
                ?? standard.rate,
            l2: try real("\(parameter)L2Factor", 0...1e6, like: 1).map { Float($0) } ?? standard.l2)
    }
}

extension PresetNode {
    /// `3`, or `[rows, columns]`.
    func extent(along axes: WindowAxes) throws(PresetError) -> Extent {
        guard node.sequence != nil else {
            let size = try integer(1...Int.max, like: 3)
            return axes == .both ? Extent(size) : Extent(rows: 1, columns: size)
        }
        let expected = axes == .both ? "a number or [rows, columns]" : "a number"
        let sizes = try list(expected: expected)
        guard sizes.count == 2, axes == .both else {
            throw error(.wrongKind(of: name, found: "a list of \(sizes.count)", expected: expected))
        }
        return Extent(
            rows: try sizes[0].integer(1...Int.max, like: 3),
            columns: try sizes[1].integer(1...Int.max, like: 3))
    }

    /// `same`, `none`, `2`, `[rows, columns]`, or `{top: 1, left: 0, bottom: 0, right: 2}`.
    func padding(along axes: WindowAxes) throws(PresetError) -> Padding {
        switch node.scalar?.string {
        case "same": return .same
        case "none", "valid": return .none
        case let word? where Int(word) == nil:
            throw error(.notAChoice(of: name, found: word, allowed: ["same", "none"]))
        default: break
        }
        if node.mapping != nil {
            let sides = try fields(of: name, known: ["top", "left", "bottom", "right"])
            func side(_ key: String) throws(PresetError) -> Int {
                try sides.integer(key, 0...Int.max, like: 1) ?? 0
            }
            return .explicit(
                top: try side("top"), left: try side("left"), bottom: try side("bottom"),
                right: try side("right"))
        }
        if node.sequence != nil {
            let amounts = try list(expected: "[rows, columns]")
            guard amounts.count == 2 else {
                throw error(
                    .wrongKind(of: name, found: "a list of \(amounts.count)", expected: "[rows, columns]"))
            }
            let rows = try amounts[0].integer(0...Int.max, like: 1)
            let columns = try amounts[1].integer(0...Int.max, like: 1)
            return .explicit(top: rows, left: columns, bottom: rows, right: columns)
        }
        let amount = try integer(0...Int.max, like: 1)
        return axes == .both ? .all(amount) : .columns(amount)
    }
}
