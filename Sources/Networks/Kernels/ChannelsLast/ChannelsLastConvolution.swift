import CVectorKernels
import Tensors

/// A convolution of Float on maps that hold a pixel's channels side by side, through the vector kernels.
///
/// Forward: each pixel's numbers of a window row lie side by side in the padded map, so the convolution is a product
/// read in place, one offset for each row. The gradient of the input is the same with the weights turned: input pixels
/// fall into one class for each pair of strides' remainders, and those of one class see the same kernel positions at the
/// same offsets of the padded output gradient. The gradient of the weights reads both maps in straight lines.
///
/// Letters as in `ConvolutionKernel`. Measured in `Benchmarks/NOTES.md`.
struct ChannelsLastConvolution {
    let geometry: ColumnGeometry
    let groups: Int
    /// Filters of one group.
    let filters: Int
    let needsInputGradient: Bool
    let input, gradient: PaddedMaps
    /// How windows are read: `outer` runs of `inner` numbers.
    let outer, inner: Int
    /// Samples whose weight gradients are summed in registers before they are stored.
    let samplesTogether: Int
    /// The way that is taken instead where there is one.
    private(set) var winograd: WinogradConvolution?
    /// Whether the input's gradient is made of whole windows, added up where they overlap.
    let rollsGradient: Bool

    private(set) var tables: ConvolutionTables.Pointers?
    /// Packed weights of each group, and turned ones of each group and class.
    private(set) var packed, turned: UnsafeMutablePointer<Float>?

    /// Numbers of maps that are worked on together: half of a usual second-level cache.
    private static let cacheShare = 1 << 17

    /// Nil for what the reference does better (a filter or two a group) or alone (padding that cuts off, maps whose
    /// places the tables cannot hold).
    init?(_ geometry: ColumnGeometry, groups: Int, filters: Int, use: ConvolutionUse) {
        guard vector_kernels_level() > 0, filters >= 4 || groups == 1, geometry.top >= 0, geometry.left >= 0
        else { return nil }
        self.geometry = geometry
        self.groups = groups
        self.filters = filters
        needsInputGradient = use.needsInputGradient
        let channels = geometry.channels * groups
        input = PaddedMaps(
            height: geometry.height, width: geometry.width, channels: channels,
            paddedHeight: geometry.paddedHeight, pitch: geometry.paddedWidth, top: geometry.top,
            left: geometry.left)
        gradient = Self.paddedGradient(geometry, filters: filters * groups)
        guard input.hasPlaces, gradient.hasPlaces || !use.needsInputGradient else { return nil }
        let hasLongRows = groups == 1 && geometry.columnDilation == 1
        outer = hasLongRows ? geometry.kernelRows : geometry.kernelArea
        inner = hasLongRows ? geometry.kernelColumns * channels : geometry.channels
        winograd = groups == 1 ? WinogradConvolution(geometry, filters: filters, use: use) : nil
        rollsGradient =
            hasLongRows && needsInputGradient && winograd == nil
            && Self.rollingPays(geometry, filters: filters)
        let maps = max(input.count, 1) + geometry.outputArea * filters * groups
        samplesTogether = max(1, min(use.pieceSize, Self.cacheShare / maps))
    }

    /// The turned kernel looks beyond the ends of lines, at all kernel positions: for a large window on a small map
    /// without padding most of what it sees are zeros. Windows made whole and added up then cost less, the adding
    /// included.
    private static func rollingPays(_ geometry: ColumnGeometry, filters: Int) -> Bool {
        let lines = (0..<geometry.height).reduce(0) { sum, line in
            sum
                + (0..<geometry.kernelRows).count {
                    let place = line + geometry.top - $0
                    return place >= 0 && place % geometry.rowStride == 0
                        && place / geometry.rowStride < geometry.outputHeight
                }
        }
        let turned =
            lines * geometry.width * geometry.kernelColumns / geometry.columnStride
            * channels_packed_count(Int32(geometry.channels), filters)
        let whole = geometry.outputArea * channels_packed_count(Int32(geometry.rows), filters)
        return geometry.rowDilation == 1 && whole * 6 / 5 < turned
    }

