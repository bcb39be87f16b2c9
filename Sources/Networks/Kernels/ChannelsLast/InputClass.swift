/// Along one axis, the input positions `first, first + stride, …` that see the same kernel positions: position
/// number `j` gets its gradient from the output positions `j + shift` of each `(kernel, shift)`.
struct InputClass {
    var first: Int
    var count: Int
    /// By rising shift.
    var positions: [(kernel: Int, shift: Int)]

    /// The classes of an axis of `size` input positions, `before` zeros padded in front.
    ///
    /// Output position `o` reads input position `o·stride + k·dilation − before` through kernel position `k`.
    static func all(size: Int, kernel: Int, stride: Int, dilation: Int, before: Int) -> [InputClass] {
        (0..<min(stride, size)).map { first in
            let positions = (0..<kernel).compactMap { position -> (kernel: Int, shift: Int)? in
                let distance = first + before - position * dilation
                let isWhole = distance % stride == 0
                return isWhole ? (position, distance / stride) : nil
            }
            return InputClass(
                first: first, count: (size - first + stride - 1) / stride,
                positions: positions.sorted { $0.shift < $1.shift })
        }
    }

    /// Zeros needed before the first output position.
    static func padding(_ classes: [InputClass]) -> Int {
        max(0, -(classes.flatMap(\.positions).map(\.shift).min() ?? 0))
    }

    /// Output positions from the first to behind the last that any class reaches.
    static func reach(_ classes: [InputClass]) -> Int {
        classes.map { $0.count + ($0.positions.last?.shift ?? 0) }.max() ?? 0
    }

    /// The shifts follow one another without gaps.
    var isContiguous: Bool {
        guard let first = positions.first, let last = positions.last else { return true }
        return last.shift - first.shift == positions.count - 1
    }
}
