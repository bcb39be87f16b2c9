import Glibc

/// Box-drawing characters (U+2500…257F but for the double lines), drawn so that lines meet exactly at the cells' edges.
struct BoxGlyphs {
    let width: Int
    let height: Int
    /// Of a light line, in pixels. A heavy one is two pixels or more wider, so that both have the same middle.
    let light: Int

    private var heavy: Int { light * 2 + light % 2 }

    /// `nil` for every other character.
    func mask(of scalar: Unicode.Scalar) -> CellMask? {
        switch scalar.value {
        case 0x256d...0x2570: corner(scalar.value)
        case 0x2571...0x2573: diagonal(scalar.value)
        default:
            if let dashes = Self.dashes[scalar] {
                dashed(dashes)
            } else if let arms = Self.arms[scalar] {
                crossing(arms)
            } else {
                nil
            }
        }
    }

    private func thickness(_ weight: Int) -> Int { weight == 2 ? heavy : light }

    /// The columns of a vertical line and the rows of a horizontal one.
    private func columns(_ weight: Int) -> Range<Int> {
        let start = (width - light) / 2 - (thickness(weight) - light) / 2
        return start..<start + thickness(weight)
    }

    private func rows(_ weight: Int) -> Range<Int> {
        let start = (height - light) / 2 - (thickness(weight) - light) / 2
        return start..<start + thickness(weight)
    }

    /// Weights of the arms to the left, right, top and bottom: 0 none, 1 light, 2 heavy.
    private func crossing(_ arms: [Int]) -> CellMask {
        var mask = CellMask(width: width, height: height)
        // Arms reach over the middle by the width of the lines they meet, so that corners are full.
        let middleColumns = columns(max(arms[2], arms[3]))
        let middleRows = rows(max(arms[0], arms[1]))
        if arms[0] > 0 { mask.fill(columns: 0..<middleColumns.upperBound, rows: rows(arms[0])) }
        if arms[1] > 0 { mask.fill(columns: middleColumns.lowerBound..<width, rows: rows(arms[1])) }
        if arms[2] > 0 { mask.fill(columns: columns(arms[2]), rows: 0..<middleRows.upperBound) }
        if arms[3] > 0 { mask.fill(columns: columns(arms[3]), rows: middleRows.lowerBound..<height) }
        return mask
    }

    private func dashed(_ dashes: (count: Int, weight: Int, isVertical: Bool)) -> CellMask {
        var mask = CellMask(width: width, height: height)
        let length = dashes.isVertical ? height : width
        for dash in 0..<dashes.count {
            let (start, end) = (length * dash / dashes.count, length * (dash + 1) / dashes.count)
            let gap = max(1, (end - start) * 2 / 5)
            let range = start + gap / 2..<end - (gap + 1) / 2
            if dashes.isVertical {
                mask.fill(columns: columns(dashes.weight), rows: range)
            } else {
                mask.fill(columns: range, rows: rows(dashes.weight))
            }
        }
        return mask
    }

    /// ╭ ╮ ╯ ╰: a quarter circle between two straight ends.
    private func corner(_ code: UInt32) -> CellMask {
        let goesRight = code == 0x256d || code == 0x2570
        let goesDown = code == 0x256d || code == 0x256e
        let (middleX, middleY) = (center(columns(1)), center(rows(1)))
        let radius = Float(min(width, height)) / 2
        // The circle's centre.
        let (x, y) = (middleX + (goesRight ? radius : -radius), middleY + (goesDown ? radius : -radius))
        var mask = CellMask(width: width, height: height)
        mask.stroke(thickness: Float(light)) { pixelX, pixelY in
            let isBesideCircle = goesRight ? pixelX >= x : pixelX <= x
            let isBeyondCircle = goesDown ? pixelY >= y : pixelY <= y
            if isBesideCircle { return isBeyondCircle ? .infinity : abs(pixelY - middleY) }
            if isBeyondCircle { return abs(pixelX - middleX) }
            return abs(hypotf(pixelX - x, pixelY - y) - radius)
        }
        return mask
    }

    private func center(_ range: Range<Int>) -> Float { Float(range.lowerBound + range.upperBound) / 2 }

    /// ╱ ╲ ╳.
    private func diagonal(_ code: UInt32) -> CellMask {
        var mask = CellMask(width: width, height: height)
        let (w, h) = (Float(width), Float(height))
        let length = hypotf(w, h)
        if code != 0x2572 { mask.stroke(thickness: Float(light)) { abs(h * $0 + w * $1 - w * h) / length } }
        if code != 0x2571 { mask.stroke(thickness: Float(light)) { abs(h * $0 - w * $1) / length } }
        return mask
    }
}

extension BoxGlyphs {
    private static let dashes: [Unicode.Scalar: (count: Int, weight: Int, isVertical: Bool)] = [
        "┄": (3, 1, false), "┅": (3, 2, false), "┆": (3, 1, true), "┇": (3, 2, true),
        "┈": (4, 1, false), "┉": (4, 2, false), "┊": (4, 1, true), "┋": (4, 2, true),
        "╌": (2, 1, false), "╍": (2, 2, false), "╎": (2, 1, true), "╏": (2, 2, true),
    ]

    /// Weights of the arms left, right, top, bottom, in the order of the code chart.
    private static let arms: [Unicode.Scalar: [Int]] = {
        let lines = [
            "─1100 ━2200 │0011 ┃0022 ┌0101 ┍0201 ┎0102 ┏0202 ┐1001 ┑2001 ┒1002 ┓2002 └0110 ┕0210 ┖0120 ┗0220",
            "┘1010 ┙2010 ┚1020 ┛2020 ├0111 ┝0211 ┞0121 ┟0112 ┠0122 ┡0221 ┢0212 ┣0222 ┤1011 ┥2011 ┦1021 ┧1012",
            "┨1022 ┩2021 ┪2012 ┫2022 ┬1101 ┭2101 ┮1201 ┯2201 ┰1102 ┱2102 ┲1202 ┳2202 ┴1110 ┵2110 ┶1210 ┷2210",
            "┸1120 ┹2120 ┺1220 ┻2220 ┼1111 ┽2111 ┾1211 ┿2211 ╀1121 ╁1112 ╂1122 ╃2121 ╄1221 ╅2112 ╆1212 ╇2221",
            "╈2212 ╉2122 ╊1222 ╋2222 ╴1000 ╵0010 ╶0100 ╷0001 ╸2000 ╹0020 ╺0200 ╻0002 ╼1200 ╽0012 ╾2100 ╿0021",
        ]
        var arms: [Unicode.Scalar: [Int]] = [:]
        for entry in lines.flatMap({ $0.split(separator: " ") }) {
            guard let scalar = entry.unicodeScalars.first else { continue }
            arms[scalar] = entry.dropFirst().compactMap(\.wholeNumberValue)
        }
        return arms
    }()
}
