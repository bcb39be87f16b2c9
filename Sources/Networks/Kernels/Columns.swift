import Tensors

/// Where a window finds its numbers: a map unrolled so that a convolution becomes a matrix product.
///
/// The unrolled matrix is `[channels · kernelRows · kernelColumns, outputHeight · outputWidth]`.
struct ColumnGeometry {
    var channels, height, width: Int
    var kernelRows, kernelColumns: Int
    var rowStride, columnStride: Int
    var rowDilation, columnDilation: Int
    /// Zeros before the first row and column; negative to skip some.
    var top, left: Int
    var outputHeight, outputWidth: Int

    var kernelArea: Int { kernelRows * kernelColumns }
    var outputArea: Int { outputHeight * outputWidth }
    var rows: Int { channels * kernelArea }
    /// Size of the map with just the padding that windows reach.
    var paddedHeight: Int { paddedHeight(of: outputHeight) }
    func paddedHeight(of lines: Int) -> Int { (lines - 1) * rowStride + rowDilation * (kernelRows - 1) + 1 }
    var paddedWidth: Int { (outputWidth - 1) * columnStride + columnDilation * (kernelColumns - 1) + 1 }

    /// The map is its own unrolled matrix: 1×1 windows at every position.
    var isIdentity: Bool {
        kernelArea == 1 && rowStride == 1 && columnStride == 1 && top == 0 && left == 0
            && outputHeight == height && outputWidth == width
    }

    private var needsPadding: Bool { top != 0 || left != 0 || paddedHeight > height || paddedWidth > width }

    /// Elements of workspace that `unroll` and `roll` need, the matrix included.
    var workspace: Int { rows * outputArea + 16 + channels * paddedHeight * paddedWidth + 16 }

    /// The unrolled matrix of `map`, in `workspace` (or `map` itself).
    ///
    /// Order: channel, kernel row, kernel column, output row: writes run straight through memory, and reads stay
    /// within one channel (a few KiB, in L1) for all its kernel positions.
    @inline(__always)
    func unroll<Element: Scalar>(
        _ map: UnsafeMutablePointer<Element>, workspace: UnsafeMutablePointer<Element>
    ) -> UnsafeMutablePointer<Element> {
        if isIdentity { return map }
        if keepsWidth {
            unrollShifted(map, into: workspace)
            return workspace
        }
        var source = map
        var pitch = width
        var plane = height &* width
        if needsPadding {
            source = workspace + (rows &* outputArea &+ 16)
            pitch = paddedWidth
            plane = paddedHeight &* paddedWidth
            pad(map, into: source)
        }
        var target = workspace
        for channel in 0..<channels {
            for kernelRow in 0..<kernelRows {
                for kernelColumn in 0..<kernelColumns {
                    let start =
                        source
                        + (channel &* plane &+ kernelRow &* rowDilation &* pitch
                            &+ kernelColumn &* columnDilation)
                    gather(start, pitch: pitch &* rowStride, into: target)
                    target += outputArea
                }
            }
        }
        return workspace
    }

    /// Every kernel position sees the map shifted, in rows as long as the map's own.
    private var keepsWidth: Bool {
        rowStride == 1 && columnStride == 1 && outputWidth == width
            && left < width && columnDilation &* (kernelColumns &- 1) &- left < width
    }

    /// `unroll` for maps that keep their width ("same" padding): one straight copy for each channel and kernel
    /// position, wrong only where it wraps around the ends of rows, which are zeroed after. The copies run at the
    /// speed of the C library, several times that of short rows one by one.
    @inline(__always)
    private func unrollShifted<Element: Scalar>(
        _ map: UnsafeMutablePointer<Element>, into workspace: UnsafeMutablePointer<Element>
    ) {
        var target = workspace
        for channel in 0..<channels {
            let plane = map + channel &* height &* width
            for kernelRow in 0..<kernelRows {
                let down = kernelRow &* rowDilation &- top
                let first = min(max(0, 0 &- down), outputHeight)
                let last = max(min(outputHeight, height &- down), first)
                for kernelColumn in 0..<kernelColumns {
                    let across = kernelColumn &* columnDilation &- left
                    if first > 0 { target.clear(count: first &* width) }
                    if last > first {
                        shift(
                            plane + (first &+ down) &* width, by: across, rows: last &- first,
                            into: target + first &* width)
                    }
                    if last < outputHeight {
                        (target + last &* width).clear(count: (outputHeight &- last) &* width)
                    }
                    target += outputArea
                }
            }
        }
    }

