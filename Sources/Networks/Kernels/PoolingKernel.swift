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
    /// Two bytes for each output, for training of max-pooling.
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
                    pickLargest(x, y, winners.map { winnerBytes($0[sample, scope]) + channel &* outputArea })
                case .average(let countsPadding): average(x, y, countsPadding)
                case .first: forEachWindow { index, reach in y[index] = x[place(reach, 0, 0)] }
                }
            }
        }
    }

    @inline(__always)
    private func winnerBytes(_ place: UnsafeMutablePointer<Element>) -> UnsafeMutablePointer<UInt16> {
        UnsafeMutableRawPointer(place).assumingMemoryBound(to: UInt16.self)
    }

    @inline(__always)
    private func pickLargest(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<UInt16>?
    ) {
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
            winners?[index] = UInt16(truncatingIfNeeded: winner)
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
            inputGradient[sample, scope].clear(count: input.count)
            for channel in 0..<geometry.channels {
                let dx = inputGradient[sample, scope] + channel &* area
                let dy = outputGradient[sample, scope] + channel &* outputArea
                switch function {
                case .maximum:
                    guard let winners else { continue }
                    returnToWinners(dy, dx, winnerBytes(winners[sample, scope]) + channel &* outputArea)
                case .average(let countsPadding): spread(dy, dx, countsPadding)
                case .first: forEachWindow { index, reach in dx[place(reach, 0, 0)] = dy[index] }
                }
            }
        }
    }

    @inline(__always)
    private func returnToWinners(
        _ dy: UnsafeMutablePointer<Element>, _ dx: UnsafeMutablePointer<Element>,
        _ winners: UnsafeMutablePointer<UInt16>
    ) {
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
}