    /// The output's gradient with zeros for the kernel positions that reach beyond it.
    private static func paddedGradient(_ geometry: ColumnGeometry, filters: Int) -> PaddedMaps {
        let rows = InputClass.all(
            size: geometry.height, kernel: geometry.kernelRows, stride: geometry.rowStride,
            dilation: geometry.rowDilation, before: geometry.top)
        let columns = InputClass.all(
            size: geometry.width, kernel: geometry.kernelColumns, stride: geometry.columnStride,
            dilation: geometry.columnDilation, before: geometry.left)
        let (top, left) = (InputClass.padding(rows), InputClass.padding(columns))
        return PaddedMaps(
            height: geometry.outputHeight, width: geometry.outputWidth, channels: filters,
            paddedHeight: top + InputClass.reach(rows), pitch: left + InputClass.reach(columns), top: top,
            left: left)
    }

    var channels: Int { geometry.channels * groups }
    var allFilters: Int { filters * groups }
    var weightsPerGroup: Int { filters * geometry.rows }

    /// Into how many shares the forward pass of one sample is cut where a batch has few samples: enough for a handful
    /// of workers, each of some 100,000 multiplications.
    var shares: Int {
        if let winograd { return winograd.shares }
        let products = allFilters * geometry.rows * geometry.outputArea
        return max(1, min(8, geometry.outputHeight, products >> 17))
    }

    // MARK: Memory

    private var packedForwardCount: Int {
        channels_packed_count(Int32(filters), geometry.rows)
    }

    var packedCount: Int { winograd.map(\.packedCount) ?? groups * packedForwardCount }

    /// Of the turned weights, which only the gradient of the input needs.
    func turnedCount(_ tables: ConvolutionTables) -> Int {
        guard needsInputGradient else { return 0 }
        if let winograd { return winograd.turnedCount }
        return groups
            * (rollsGradient ? channels_packed_count(Int32(geometry.rows), filters) : tables.turnedCount)
    }

    /// Floats of workspace: padded maps of some samples, one padded gradient, or a line of windows.
    var workspace: Int {
        if let winograd { return winograd.workspace + 16 }
        let line = rollsGradient ? geometry.outputWidth * geometry.rows : 0
        return max(samplesTogether * input.count, needsInputGradient ? gradient.count : 0, line) + 16
    }

    mutating func useMemory(
        tables: ConvolutionTables.Pointers, packed: UnsafeMutablePointer<Float>,
        turned: UnsafeMutablePointer<Float>?
    ) {
        (self.tables, self.packed, self.turned) = (tables, packed, turned)
        winograd?.useMemory(packed: packed, turned: turned)
    }

    // MARK: Packing

    /// Lanes that one block of work packs: whole blocks of every instruction set.
    private static let lanesPerBlock = 32

    private func blocks(_ lanes: Int) -> Int { (lanes + Self.lanesPerBlock - 1) / Self.lanesPerBlock }

    var packingBlocks: Int { groups * blocks(filters) }

    var turningBlocks: Int { groups * turningBlocksPerGroup }

    private var turningBlocksPerGroup: Int {
        guard needsInputGradient else { return 0 }
        if rollsGradient { return blocks(geometry.rows) }
        return (winograd == nil ? tables?.classCount ?? 0 : 1) * blocks(geometry.channels)
    }

    /// Once a step: a part of the weights as the forward pass reads them.
    ///
    /// - Parameter factors: for each filter the number its weights are multiplied by.
    func pack(_ weights: UnsafePointer<Float>, factors: UnsafePointer<Float>?, block: Int) {
        guard let packed, let tables else { return }
        let (group, part) = (block / blocks(filters), block % blocks(filters))
        let source = weights + group * weightsPerGroup
        let first = part * Self.lanesPerBlock
        let factors = factors.map { $0 + group * filters }
        if let winograd {
            winograd.pack(
                source, factors: factors, first: first, count: min(Self.lanesPerBlock, filters - first))
            return
        }
        pack(
            source, factors: factors, lane: geometry.rows, row: geometry.kernelArea, taps: tables.taps,
            tapCount: geometry.kernelArea, rows: geometry.channels, lanes: filters,
            first: first, into: packed + group * packedForwardCount)
    }