    /// `target[y, x] = source[y, x + across]`, 0 beyond the ends of a row.
    @inline(__always)
    private func shift<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, by across: Int, rows: Int,
        into target: UnsafeMutablePointer<Element>
    ) {
        if across == 0 { return target.update(from: source, count: rows &* width) }
        let gap = abs(across)
        let count = rows &* width &- gap
        if across > 0 {
            target.update(from: source + across, count: count)
        } else {
            (target + gap).update(from: source, count: count)
        }
        var hole = across > 0 ? target + (width &- gap) : target
        for _ in 0..<rows {
            hole[0] = 0
            var column = 1
            while column < gap {
                hole[column] = 0
                column &+= 1
            }
            hole += width
        }
    }

    @inline(__always)
    private func gather<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, pitch: Int, into target: UnsafeMutablePointer<Element>
    ) {
        let last = outputWidth &- 8
        if columnStride != 1 {
            forEachRow(source, pitch, target) { from, to in
                var column = 0
                while column < outputWidth {
                    to[column] = from[column &* columnStride]
                    column &+= 1
                }
            }
        } else if outputWidth > 16 && outputWidth <= 32 {
            // Rows of the usual small maps without an inner loop; vectors overlap rather than leave a remainder.
            let third = min(16, last)
            forEachRow(source, pitch, target) { from, to in
                to.store(from.vector8(0), at: 0)
                to.store(from.vector8(8), at: 8)
                to.store(from.vector8(third), at: third)
                to.store(from.vector8(last), at: last)
            }
        } else if outputWidth >= 8 && outputWidth <= 16 {
            forEachRow(source, pitch, target) { from, to in
                to.store(from.vector8(0), at: 0)
                to.store(from.vector8(last), at: last)
            }
        } else if outputWidth >= 4 && outputWidth < 8 {
            forEachRow(source, pitch, target) { from, to in
                to.store(from.vector4(0), at: 0)
                to.store(from.vector4(outputWidth &- 4), at: outputWidth &- 4)
            }
        } else {
            forEachRow(source, pitch, target) { from, to in to.copyRow(from: from, count: outputWidth) }
        }
    }

    @inline(__always)
    private func forEachRow<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, _ pitch: Int, _ target: UnsafeMutablePointer<Element>,
        _ body: (_ from: UnsafeMutablePointer<Element>, _ to: UnsafeMutablePointer<Element>) -> Void
    ) {
        var from = source
        var to = target
        var row = 0
        while row < outputHeight {
            body(from, to)
            from += pitch
            to += outputWidth
            row &+= 1
        }
    }

    @inline(__always)
    private func pad<Element: Scalar>(
        _ map: UnsafeMutablePointer<Element>, into target: UnsafeMutablePointer<Element>
    ) {
        let (first, last) = (max(left, 0), min(left &+ width, paddedWidth))
        var row = target
        for channel in 0..<channels {
            for paddedRow in 0..<paddedHeight {
                let mapRow = paddedRow &- top
                if mapRow < 0 || mapRow >= height || last <= first {
                    row.clear(count: paddedWidth)
                } else {
                    let start = map + ((channel &* height &+ mapRow) &* width &+ (first &- left))
                    row.clearFew(count: first)
                    (row + first).copyRow(from: start, count: last &- first)
                    (row + last).clearFew(count: paddedWidth &- last)
                }
                row += paddedWidth
            }
        }
    }

    /// The transpose of `unroll`: sums every number of the matrix into the place of the map it was read from.
    /// Overwrites `map`, and spoils the matrix.
    @inline(__always)
    func roll<Element: Scalar>(
        _ columns: UnsafeMutablePointer<Element>, into map: UnsafeMutablePointer<Element>
    ) {
        map.clear(count: channels &* height &* width)
        var source = columns
        for channel in 0..<channels {
            for kernelRow in 0..<kernelRows {
                for kernelColumn in 0..<kernelColumns {
                    scatter(
                        source, into: map + channel &* height &* width,
                        row: kernelRow &* rowDilation &- top, column: kernelColumn &* columnDilation &- left)
                    source += outputArea
                }
            }
        }
    }

    @inline(__always)
    private func scatter<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, into plane: UnsafeMutablePointer<Element>, row: Int,
        column: Int
    ) {
        if keepsWidth { return scatterShifted(source, into: plane, down: row, across: column) }
        // Output columns whose input column `x · stride + column` lies in `0 ..< width`.
        let first = column >= 0 ? 0 : (columnStride &- 1 &- column) / columnStride
        let last = column >= width ? 0 : min(outputWidth, (width &- 1 &- column) / columnStride &+ 1)
        guard first < last else { return }
        for outputRow in 0..<outputHeight {
            let mapRow = outputRow &* rowStride &+ row
            if mapRow < 0 || mapRow >= height { continue }
            let to = plane + (mapRow &* width &+ column)
            let from = source + outputRow &* outputWidth
            if columnStride == 1 {
                (to + first).addRow(from + first, count: last &- first)
            } else {
                var index = first
                while index < last {
                    to[index &* columnStride] += from[index]
                    index &+= 1
                }
            }
        }
    }

    /// `scatter` as the transpose of `unrollShifted`: zeroes what would wrap around, then adds in one run.
    @inline(__always)
    private func scatterShifted<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, into plane: UnsafeMutablePointer<Element>, down: Int,
        across: Int
    ) {
        let first = min(max(0, 0 &- down), outputHeight)
        let last = max(min(outputHeight, height &- down), first)
        guard first < last else { return }
        let rows = last &- first
        let gap = abs(across)
        let from = source + first &* width
        var hole = across > 0 ? from + (width &- gap) : from
        for _ in 0..<rows {
            var column = 0
            while column < gap {
                hole[column] = 0
                column &+= 1
            }
            hole += width
        }
        let to = plane + (first &+ down) &* width
        let count = rows &* width &- gap
        if across > 0 {
            (to + gap).addRow(from, count: count)
        } else {
            to.addRow(from + gap, count: count)
        }
    }
}
