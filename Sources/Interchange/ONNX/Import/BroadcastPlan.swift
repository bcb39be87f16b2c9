import Networks
import Tensors

/// How a constant is repeated over a sample: along which axes of the sample it differs.
struct BroadcastPlan {
    /// The constant's sizes along the sample's axes, 1 where it is repeated.
    let sizes: [Int]
    let sample: [Int]
    /// From the first axis along which it differs to the last; empty for a single number.
    let axes: Range<Int>

    /// - Throws: `Untranslatable` where the constant is no part of the value: it would repeat the value instead.
    init(of constant: [Int], over dims: [Int], isBatched: Bool) throws {
        var aligned = constant
        while aligned.count > dims.count, aligned.first == 1 { aligned.removeFirst() }
        guard aligned.count <= dims.count else {
            throw Untranslatable("a constant of shape \(constant) with a value of shape \(dims)")
        }
        aligned = Array(repeating: 1, count: dims.count - aligned.count) + aligned
        for (size, extent) in zip(aligned, dims) where size != 1 && size != extent {
            throw Untranslatable("a constant of shape \(constant) with a value of shape \(dims)")
        }
        if isBatched, dims[0] > 1, aligned[0] != 1 {
            throw Untranslatable("a constant of shape \(constant) that differs from sample to sample")
        }
        let sizes = isBatched ? Array(aligned.dropFirst()) : aligned
        self.sizes = sizes
        sample = isBatched ? Array(dims.dropFirst()) : dims
        let differing = sizes.indices.filter { sizes[$0] > 1 }
        axes = differing.isEmpty ? 0..<0 : differing[0]..<differing[differing.count - 1] + 1
    }

    /// Whether the constant has all sizes between its first and last axis, and so lies in memory as it is read.
    var isContiguous: Bool { axes.allSatisfy { sizes[$0] == sample[$0] } }

    /// The constant repeated to the sample's shape.
    func expanded(_ constant: ONNXConstant) throws -> [Float] {
        let values = try constant.floats()
        var strides = Array(repeating: 0, count: sizes.count)
        var step = 1
        for axis in sizes.indices.reversed() {
            strides[axis] = sizes[axis] == 1 ? 0 : step
            step *= sizes[axis]
        }
        var places = [0]
        for axis in sample.indices {
            places = places.flatMap { start in (0..<sample[axis]).map { start + $0 * strides[axis] } }
        }
        return places.map { values[$0] }
    }
}
