import CVectorKernels
import Tensors

/// How a convolution of Float goes through the vector kernels: mostly without unrolled columns.
///
/// On a map padded to rows of `pitch` numbers, output position `n = y·pitch + x` needs for each kernel position the
/// number at `n` plus a constant, so the padded map *is* the unrolled matrix, read at one offset a row. The positions
/// between the end of an output row and the next one are computed for nothing (at most a quarter more, or the way is
/// not taken) and cropped. The gradient of the input is the same convolution of the output's gradient with the kernel
/// turned by 180°; the gradient of the weights reads both padded maps in straight lines.
///
/// Letters as in `ConvolutionKernel`. Measured in `Benchmarks/NOTES.md`.
struct VectorConvolution {
    let geometry: ColumnGeometry
    let groups: Int
    /// Filters of one group.
    let filters: Int
    /// Whether the forward pass, and the weights' gradient, read padded maps; otherwise unrolled columns.
    let isDirect, hasDirectGradient: Bool
    /// Whether the input's gradient is a convolution with the turned kernel; otherwise a product, rolled up.
    let correlates: Bool
    let needsInputGradient: Bool
    /// Samples whose weight gradients are summed in registers before they are stored.
    let samplesTogether: Int

    /// Offsets of the forward pass `[CR]`, then of the input's gradient (`[FR]`, or `[F]` for a product).
    private(set) var offsets: UnsafePointer<Int32>?
    /// Turned kernels `[C, FR]` of each group, or `Wᵀ[CR, F]` for a product; made anew in every step.
    private(set) var turnedWeights: UnsafeMutablePointer<Float>?

    /// More positions than this for each one needed, and the columns are unrolled instead.
    private static let largestWaste = 1.35
    /// With fewer positions the sums at the end of a register's work cost more than the columns.
    private static let fewestPositions = 144
    /// Weights beyond this (1 MiB) are better packed by OpenBLAS.
    private static let mostWeights = 1 << 18
    /// Numbers of padded maps that are worked on together: half of a usual second-level cache.
    private static let cacheShare = 1 << 17

    /// Nil where OpenBLAS is the better way, or the only one.
    init?(_ geometry: ColumnGeometry, groups: Int, filters: Int, pieceSize: Int, needsInputGradient: Bool) {
        guard vector_kernels_level() > 0, filters * geometry.rows <= Self.mostWeights else { return nil }
        self.geometry = geometry
        self.groups = groups
        self.filters = filters
        self.needsInputGradient = needsInputGradient
        let area = Double(geometry.outputArea)
        let isPlain = geometry.isPlain
        isDirect = isPlain && Double(geometry.positions) <= Self.largestWaste * area
        correlates =
            needsInputGradient && isPlain && geometry.gradientFits
            && Double(geometry.inputPositions) <= Self.largestWaste * area
        hasDirectGradient =
            isDirect && geometry.outputArea >= Self.fewestPositions
            && (!correlates || geometry.outputWidth == geometry.width)
        // Wide and many: OpenBLAS's packing pays.
        guard isDirect || geometry.rows * geometry.outputArea <= Self.cacheShare else { return nil }
        let gradients = filters * geometry.gradientHeight(correlates) * geometry.gradientPitch(correlates)
        let maps = hasDirectGradient ? geometry.channels * geometry.paddedHeight * geometry.paddedWidth : 0
        samplesTogether = max(1, min(pieceSize, Self.cacheShare / max(1, gradients + maps)))
    }

    // MARK: Memory

    private var forwardCount: Int { geometry.rows }
    private var inputCount: Int { correlates ? filters * geometry.kernelArea : filters }
    /// Int32 numbers of the tables.
    var tableCount: Int { forwardCount + (needsInputGradient ? inputCount : 0) }
    /// Floats of the turned weights.
    var turnedCount: Int { needsInputGradient ? groups * filters * geometry.rows : 0 }

    private var paddedCount: Int { rounded(geometry.channels * geometry.paddedHeight * geometry.paddedWidth) }
    private var gradientCount: Int {
        rounded(filters * geometry.gradientHeight(correlates) * geometry.gradientPitch(correlates))
    }
    private var wideCount: Int {
        rounded(
            max(filters * geometry.positions, correlates ? geometry.channels * geometry.inputPositions : 0))
    }
    private var usesPaddedGradient: Bool { hasDirectGradient || correlates }

    /// Floats of workspace, the columns included where they are still unrolled.
    var workspace: Int {
        let together = samplesTogether * ((usesPaddedGradient ? gradientCount : 0) + paddedCount)
        return together + wideCount + geometry.workspace
    }

    private func rounded(_ count: Int) -> Int { (count + 31) / 16 * 16 }

