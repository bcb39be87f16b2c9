/// Dots finer than cells: 2×4 a cell as braille, 1×2 as half blocks, 1×3 as ASCII.
///
/// Each cell belongs to the highest layer that put a dot in it, so a strong curve stays crisp where it crosses a faint
/// one. Dots outside are clipped. The origin is the upper-left dot.
public struct DotCanvas: Sendable {
    public let columns: Int
    public let rows: Int
    public let tier: GlyphTier
    private var bits: [UInt8]
    private var layers: [UInt8]
    private var inks: [Ink]

    public init(columns: Int, rows: Int, tier: GlyphTier) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        self.tier = tier
        bits = Array(repeating: 0, count: self.columns * self.rows)
        layers = Array(repeating: 0, count: bits.count)
        inks = Array(repeating: .text, count: bits.count)
    }

    public var dotsAcross: Int { tier == .braille ? 2 : 1 }
    public var dotsDown: Int { tier == .braille ? 4 : tier == .blocks ? 2 : 3 }
    public var width: Int { columns * dotsAcross }
    public var height: Int { rows * dotsDown }

    public mutating func dot(_ x: Int, _ y: Int, ink: Ink, layer: UInt8) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let cell = (y / dotsDown) * columns + x / dotsAcross
        guard bits[cell] == 0 || layer >= layers[cell] else { return }
        if layer > layers[cell] { bits[cell] = 0 }
        bits[cell] |= bit(x % dotsAcross, y % dotsDown)
        layers[cell] = layer
        inks[cell] = ink
    }

    /// All dots of one column between two heights, both included, in either order.
    public mutating func span(_ x: Int, from: Int, to: Int, ink: Ink, layer: UInt8) {
        let (top, bottom) = (max(0, min(from, to)), min(height - 1, max(from, to)))
        guard top <= bottom else { return }
        for y in top...bottom { dot(x, y, ink: ink, layer: layer) }
    }

    /// A straight line: each column gets the dots between its neighbours' heights, so steep parts stay joined.
    public mutating func line(_ from: Point, _ to: Point, ink: Ink, layer: UInt8) {
        guard from.column != to.column else {
            return span(from.column, from: from.row, to: to.row, ink: ink, layer: layer)
        }
        let (a, b) = from.column < to.column ? (from, to) : (to, from)
        let slope = Double(b.row - a.row) / Double(b.column - a.column)
        func height(at x: Double) -> Int { Int((Double(a.row) + (x - Double(a.column)) * slope).rounded()) }
        for x in max(a.column, 0)...max(a.column, 0, min(b.column, width - 1)) {
            let left = x == a.column ? a.row : height(at: Double(x) - 0.5)
            let right = x == b.column ? b.row : height(at: Double(x) + 0.5)
            span(x, from: left, to: right, ink: ink, layer: layer)
        }
    }

    /// Lays the cells that have dots over a grid and leaves the others as they are.
    public func draw(into grid: inout Grid, column: Int, row: Int) {
        for y in 0..<rows {
            for x in 0..<columns where bits[y * columns + x] != 0 {
                let index = y * columns + x
                let background = grid[column + x, row + y].style.background
                grid[column + x, row + y] = Cell(
                    character(bits[index]), Style(.ink(inks[index]), on: background))
            }
        }
    }

    private func bit(_ x: Int, _ y: Int) -> UInt8 {
        guard tier == .braille else { return 1 << UInt8(y) }
        return y == 3 ? (x == 0 ? 0x40 : 0x80) : 1 << UInt8(y + 3 * x)
    }

    private func character(_ bits: UInt8) -> Character {
        switch tier {
        case .braille: Character(Unicode.Scalar(0x2800 + UInt32(bits)) ?? " ")
        case .blocks: [" ", "▀", "▄", "█"][Int(bits & 3)]
        case .ascii: [" ", "'", "-", "'", ".", ":", ".", "|"][Int(bits & 7)]
        }
    }
}
