import Networks

/// An array in memory seen along other axes: a transposition, a part, a repetition.
struct Strided {
    var dims: [Int]
    private var strides: [Int]
    private var start = 0

    init(_ dims: [Int]) {
        self.dims = dims
        strides = Array(repeating: 1, count: dims.count)
        for axis in dims.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * dims[axis + 1] }
    }

    func turned(_ order: [Int]) -> Strided {
        var result = self
        result.dims = order.map { dims[$0] }
        result.strides = order.map { strides[$0] }
        return result
    }

    func sliced(_ ranges: [Slicing.Range]) -> Strided {
        var result = self
        for (axis, range) in ranges.enumerated() {
            result.start += range.start * strides[axis]
            result.dims[axis] = range.count
            result.strides[axis] = range.step * strides[axis]
        }
        return result
    }

    /// Repeated along axes of size 1 and new axes before the first.
    func repeated(to wanted: [Int]) -> Strided {
        var result = self
        let new = wanted.count - dims.count
        result.dims = wanted
        result.strides = wanted.indices.map { axis in
            axis < new || dims[axis - new] == 1 ? 0 : strides[axis - new]
        }
        return result
    }

    /// Where every element lies, the last axis fastest.
    func places() -> [Int] {
        var places = [start]
        for (size, stride) in zip(dims, strides) {
            places = places.flatMap { first in (0..<size).map { first + $0 * stride } }
        }
        return places
    }
}