    /// Once a step: a part of the weights as the gradient of the input reads them.
    func packTurned(_ weights: UnsafePointer<Float>, block: Int) {
        guard let turned, let tables else { return }
        let (group, part) = (block / turningBlocksPerGroup, block % turningBlocksPerGroup)
        let source = weights + group * weightsPerGroup
        let first = part * Self.lanesPerBlock
        if let winograd {
            winograd.packTurned(source, first: first, count: min(Self.lanesPerBlock, channels - first))
        } else if rollsGradient {
            channels_pack_lanes(
                source, tables.lanes + first, geometry.rows, Int32(filters),
                Int32(min(Self.lanesPerBlock, geometry.rows - first)), turned + first * filters)
        } else {
            let perClass = blocks(geometry.channels)
            let one = tables.inputClass(part / perClass)
            pack(
                source, factors: nil, lane: geometry.kernelArea, row: geometry.rows, taps: one.taps,
                tapCount: one.tapCount,
                rows: filters, lanes: geometry.channels, first: part % perClass * Self.lanesPerBlock,
                into: turned + (group * tables.turnedCount + one.packedOffset))
        }
    }

    private func pack(
        _ weights: UnsafePointer<Float>, factors: UnsafePointer<Float>?, lane: Int, row: Int,
        taps: UnsafePointer<Int32>, tapCount: Int,
        rows: Int, lanes: Int, first: Int, into target: UnsafeMutablePointer<Float>
    ) {
        // Full blocks take as many numbers as they have lanes.
        channels_pack(
            weights + first * lane, factors.map { $0 + first }, lane, row, taps, Int32(tapCount), Int32(rows),
            Int32(min(Self.lanesPerBlock, lanes - first)), target + first * tapCount * rows)
    }

    // MARK: Forward

    @inline(__always)
    func forward(
        _ maps: SampleMaps, samples: Int, _ tail: ConvolutionTail, into outputs: SampleMaps, part: Int,
        of parts: Int,
        workspace: UnsafeMutablePointer<Float>
    ) {
        if let winograd, let tables {
            return winograd.forward(
                maps, samples: samples, tail, into: outputs, part: part, of: parts, start: tables.start,
                workspace: workspace)
        }
        for sample in 0..<samples {
            forward(
                maps[sample], tail.bias, tail.addend.map { $0[sample] }, clampsAtZero: tail.clampsAtZero,
                into: outputs[sample], part: part, of: parts, workspace: workspace)
        }
    }

    @inline(__always)
    private func forward(
        _ map: UnsafeMutablePointer<Float>, _ bias: UnsafeMutablePointer<Float>?,
        _ addend: UnsafeMutablePointer<Float>?, clampsAtZero: Bool, into output: UnsafeMutablePointer<Float>,
        part: Int, of parts: Int, workspace: UnsafeMutablePointer<Float>
    ) {
        guard let packed, let tables else { return }
        let height = geometry.outputHeight
        let rows = part &* height / parts..<(part &+ 1) &* height / parts
        let first = rows.lowerBound &* geometry.rowStride
        let x = input.pad(
            map, into: workspace, lines: first..<first &+ geometry.paddedHeight(of: rows.count))
        let pixel = geometry.columnStride &* channels
        let line = geometry.rowStride &* input.line
        let outputLine = geometry.outputWidth &* allFilters
        // Lines without gaps are one.
        let isStraight = line == geometry.outputWidth &* pixel
        for group in 0..<groups {
            let place = group &* filters &+ rows.lowerBound &* outputLine
            channels_convolve(
                x + (group &* geometry.channels &+ rows.lowerBound &* line), pixel, line, tables.offsets,
                Int32(outer), isStraight ? nil : tables.ranges + 2 &* rows.lowerBound, Int32(inner),
                packed + group &* packedForwardCount,
                bias.map { $0 + group &* filters }, addend.map { $0 + place }, clampsAtZero ? 1 : 0,
                output + place, allFilters, outputLine,
                Int32(isStraight ? 1 : rows.count),
                Int32(isStraight ? rows.count &* geometry.outputWidth : geometry.outputWidth), Int32(filters))
        }
    }

