import Tensors

/// Max- and average-pooling and subsampling; global average pooling is an average over one window.
///
/// Max-pooling notes which number of the window won, for the backward pass.
struct PoolingKernel<Element: Scalar> {
    enum Function { case maximum, average(countsPadding: Bool), first }

    var function: Function
    var input, output: SampleArray<Element>
    var geometry: ColumnGeometry
    /// Zeros behind the last row and column that count in an average with padding.
    var bottom, right: Int
    /// Which number of its window each output is, for training of max-pooling.
    var winners: SampleArray<Element>?
    var outputGradient, inputGradient: SampleArray<Element>?

    /// The part of a window that lies in the map.
    private struct Reach {
        var rows, columns: Range<Int>
        var row, column: Int
    }

    @inline(__always)
    private func clip(_ start: Int, _ dilation: Int, _ kernel: Int, _ size: Int) -> Range<Int> {
        let first = start >= 0 ? 0 : (dilation &- 1 &- start) / dilation
        let last = start >= size ? 0 : min(kernel, (size &- 1 &- start) / dilation &+ 1)
        return first < last ? first..<last : 0..<0
    }

    @inline(__always)
    private func forEachWindow(_ body: (_ index: Int, _ reach: Reach) -> Void) {
        var index = 0
        for outputRow in 0..<geometry.outputHeight {
            let row = outputRow &* geometry.rowStride &- geometry.top
            let rows = clip(row, geometry.rowDilation, geometry.kernelRows, geometry.height)
            for outputColumn in 0..<geometry.outputWidth {
                let column = outputColumn &* geometry.columnStride &- geometry.left
                let columns = clip(column, geometry.columnDilation, geometry.kernelColumns, geometry.width)
                body(index, Reach(rows: rows, columns: columns, row: row, column: column))
                index &+= 1
            }
        }
    }

