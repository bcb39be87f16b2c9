import Networks
import Tensors
import Testing

/// A window along one axis, in the words of the formula.
private struct Axis {
    var size, kernel, stride, dilation, before, after: Int
    var output: Int { (size + before + after - dilation * (kernel - 1) - 1) / stride + 1 }

    /// Input position that output position `o` sees with kernel position `k`; nil in the padding.
    func position(_ o: Int, _ k: Int) -> Int? {
        let place = o * stride + k * dilation - before
        return (0..<size).contains(place) ? place : nil
    }

    static func random(_ random: inout RandomSource) -> Axis {
        var axis = Axis(
            size: 1 + random.integer(below: 20), kernel: 1 + random.integer(below: 4),
            stride: 1 + random.integer(below: 3), dilation: 1 + random.integer(below: 2),
            before: random.integer(below: 3), after: random.integer(below: 3))
        axis.size = max(axis.size, axis.dilation * (axis.kernel - 1) + 1)
        return axis
    }
}

/// The definition of a convolution, one number at a time.
private func convolve(
    _ x: [Double], channels: Int, _ rows: Axis, _ columns: Axis, weights: [Double], bias: [Double],
    groups: Int
) -> [Double] {
    let (perGroup, filters) = (channels / groups, bias.count)
    var y: [Double] = []
    for filter in 0..<filters {
        let group = filter / (filters / groups)
        for row in 0..<rows.output {
            for column in 0..<columns.output {
                var sum = bias[filter]
                for channel in 0..<perGroup {
                    for i in 0..<rows.kernel {
                        for j in 0..<columns.kernel {
                            guard let u = rows.position(row, i), let v = columns.position(column, j) else {
                                continue
                            }
                            let plane = (group * perGroup + channel) * rows.size
                            let weight =
                                ((filter * perGroup + channel) * rows.kernel + i) * columns.kernel + j
                            sum += weights[weight] * x[(plane + u) * columns.size + v]
                        }
                    }
                }
                y.append(sum)
            }
        }
    }
    return y
}

@Test(arguments: 1...60)
func convolutionEqualsItsDefinition(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let groups = 1 + random.integer(below: 2)
    let channels = groups * (1 + random.integer(below: 3))
    let filters = groups * (1 + random.integer(below: 4))
    let (rows, columns) = (Axis.random(&random), Axis.random(&random))
    let layer = Convolution(
        filters: filters, kernel: Extent(rows: rows.kernel, columns: columns.kernel),
        stride: Extent(rows: rows.stride, columns: columns.stride),
        padding: .explicit(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after),
        dilation: Extent(rows: rows.dilation, columns: columns.dilation), groups: groups)
    func normal(_ count: Int) -> [Double] { (0..<count).map { _ in Double(random.normal()) } }
    let x = normal(channels * rows.size * columns.size)
    let weights = normal(filters * channels / groups * rows.kernel * columns.kernel)
    let bias = normal(filters)
    let found = try infer(
        layer, Shape(channels, rows.size, columns.size), x, ["weights": weights, "bias": bias])
    let expected = convolve(
        x, channels: channels, rows, columns, weights: weights, bias: bias, groups: groups)
    #expect(found.count == expected.count)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-10) }
}

@Test(arguments: 1...60)
func maxPoolingEqualsItsDefinition(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed + 1000))
    var (rows, columns) = (Axis.random(&random), Axis.random(&random))
    if seed.isMultiple(of: 3) {
        // The fast case: 2×2 windows that tile the map, with and without a rest.
        (rows, columns) = (
            Axis(size: 2 + random.integer(below: 9), kernel: 2, stride: 2, dilation: 1, before: 0, after: 0),
            Axis(size: 2 + random.integer(below: 20), kernel: 2, stride: 2, dilation: 1, before: 0, after: 0)
        )
    }
    // A window wholly in the padding has no largest number.
    (rows.before, rows.after) = (min(rows.before, rows.kernel - 1), min(rows.after, rows.kernel - 1))
    (columns.before, columns.after) = (
        min(columns.before, columns.kernel - 1), min(columns.after, columns.kernel - 1)
    )
    let layer = MaxPooling(
        size: Extent(rows: rows.kernel, columns: columns.kernel),
        stride: Extent(rows: rows.stride, columns: columns.stride),
        padding: .explicit(top: rows.before, left: columns.before, bottom: rows.after, right: columns.after),
        dilation: Extent(rows: rows.dilation, columns: columns.dilation))
    let x = (0..<rows.size * columns.size).map { _ in Double(random.normal()) }
    var expected: [Double] = []
    for row in 0..<rows.output {
        for column in 0..<columns.output {
            var best = -Double.infinity
            for i in 0..<rows.kernel {
                for j in 0..<columns.kernel {
                    guard let u = rows.position(row, i), let v = columns.position(column, j) else { continue }
                    best = max(best, x[u * columns.size + v])
                }
            }
            expected.append(best)
        }
    }
    #expect(try infer(layer, Shape(1, rows.size, columns.size), x) == expected)
}