    /// Fills the tables; they live as long as the plan's memory.
    mutating func useMemory(tables: UnsafeMutableRawPointer, turned: UnsafeMutablePointer<Float>?) {
        let table = tables.bindMemory(to: Int32.self, capacity: tableCount)
        let (area, pitch) = (geometry.outputArea, geometry.paddedWidth)
        for channel in 0..<geometry.channels {
            for row in 0..<geometry.kernelRows {
                for column in 0..<geometry.kernelColumns {
                    let index = (channel * geometry.kernelRows + row) * geometry.kernelColumns + column
                    let place = (channel * geometry.paddedHeight + row) * pitch + column
                    table[index] = Int32(isDirect ? place : index * area)
                }
            }
        }
        offsets = UnsafePointer(table)
        guard needsInputGradient else { return }
        turnedWeights = turned
        let (height, width) = (geometry.gradientHeight(correlates), geometry.gradientPitch(correlates))
        for index in 0..<inputCount {
            let (filter, position) = (index / geometry.kernelArea, index % geometry.kernelArea)
            let place =
                (filter * height + position / geometry.kernelColumns) * width
                + position % geometry.kernelColumns
            table[forwardCount + index] = Int32(correlates ? place : index * area)
        }
    }

    /// Once a step: the weights as the input's gradient needs them.
    func turn(_ weights: UnsafePointer<Float>) {
        guard let turnedWeights else { return }
        let (rows, area) = (geometry.rows, geometry.kernelArea)
        for group in 0..<groups {
            let source = weights + group * filters * rows
            let target = turnedWeights + group * filters * rows
            for filter in 0..<filters {
                for row in 0..<rows {
                    let (channel, position) = (row / area, row % area)
                    let place =
                        correlates
                        ? (channel * filters + filter) * area + area - 1 - position : row * filters + filter
                    target[place] = source[filter * rows + row]
                }
            }
        }
    }

    // MARK: Forward

    /// One group of one sample. Bias and ReLU are done here on the direct way, by the caller on the other.
    func forward(
        _ map: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        clampsAtZero: Bool, into output: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>
    ) {
        let (rows, area) = (geometry.rows, geometry.outputArea)
        guard isDirect else {
            let columns = geometry.unroll(map, workspace: workspace)
            return vector_product(
                weights, rows, columns, offsets, output, area, Int32(filters), Int32(area), Int32(rows))
        }
        let padded = pad(map, into: workspace)
        let positions = geometry.positions
        // Nothing to crop, nothing to add: the product is the output.
        if geometry.outputWidth == geometry.paddedWidth, bias == nil, !clampsAtZero {
            return vector_product(
                weights, rows, padded, offsets, output, area, Int32(filters), Int32(area), Int32(rows))
        }
        let wide = workspace + paddedCount
        vector_product(
            weights, rows, padded, offsets, wide, positions, Int32(filters), Int32(positions), Int32(rows))
        vector_crop(
            wide, positions, Int32(geometry.paddedWidth), output, Int32(filters),
            Int32(geometry.outputHeight), Int32(geometry.outputWidth), bias, clampsAtZero ? 1 : 0)
    }

    /// The padded map; the map itself where no padding is needed.
    private func pad(
        _ map: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        guard geometry.paddedWidth != geometry.width || geometry.paddedHeight != geometry.height else {
            return map
        }
        vector_pad(
            map, Int32(geometry.channels), Int32(geometry.height), Int32(geometry.width), target,
            Int32(geometry.paddedHeight), Int32(geometry.paddedWidth), Int32(geometry.top),
            Int32(geometry.left))
        return target
    }

    // MARK: Backward

    /// Some samples of one group: what lies where, the samples so many numbers apart.
    struct Samples {
        var count: Int
        var map: UnsafeMutablePointer<Float>
        var mapStride: Int
        var gradient: UnsafeMutablePointer<Float>
        var gradientStride: Int
        var inputGradient: UnsafeMutablePointer<Float>?
        var inputGradientStride: Int
    }

    /// Adds to `weightGradient[F, CR]` (or begins it) and writes the inputs' gradients.
    func backward(
        _ samples: Samples, group: Int, into weightGradient: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>
    ) {
        let maps = workspace + (usesPaddedGradient ? samplesTogether * gradientCount : 0)
        let wide = maps + samplesTogether * paddedCount
        let columns = wide + wideCount
        if usesPaddedGradient {
            for sample in 0..<samples.count {
                padGradient(
                    samples.gradient + sample * samples.gradientStride,
                    into: workspace + sample * gradientCount)
            }
        }
        if hasDirectGradient {
            addDirectGradient(samples, padded: workspace, maps: maps, weightGradient, adds)
        } else {
            for sample in 0..<samples.count {
                addGradient(samples, sample, weightGradient, adds || sample > 0, columns: columns)
            }
        }
        guard let inputGradient = samples.inputGradient else { return }
        for sample in 0..<samples.count {
            let target = inputGradient + sample * samples.inputGradientStride
            if correlates {
                correlate(workspace + sample * gradientCount, group: group, into: target, wide: wide)
            } else {
                multiplyBack(
                    samples.gradient + sample * samples.gradientStride, group: group, into: target,
                    columns: columns)
            }
        }
    }