    // MARK: Backward

    /// Adds to `target[CR, F]` of each group, or begins it.
    @inline(__always)
    func addWeightGradient(
        _ maps: UnsafeMutablePointer<Float>, stride: Int, _ gradients: UnsafeMutablePointer<Float>,
        gradientStride: Int, samples: Int, into target: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>
    ) {
        guard let tables else { return }
        var (x, sampleStride) = (maps, stride)
        if !input.isMapItself {
            for sample in 0..<samples {
                _ = input.pad(maps + sample &* stride, into: workspace + sample &* input.count)
            }
            (x, sampleStride) = (workspace, input.count)
        }
        // Lines whose numbers fit the cache together are read again from there for every tile of weights.
        let perLine = geometry.outputWidth &* allFilters &+ geometry.rowStride &* input.line
        let lines = samples > 1 ? geometry.outputHeight : max(1, Self.cacheShare / 2 / perLine)
        var first = 0
        while first < geometry.outputHeight {
            for group in 0..<groups {
                channels_weight_gradient(
                    x + group &* geometry.channels, sampleStride, tables.offsets, Int32(outer), Int32(inner),
                    tables.lines, Int32(first), Int32(min(first &+ lines, geometry.outputHeight)),
                    tables.runRanges, geometry.columnStride &* channels, Int32(geometry.outputWidth),
                    gradients + group &* filters, gradientStride, allFilters, Int32(samples),
                    target + group &* weightsPerGroup, filters,
                    Int32(filters), adds || first > 0 ? 1 : 0)
            }
            first &+= lines
        }
    }

    @inline(__always)
    func inputGradient(
        _ outputGradient: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>
    ) {
        guard let turned, let tables else { return }
        if rollsGradient { return roll(outputGradient, into: target, turned, tables, workspace) }
        let dy = gradient.pad(outputGradient, into: workspace)
        for index in 0..<tables.classCount {
            let one = tables.inputClass(index)
            let pixel = geometry.columnStride &* channels
            let line = geometry.rowStride &* geometry.width &* channels
            let isStraight = gradient.line == one.columns &* allFilters && line == one.columns &* pixel
            for group in 0..<groups {
                let weights = turned + (group &* tables.turnedCount &+ one.packedOffset)
                channels_convolve(
                    dy + group &* filters, allFilters, gradient.line, one.offsets, Int32(one.outer),
                    isStraight ? nil : one.ranges, Int32(one.inner), weights, nil, nil, 0,
                    target
                        + ((one.firstRow &* geometry.width &+ one.firstColumn) &* channels
                            &+ group &* geometry.channels),
                    pixel, line, Int32(isStraight ? 1 : one.rows),
                    Int32(isStraight ? one.rows &* one.columns : one.columns), Int32(geometry.channels))
            }
        }
    }

    /// Line by line `windows[pixel, CR] = dY[pixel, F] · W[F, CR]`, added to the input's gradient while in L1.
    @inline(__always)
    private func roll(
        _ outputGradient: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>,
        _ weights: UnsafeMutablePointer<Float>, _ tables: ConvolutionTables.Pointers,
        _ workspace: UnsafeMutablePointer<Float>
    ) {
        target.update(repeating: 0, count: geometry.height &* geometry.width &* channels)
        for line in 0..<geometry.outputHeight {
            channels_convolve(
                outputGradient + line &* geometry.outputWidth &* filters, filters, 0, tables.start, 1, nil,
                Int32(filters), weights, nil, nil, 0, workspace, geometry.rows, 0, 1,
                Int32(geometry.outputWidth),
                Int32(geometry.rows))
            let row = line &* geometry.rowStride &- geometry.top
            channels_roll(
                workspace, Int32(geometry.outputWidth), Int32(geometry.kernelRows),
                Int32(geometry.kernelColumns),
                Int32(channels), Int32(geometry.columnStride), Int32(geometry.left),
                tables.ranges[2 &* line], tables.ranges[2 &* line &+ 1],
                target + row &* geometry.width &* channels, Int32(geometry.width))
        }
    }
}