    @inline(__always)
    private func place(_ reach: Reach, _ kernelRow: Int, _ kernelColumn: Int) -> Int {
        (reach.row &+ kernelRow &* geometry.rowDilation) &* geometry.width &+ reach.column
            &+ kernelColumn &* geometry.columnDilation
    }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        let (area, outputArea) = (geometry.height &* geometry.width, geometry.outputArea)
        for sample in scope.samples {
            for channel in 0..<geometry.channels {
                let x = input[sample, scope] + channel &* area
                let y = output[sample, scope] + channel &* outputArea
                switch function {
                case .maximum:
                    pickLargest(x, y, winners.map { $0[sample, scope] + channel &* outputArea })
                case .average(let countsPadding): average(x, y, countsPadding)
                case .first: forEachWindow { index, reach in y[index] = x[place(reach, 0, 0)] }
                }
            }
        }
    }

    @inline(__always)
    private func pickLargest(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<Element>?
    ) {
        if tilesByPairs { return pickLargestOfPairs(x, y, winners) }
        forEachWindow { index, reach in
            var best = -Element.infinity
            var winner = reach.rows.lowerBound &* geometry.kernelColumns &+ reach.columns.lowerBound
            for kernelRow in reach.rows {
                for kernelColumn in reach.columns {
                    let value = x[place(reach, kernelRow, kernelColumn)]
                    // A NaN wins and stays, so that it is seen at the output.
                    if value > best || value != value {
                        best = value
                        winner = kernelRow &* geometry.kernelColumns &+ kernelColumn
                    }
                }
            }
            y[index] = best
            winners?[index] = Element(winner)
        }
    }

    /// Numbers that a window's mean is over.
    @inline(__always)
    private func divisor(_ reach: Reach, _ countsPadding: Bool) -> Element {
        guard countsPadding else { return Element(max(reach.rows.count &* reach.columns.count, 1)) }
        // Padding counts, what lies beyond it (with a rounded-up size) does not.
        let rows = clip(
            reach.row &+ geometry.top, geometry.rowDilation, geometry.kernelRows,
            geometry.top &+ geometry.height &+ bottom)
        let columns = clip(
            reach.column &+ geometry.left, geometry.columnDilation, geometry.kernelColumns,
            geometry.left &+ geometry.width &+ right)
        return Element(max(rows.count &* columns.count, 1))
    }

    @inline(__always)
    private func average(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ countsPadding: Bool
    ) {
        forEachWindow { index, reach in
            var sum: Element = 0
            for kernelRow in reach.rows {
                for kernelColumn in reach.columns { sum += x[place(reach, kernelRow, kernelColumn)] }
            }
            y[index] = sum / divisor(reach, countsPadding)
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        let (area, outputArea) = (geometry.height &* geometry.width, geometry.outputArea)
        for sample in scope.samples {
            if !tilesByPairs { inputGradient[sample, scope].clear(count: input.count) }
            for channel in 0..<geometry.channels {
                let dx = inputGradient[sample, scope] + channel &* area
                let dy = outputGradient[sample, scope] + channel &* outputArea
                switch function {
                case .maximum:
                    guard let winners else { continue }
                    returnToWinners(dy, dx, winners[sample, scope] + channel &* outputArea)
                case .average(let countsPadding): spread(dy, dx, countsPadding)
                case .first: forEachWindow { index, reach in dx[place(reach, 0, 0)] = dy[index] }
                }
            }
        }
    }

    @inline(__always)
    private func returnToWinners(
        _ dy: UnsafeMutablePointer<Element>, _ dx: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<Element>
    ) {
        if tilesByPairs { return returnToPairs(dy, dx, winners) }
        let kernelColumns = geometry.kernelColumns
        forEachWindow { index, reach in
            let winner = Int(winners[index])
            dx[place(reach, winner / kernelColumns, winner % kernelColumns)] += dy[index]
        }
    }

    @inline(__always)
    private func spread(
        _ dy: UnsafeMutablePointer<Element>, _ dx: UnsafeMutablePointer<Element>, _ countsPadding: Bool
    ) {
        forEachWindow { index, reach in
            let share = dy[index] / divisor(reach, countsPadding)
            for kernelRow in reach.rows {
                for kernelColumn in reach.columns { dx[place(reach, kernelRow, kernelColumn)] += share }
            }
        }
    }

    // MARK: Windows of 2×2 that tile the map

    /// Max-pooling 2×2 with stride 2, the usual case, at least four windows a row.
    private var tilesByPairs: Bool {
        guard case .maximum = function else { return false }
        return geometry.kernelRows == 2 && geometry.kernelColumns == 2 && geometry.rowStride == 2
            && geometry.columnStride == 2 && geometry.rowDilation == 1 && geometry.columnDilation == 1
            && geometry.top == 0 && geometry.left == 0 && geometry.outputWidth >= 4
            && 2 * geometry.outputHeight <= geometry.height && 2 * geometry.outputWidth <= geometry.width
    }

    /// Four windows at a time; the last four of a row overlap those before.
    @inline(__always)
    private func forEachFour(_ body: (_ output: Int, _ upper: Int, _ lower: Int) -> Void) {
        let columns = geometry.outputWidth
        for row in 0..<geometry.outputHeight {
            var column = 0
            while column < columns {
                let start = min(column, columns &- 4)
                let upper = 2 &* row &* geometry.width &+ 2 &* start
                body(row &* columns &+ start, upper, upper &+ geometry.width)
                column &+= 4
            }
        }
    }

    @inline(__always)
    private func pickLargestOfPairs(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<Element>?
    ) {
        let one = SIMD4<Element>(repeating: 1)
        forEachFour { output, upper, lower in
            let (above, below) = (x.vector8(upper), x.vector8(lower))
            let left = Element.larger(above.evenHalf, above.oddHalf)
            let right = Element.larger(below.evenHalf, below.oddHalf)
            y.store(Element.larger(left, right), at: output)
            guard let winners else { return }
            let upperWinner = Element.keep(one, where: above.oddHalf, exceeds: above.evenHalf)
            let lowerWinner = Element.keep(one, where: below.oddHalf, exceeds: below.evenHalf) + one + one
            winners.store(
                upperWinner + Element.keep(lowerWinner - upperWinner, where: right, exceeds: left), at: output
            )
        }
    }

    @inline(__always)
    private func returnToPairs(
        _ dy: UnsafeMutablePointer<Element>, _ dx: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<Element>
    ) {
        let half = SIMD4<Element>(repeating: 0.5)
        forEachFour { output, upper, lower in
            let (gradient, winner) = (dy.vector4(output), winners.vector4(output))
            let below = Element.keep(gradient, where: winner, exceeds: half + half + half)
            let above = gradient - below
            var (upperShares, lowerShares) = (SIMD8<Element>(), SIMD8<Element>())
            upperShares.oddHalf = Element.keep(above, where: winner, exceeds: half)
            upperShares.evenHalf = above - upperShares.oddHalf
            lowerShares.oddHalf = Element.keep(below, where: winner, exceeds: half * 5)
            lowerShares.evenHalf = below - lowerShares.oddHalf
            dx.store(upperShares, at: upper)
            dx.store(lowerShares, at: lower)
        }
        clearRest(dx)
    }

    /// Zeroes the odd row and column that no window covers.
    @inline(__always)
    private func clearRest(_ dx: UnsafeMutablePointer<Element>) {
        let (rows, columns) = (2 &* geometry.outputHeight, 2 &* geometry.outputWidth)
        if columns < geometry.width {
            for row in 0..<rows {
                (dx + (row &* geometry.width &+ columns)).clear(count: geometry.width &- columns)
            }
        }
        if rows < geometry.height {
            (dx + rows &* geometry.width).clear(count: (geometry.height &- rows) &* geometry.width)
        }
    }
}
