import Tensors

/// Batch normalisation of planes, alone or with the ReLU and the max-pooling that follow it: the reference.
///
/// Training crosses the whole batch twice: `statistics` → combine → `forward`, and `gradientSums` → combine →
/// `backward`. Each piece leaves its sums, which are combined in the order of the pieces.
///
/// With ReLU and pooling fused only the pooled maps are stored. Their gradient is zero except where a number won its
/// window and is positive, so `backward` computes the dense part `P·x + Q` and adds `S·dy` at the winners, which it
/// finds again from `x`.
struct BatchNormalizationKernel<Element: Scalar> {
    enum Tail {
        case none
        case relu
        /// ReLU and max-pooling by windows that tile the map (any rest at the right and bottom is dropped).
        case pooledReLU(rows: Int, columns: Int)
    }

    var numbers: NormalizationCoefficients<Element>
    var tail: Tail
    var input, output: SampleArray<Element>
    var height, width: Int
    var outputGradient, inputGradient: SampleArray<Element>?

    var area: Int { height * width }
    var outputHeight: Int {
        if case .pooledReLU(let rows, _) = tail { height / rows } else { height }
    }
    var outputWidth: Int {
        if case .pooledReLU(_, let columns) = tail { width / columns } else { width }
    }

    @inline(__always)
    func value(_ coefficient: NormalizationCoefficients<Element>.Coefficient, _ channel: Int) -> Element {
        numbers.value(coefficient, channel)
    }

    // MARK: Statistics

    /// Mean and summed squared deviation of each channel over this piece.
    @inline(__always)
    func statistics(_ scope: Scope<Element>) {
        let channels = numbers.channels
        guard let partials = numbers.partials else { return }
        let means = partials + scope.index &* 2 &* channels
        let squares = means + channels
        for channel in 0..<channels {
            var (count, mean, square) = (0.0, 0.0, 0.0)
            for sample in scope.samples {
                let x = input[sample, scope] + channel &* area
                let sampleMean = x.sum(count: area) / Element(area)
                let deviations = x.squaredDeviations(from: sampleMean, count: area)
                NormalizationCoefficients<Element>.merge(
                    &count, &mean, &square, Double(area), Double(sampleMean), Double(deviations))
            }
            means[channel] = Element(mean)
            squares[channel] = Element(square)
        }
    }

    // MARK: Forward

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        let channels = numbers.channels
        let outputArea = outputHeight &* outputWidth
        for sample in scope.samples {
            for channel in 0..<channels {
                let (a, b) = (value(.a, channel), value(.b, channel))
                let x = input[sample, scope] + channel &* area
                let y = output[sample, scope] + channel &* outputArea
                switch tail {
                case .none:
                    for index in 0..<area { y[index] = a * x[index] + b }
                case .relu:
                    for index in 0..<area {
                        let value = a * x[index] + b
                        y[index] = value > 0 ? value : 0
                    }
                case .pooledReLU(2, 2): poolPairs(x, y, a, b)
                case .pooledReLU(let rows, let columns): pool(x, y, a, b, rows, columns)
                }
            }
        }
    }

    @inline(__always)
    private func poolPairs(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ a: Element, _ b: Element
    ) {
        let columns = outputWidth
        for row in 0..<outputHeight {
            let upper = x + 2 &* row &* width
            let lower = upper + width
            let target = y + row &* columns
            for column in 0..<columns {
                let one = a * upper[2 &* column] + b
                let two = a * upper[2 &* column &+ 1] + b
                let three = a * lower[2 &* column] + b
                let four = a * lower[2 &* column &+ 1] + b
                let left = one > two ? one : two
                let right = three > four ? three : four
                let best = left > right ? left : right
                target[column] = best > 0 ? best : 0
            }
        }
    }

    @inline(__always)
    private func pool(
        _ x: UnsafeMutablePointer<Element>, _ y: UnsafeMutablePointer<Element>, _ a: Element, _ b: Element,
        _ rows: Int, _ columns: Int
    ) {
        for row in 0..<outputHeight {
            for column in 0..<outputWidth {
                let winner = self.winner(x, row &* rows, column &* columns, rows, columns, a, b)
                let best = a * x[winner] + b
                y[row &* outputWidth &+ column] = best > 0 ? best : 0
            }
        }
    }

    /// Place of the first largest `a·x + b` in the window that starts at `(row, column)`.
    @inline(__always)
    func winner(
        _ x: UnsafeMutablePointer<Element>, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int,
        _ a: Element,
        _ b: Element
    ) -> Int {
        var place = row &* width &+ column
        var best = a * x[place] + b
        for kernelRow in 0..<rows {
            for kernelColumn in 0..<columns {
                let candidate = (row &+ kernelRow) &* width &+ column &+ kernelColumn
                let value = a * x[candidate] + b
                if value > best {
                    best = value
                    place = candidate
                }
            }
        }
        return place
    }
}
