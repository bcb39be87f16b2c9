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
    var paddedHeight: Int { (outputHeight - 1) * rowStride + rowDilation * (kernelRows - 1) + 1 }
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

    @inline(__always)
    private func gather<Element: Scalar>(
        _ source: UnsafeMutablePointer<Element>, pitch: Int, into target: UnsafeMutablePointer<Element>
    ) {
        var from = source
        var to = target
        for _ in 0..<outputHeight {
            if columnStride == 1 {
                to.copyRow(from: from, count: outputWidth)
            } else {
                var column = 0
                while column < outputWidth {
                    to[column] = from[column &* columnStride]
                    column &+= 1
                }
            }
            from += pitch
            to += outputWidth
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
                    row.clear(count: first)
                    (row + first).copyRow(from: start, count: last &- first)
                    (row + last).clear(count: paddedWidth &- last)
                }
                row += paddedWidth
            }
        }
    }

    /// The transpose of `unroll`: sums every number of the matrix into the place of the map it was read from.
    /// Overwrites `map`.
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
        // Output columns whose input column `x · stride + column` lies in `0 ..< width`.
        let first = column >= 0 ? 0 : (columnStride &- 1 &- column) / columnStride
        let last = column >= width ? 0 : min(outputWidth, (width &- 1 &- column) / columnStride &+ 1)
        guard first < last else { return }
        for outputRow in 0..<outputHeight {
            let mapRow = outputRow &* rowStride &+ row
            if mapRow < 0 || mapRow >= height { continue }
            let to = plane + (mapRow &* width &+ column)
            let from = source + outputRow &* outputWidth
            var index = first
            if columnStride == 1 {
                while index < last {
                    to[index] += from[index]
                    index &+= 1
                }
            } else {
                while index < last {
                    to[index &* columnStride] += from[index]
                    index &+= 1
                }
            }
        }
    }
}
