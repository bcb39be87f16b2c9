import Pictures

/// All filters of a bank side by side as one picture.
///
/// Filters of three channels are shown in colour, others as the mean over their channels in gray; each filter is
/// stretched to its own range about zero, so that mid-gray is zero.
struct ContactSheet {
    let width: Int
    let height: Int
    /// RGB, row-major.
    private(set) var pixels: [UInt8]

    /// Square pixels a weight is enlarged to; sheets of small filters would be lost on a page otherwise.
    private static let largestSide = 96
    private static let mostFilters = 256

    init?(_ filters: FilterBank) {
        guard filters.count > 0, filters.channels > 0, filters.height > 0, filters.width > 0 else {
            return nil
        }
        let scale = max(1, Self.largestSide / 2 / max(filters.width, filters.height))
        let count = min(filters.count, Self.mostFilters)
        let columns = Self.columns(for: count)
        let rows = (count + columns - 1) / columns
        let cellWidth = filters.width * scale + 2
        let cellHeight = filters.height * scale + 2
        width = columns * cellWidth
        height = rows * cellHeight
        guard width * height <= 1 << 24 else { return nil }
        pixels = Array(repeating: 0, count: width * height * 3)
        for filter in 0..<count {
            draw(
                filters, filter, scale: scale, column: filter % columns * cellWidth + 1,
                row: filter / columns * cellHeight + 1)
        }
    }

    /// Nearly square, rather wider than high.
    private static func columns(for count: Int) -> Int {
        var columns = 1
        while columns * columns < count { columns += 1 }
        return columns
    }

    private mutating func draw(_ filters: FilterBank, _ filter: Int, scale: Int, column: Int, row: Int) {
        let colors = Self.colors(filters, filter)
        for y in 0..<filters.height * scale {
            for x in 0..<filters.width * scale {
                let color = colors[y / scale * filters.width + x / scale]
                let offset = ((row + y) * width + column + x) * 3
                pixels[offset] = color.red
                pixels[offset + 1] = color.green
                pixels[offset + 2] = color.blue
            }
        }
    }

    /// `[height, width]` colours of one filter.
    private static func colors(_ filters: FilterBank, _ filter: Int) -> [(
        red: UInt8, green: UInt8, blue: UInt8
    )] {
        let area = filters.height * filters.width
        let first = filter * filters.channels * area
        let weights = filters.weights[first..<first + filters.channels * area]
        let largest = weights.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
        func level(_ weight: Float) -> UInt8 {
            guard weight.isFinite, largest > 0 else { return 128 }
            return UInt8((127.5 + 127.5 * max(-1, min(1, weight / largest))).rounded())
        }
        return (0..<area).map { position in
            func weight(_ channel: Int) -> Float { filters.weights[first + channel * area + position] }
            if filters.channels == 3 { return (level(weight(0)), level(weight(1)), level(weight(2))) }
            let mean = (0..<filters.channels).reduce(Float(0)) { $0 + weight($1) } / Float(filters.channels)
            return (level(mean), level(mean), level(mean))
        }
    }
}

extension ContactSheet {
    /// `nil` where libpng refuses, which it has no reason to.
    func png() -> [UInt8]? {
        try? Picture(width: width, height: height, channels: 3, pixels: pixels).pngData()
    }
}
