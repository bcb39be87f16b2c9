import Glibc

/// Block elements (U+2580…259F) and braille patterns (U+2800…28FF), drawn so that neighbouring cells join without a
/// seam whatever the cell's size; a font's own do so at some sizes only.
enum BlockGlyphs {
    /// `nil` for every other character.
    static func mask(of scalar: Unicode.Scalar, width: Int, height: Int) -> CellMask? {
        var mask = CellMask(width: width, height: height)
        switch scalar.value {
        case 0x2580...0x259f: draw(block: scalar.value, in: &mask)
        case 0x2800...0x28ff: draw(braille: scalar.value - 0x2800, in: &mask)
        default: return nil
        }
        return mask
    }

    private static func draw(block code: UInt32, in mask: inout CellMask) {
        let (width, height) = (mask.width, mask.height)
        let column = { (eighths: UInt32) in (width * Int(eighths) + 4) / 8 }
        let row = { (eighths: UInt32) in (height * Int(eighths) + 4) / 8 }
        switch code {
        case 0x2580: mask.fill(columns: 0..<width, rows: 0..<row(4))
        case 0x2581...0x2588: mask.fill(columns: 0..<width, rows: row(0x2588 - code)..<height)
        case 0x2589...0x258f: mask.fill(columns: 0..<column(0x2590 - code), rows: 0..<height)
        case 0x2590: mask.fill(columns: column(4)..<width, rows: 0..<height)
        case 0x2591...0x2593:
            mask.fill(columns: 0..<width, rows: 0..<height, by: UInt8((code - 0x2590) * 64 - 1))
        case 0x2594: mask.fill(columns: 0..<width, rows: 0..<row(1))
        case 0x2595: mask.fill(columns: column(7)..<width, rows: 0..<height)
        default:
            let quarters = quadrants[Int(code - 0x2596)]
            for (bit, x, y) in [(8, 0, 0), (4, 1, 0), (2, 0, 1), (1, 1, 1)] where quarters & bit != 0 {
                mask.fill(
                    columns: x == 0 ? 0..<column(4) : column(4)..<width,
                    rows: y == 0 ? 0..<row(4) : row(4)..<height)
            }
        }
    }

    /// U+2596…259F as bits: upper left 8, upper right 4, lower left 2, lower right 1.
    private static let quadrants = [2, 1, 8, 11, 9, 14, 13, 4, 6, 7]

    /// Bit `i` of the code is the dot at `(column, row)`: 0…5 run down the first three rows, 6 and 7 are the fourth.
    private static let dots = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]

    private static func draw(braille code: UInt32, in mask: inout CellMask) {
        let (stepX, stepY) = (Float(mask.width) / 2, Float(mask.height) / 4)
        let diameter = min(stepX, stepY) * 0.8
        for (bit, dot) in dots.enumerated() where code & 1 << UInt32(bit) != 0 {
            let (centerX, centerY) = ((Float(dot.0) + 0.5) * stepX, (Float(dot.1) + 0.5) * stepY)
            mask.stroke(thickness: diameter) { hypotf($0 - centerX, $1 - centerY) }
        }
    }
}
