/// How much of each pixel of a cell a character covers: 0 nothing, 255 all.
struct CellMask: Equatable {
    let width: Int
    let height: Int
    private(set) var coverage: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        coverage = Array(repeating: 0, count: width * height)
    }

    subscript(x: Int, y: Int) -> UInt8 { coverage[y * width + x] }

    /// Adds to a pixel; places outside the cell are ignored.
    mutating func cover(_ x: Int, _ y: Int, by amount: UInt8) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        coverage[y * width + x] = max(coverage[y * width + x], amount)
    }

    mutating func fill(columns: Range<Int>, rows: Range<Int>, by amount: UInt8 = 255) {
        for y in rows.clamped(to: 0..<height) {
            for x in columns.clamped(to: 0..<width) { cover(x, y, by: amount) }
        }
    }

    /// Covers what lies within half a `thickness` of a line, smoothly: `distance` is from a pixel's centre to the line.
    mutating func stroke(thickness: Float, distance: (_ x: Float, _ y: Float) -> Float) {
        for y in 0..<height {
            for x in 0..<width {
                let amount = thickness / 2 + 0.5 - distance(Float(x) + 0.5, Float(y) + 0.5)
                if amount > 0 { cover(x, y, by: UInt8((min(1, amount) * 255).rounded())) }
            }
        }
    }
}