    private func padGradient(
        _ gradient: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        vector_pad(
            gradient, Int32(filters), Int32(geometry.outputHeight), Int32(geometry.outputWidth), target,
            Int32(geometry.gradientHeight(correlates)), Int32(geometry.gradientPitch(correlates)),
            Int32(correlates ? geometry.gradientTop : 0), Int32(correlates ? geometry.gradientLeft : 0))
    }

    private func addDirectGradient(
        _ samples: Samples, padded: UnsafeMutablePointer<Float>, maps: UnsafeMutablePointer<Float>,
        _ weightGradient: UnsafeMutablePointer<Float>, _ adds: Bool
    ) {
        var (base, stride) = (samples.map, samples.mapStride)
        for sample in 0..<samples.count {
            let target = maps + sample * paddedCount
            if pad(samples.map + sample * samples.mapStride, into: target) == target {
                (base, stride) = (maps, paddedCount)
            }
        }
        let (height, pitch) = (geometry.gradientHeight(correlates), geometry.gradientPitch(correlates))
        let first = correlates ? geometry.gradientTop * pitch + geometry.gradientLeft : 0
        vector_weight_gradient(
            padded + first, gradientCount, height * pitch, base, stride, offsets, weightGradient,
            geometry.rows, Int32(filters), Int32(geometry.rows), Int32(geometry.positions),
            Int32(samples.count), adds ? 1 : 0)
    }

    /// `dW[F×CR] += dY[F×P] · columns(X)ᵀ`.
    private func addGradient(
        _ samples: Samples, _ sample: Int, _ weightGradient: UnsafeMutablePointer<Float>, _ adds: Bool,
        columns: UnsafeMutablePointer<Float>
    ) {
        let area = geometry.outputArea
        let unrolled = geometry.unroll(samples.map + sample * samples.mapStride, workspace: columns)
        Float.multiply(
            MatrixOperand(samples.gradient + sample * samples.gradientStride, stride: area),
            MatrixOperand(unrolled, stride: area, transposed: true), into: weightGradient,
            stride: geometry.rows, rows: filters, columns: geometry.rows, inner: area, alpha: 1,
            beta: adds ? 1 : 0)
    }

    private func correlate(
        _ padded: UnsafeMutablePointer<Float>, group: Int, into target: UnsafeMutablePointer<Float>,
        wide: UnsafeMutablePointer<Float>
    ) {
        guard let turnedWeights, let offsets else { return }
        let (inner, positions) = (inputCount, geometry.inputPositions)
        vector_product(
            turnedWeights + group * filters * geometry.rows, inner, padded, offsets + forwardCount, wide,
            positions, Int32(geometry.channels), Int32(positions), Int32(inner))
        vector_crop(
            wide, positions, Int32(geometry.gradientPitch(true)), target, Int32(geometry.channels),
            Int32(geometry.height), Int32(geometry.width), nil, 0)
    }

    /// `dX = roll(Wᵀ[CR×F] · dY[F×P])`.
    private func multiplyBack(
        _ gradient: UnsafeMutablePointer<Float>, group: Int, into target: UnsafeMutablePointer<Float>,
        columns: UnsafeMutablePointer<Float>
    ) {
        guard let turnedWeights, let offsets else { return }
        let (rows, area) = (geometry.rows, geometry.outputArea)
        let product = geometry.isIdentity ? target : columns
        vector_product(
            turnedWeights + group * filters * rows, filters, gradient, offsets + forwardCount, product, area,
            Int32(rows), Int32(area), Int32(filters))
        if !geometry.isIdentity { geometry.roll(columns, into: target) }
    }
}

extension ColumnGeometry {
    /// Moves by one, without gaps, and padding adds rather than skips: what padded maps can express.
    fileprivate var isPlain: Bool {
        rowStride == 1 && columnStride == 1 && rowDilation == 1 && columnDilation == 1 && top >= 0
            && left >= 0 && paddedHeight >= height + top && paddedWidth >= width + left
            && gradientTop >= 0 && gradientLeft >= 0
    }

    /// No window lies in the padding alone: then the turned kernel sees all of the output's gradient.
    fileprivate var gradientFits: Bool {
        gradientTop + outputHeight <= height + kernelRows - 1
            && gradientLeft + outputWidth <= width + kernelColumns - 1
    }

    /// From the first output position on the padded map to behind the last.
    fileprivate var positions: Int { (outputHeight - 1) * paddedWidth + outputWidth }
    /// The same for the input on the padded gradient.
    fileprivate var inputPositions: Int { (height - 1) * (width + kernelColumns - 1) + width }

    fileprivate var gradientTop: Int { kernelRows - 1 - top }
    fileprivate var gradientLeft: Int { kernelColumns - 1 - left }

    /// The output's gradient among its zeros: for the turned kernel, or only spread to the padded map's rows.
    fileprivate func gradientHeight(_ correlates: Bool) -> Int {
        correlates ? height + kernelRows - 1 : outputHeight
    }
    fileprivate func gradientPitch(_ correlates: Bool) -> Int {
        correlates ? width + kernelColumns - 1 : paddedWidth
    }
}
