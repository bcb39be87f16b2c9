import CVectorKernels
import Tensors

/// A convolution with stride 1 by Winograd's minimal filtering, F(4×4, 3×3) or F(2×2, 5×5): a quarter to a third of the
/// multiplications, for some additions and more memory (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
/// Networks").
///
/// A tile of 4×4 or 2×2 outputs sees 6×6 inputs. Transformed, each of their 36 numbers is a product of matrices of its
/// own, with C channels and F filters: `M[tiles, F] = V[tiles, C] · U[C, F]`. The way back is its transpose:
/// `dV = dM · Uᵀ`, `dU = Vᵀ · dM`. Results differ from plain sums by some 10⁻⁵ of the largest of them; see
/// `Benchmarks/NOTES.md`.
struct WinogradConvolution {
    private let tiles: channels_tiles
    private let taps: Int
    /// Tiles of a sample, and those that are worked on together, of one sample or several.
    private let tileCount, together: Int
    private let isTraining: Bool
    private var packed, turned: UnsafeMutablePointer<Float>?

    private static let numbers = 36
    /// Numbers of both transforms that stay in a usual second-level cache.
    private static let cacheShare = 3 << 16
    /// Transformed weights that change every step, or are read for a few tiles: 10 MB.
    private static let mostWeights = 5 << 19

    /// Nil for other windows, and where it would not pay.
    init?(_ geometry: ColumnGeometry, filters: Int, use: ConvolutionUse) {
        guard geometry.kernelRows == geometry.kernelColumns, [3, 5].contains(geometry.kernelRows),
            geometry.rowStride == 1, geometry.columnStride == 1, geometry.rowDilation == 1,
            geometry.columnDilation == 1
        else { return nil }
        taps = geometry.kernelRows
        // The window sees 6×6.
        let size = 7 - taps
        let across = (geometry.outputWidth + size - 1) / size
        tileCount = (geometry.outputHeight + size - 1) / size * across
        let weights = Self.numbers * geometry.channels * filters
        let isSmall = weights <= Self.mostWeights
        guard isSmall || use.hasFixedWeights && tileCount >= 16,
            Self.pays(geometry, filters: filters, tiles: tileCount, taps: taps)
        else { return nil }
        tiles = channels_tiles(
            size: Int32(size), channels: Int32(geometry.channels), height: Int32(geometry.height),
            width: Int32(geometry.width), top: Int32(geometry.top), left: Int32(geometry.left),
            filters: Int32(filters), output_height: Int32(geometry.outputHeight),
            output_width: Int32(geometry.outputWidth), across: Int32(across))
        isTraining = use.isTraining
        let perTile = Self.numbers * (geometry.channels + filters)
        let most = max(8, max(Self.cacheShare, weights / 4) / perTile)
        // As equal as can be.
        let all = use.pieceSize * tileCount
        let parts = (all + most - 1) / most
        together = (all + parts - 1) / parts
    }

    /// Estimated in multiply-adds of a long vector: a transform takes about 130 a tile and vector of channels. With
    /// fewer channels than a vector holds, the transforms take more than the products save.
    private static func pays(_ geometry: ColumnGeometry, filters: Int, tiles: Int, taps: Int) -> Bool {
        func vectors(_ lanes: Int) -> Int { channels_packed_count(Int32(lanes), 1) }
        let plain = geometry.outputArea * taps * taps * geometry.channels * vectors(filters) / 16
        let products = numbers * geometry.channels * vectors(filters) / 16
        let transforms = 130 * ((geometry.channels + 15) / 16 + (filters + 15) / 16)
        return geometry.channels >= 16 && filters >= 16 && tiles * (products + transforms) * 3 / 2 < plain
    }

    private var channels: Int { Int(tiles.channels) }
    private var filters: Int { Int(tiles.filters) }

    // MARK: Memory

    /// Planes begin at different places of the cache's sets.
    private static func plane(_ count: Int) -> Int { (count + 15) / 16 * 16 + 16 }
    private var forwardPlane: Int { Self.plane(channels_packed_count(tiles.filters, channels)) }
    private var turnedPlane: Int { Self.plane(channels_packed_count(tiles.channels, filters)) }
    private var inputPlane: Int { Self.plane(together * channels) }
    private func outputPlane(_ filters: Int) -> Int { Self.plane(together * filters) }
    private var weightPlane: Int { Self.plane(channels * filters) }

    var packedCount: Int { Self.numbers * forwardPlane }
    var turnedCount: Int { Self.numbers * turnedPlane }
    var workspace: Int {
        Self.numbers * (inputPlane + outputPlane(filters) + (isTraining ? weightPlane : 0))
    }

    mutating func useMemory(packed: UnsafeMutablePointer<Float>, turned: UnsafeMutablePointer<Float>?) {
        (self.packed, self.turned) = (packed, turned)
    }

    /// A block of weights, so many filters from `first` on: a multiple of the lanes of one packed block.
    func pack(_ weights: UnsafePointer<Float>, factors: UnsafePointer<Float>?, first: Int, count: Int) {
        guard let packed else { return }
        let perFilter = channels * taps * taps
        channels_winograd_pack(
            Int32(taps), weights + first * perFilter, perFilter, taps * taps, factors.map { $0 + first },
            tiles.channels, Int32(count), packed + first * channels, forwardPlane)
    }

    /// The same for the way back, so many channels.
    func packTurned(_ weights: UnsafePointer<Float>, first: Int, count: Int) {
        guard let turned else { return }
        channels_winograd_pack(
            Int32(taps), weights + first * taps * taps, taps * taps, channels * taps * taps, nil,
            tiles.filters, Int32(count), turned + first * filters, turnedPlane)
    }

    // MARK: Forward

    /// One of `parts` shares of the work on some samples: some lines of tiles, or of few tiles some filters.
    @inline(__always)
    func forward(
        _ maps: SampleMaps, samples: Int, _ tail: ConvolutionTail, into outputs: SampleMaps, part: Int,
        of parts: Int,
        start: UnsafePointer<Int32>, workspace: UnsafeMutablePointer<Float>
    ) {
        guard let packed else { return }
        let (range, lanes) = share(part, of: parts, samples: samples)
        let products = workspace + Self.numbers &* inputPlane
        let plane = outputPlane(lanes.count)
        var chunk = Chunk(range, of: together, tileCount)
        while let spans = chunk.next(), !lanes.isEmpty {
            transformInputs(maps, spans, workspace)
            for number in 0..<Self.numbers {
                channels_convolve(
                    workspace + number &* inputPlane, channels, 0, start, 1, nil, Int32(channels),
                    packed + (number &* forwardPlane &+ lanes.lowerBound &* channels), nil, nil, 0,
                    products + number &* plane, lanes.count, 0, 1, Int32(spans.count), Int32(lanes.count))
            }
            spans.forEach { span in
                withUnsafePointer(to: tiles) {
                    channels_winograd_output(
                        $0, products + span.place &* lanes.count, plane, Int32(span.tile), Int32(span.count),
                        tail.bias.map { $0 + lanes.lowerBound },
                        tail.addend.map { $0[span.sample] + lanes.lowerBound }, tail.clampsAtZero ? 1 : 0,
                        outputs[span.sample] + lanes.lowerBound, Int32(lanes.count))
                }
            }
        }
    }

    /// `V`, where the workspace begins.
    @inline(__always)
    private func transformInputs(_ maps: SampleMaps, _ spans: Spans, _ workspace: UnsafeMutablePointer<Float>)
    {
        spans.forEach { span in
            withUnsafePointer(to: tiles) {
                channels_winograd_input(
                    $0, maps[span.sample], Int32(span.tile), Int32(span.count),
                    workspace + span.place &* channels, inputPlane)
            }
        }
    }

    /// Into how many shares a sample's work can be cut where a batch has few samples: lines of tiles or, of few lines
    /// and many weights, blocks of filters, so that each worker reads its own part of the weights.
    var shares: Int { min(Self.mostShares, sharesLines ? lines : filterBlocks) }

    private static let mostShares = 8
    private var lines: Int { tileCount / Int(tiles.across) }
    private var filterBlocks: Int { (filters + 31) / 32 }
    private var sharesLines: Bool {
        filterBlocks == 1 || lines >= 4 && Self.numbers * channels * filters <= 1 << 20
    }

    private func share(_ part: Int, of parts: Int, samples: Int) -> (tiles: Range<Int>, filters: Range<Int>) {
        let all = 0..<samples &* tileCount
        guard parts > 1 else { return (all, 0..<filters) }
        let across = Int(tiles.across)
        if sharesLines {
            let (first, end) = (part &* lines / parts, (part &+ 1) &* lines / parts)
            return (first &* across..<end &* across, 0..<filters)
        }
        let (first, end) = (part &* filterBlocks / parts &* 32, (part &+ 1) &* filterBlocks / parts &* 32)
        return (all, min(first, filters)..<min(end, filters))
    }

    // MARK: Backward

    /// Gradients of some samples' inputs, and of the weights into `weightGradient[position, C, F]`, of these samples
    /// alone.
    @inline(__always)
    func backward(
        _ maps: SampleMaps, _ gradients: SampleMaps, samples: Int, inputGradients: SampleMaps?,
        weightGradient: UnsafeMutablePointer<Float>, start: UnsafePointer<Int32>,
        workspace: UnsafeMutablePointer<Float>
    ) {
        if let inputGradients {
            let count = Int(tiles.height) &* Int(tiles.width) &* channels
            for sample in 0..<samples { inputGradients[sample].update(repeating: 0, count: count) }
        }
        let outputs = workspace + Self.numbers &* inputPlane
        let sums = outputs + Self.numbers &* outputPlane(filters)
        var chunk = Chunk(0..<samples &* tileCount, of: together, tileCount)
        var adds = false
        while let spans = chunk.next() {
            spans.forEach { span in
                withUnsafePointer(to: tiles) {
                    channels_winograd_output_gradient(
                        $0, gradients[span.sample], Int32(span.tile), Int32(span.count),
                        outputs + span.place &* filters, outputPlane(filters))
                }
            }
            sumWeightGradient(maps, spans, outputs, into: sums, adds: adds, start, workspace)
            adds = true
            if let inputGradients { inputGradient(outputs, spans, into: inputGradients, start, workspace) }
        }
        withUnsafePointer(to: tiles) {
            channels_winograd_weight_gradient($0, sums, weightPlane, weightGradient)
        }
    }

    @inline(__always)
    private func sumWeightGradient(
        _ maps: SampleMaps, _ spans: Spans, _ outputs: UnsafeMutablePointer<Float>,
        into sums: UnsafeMutablePointer<Float>, adds: Bool, _ start: UnsafePointer<Int32>,
        _ workspace: UnsafeMutablePointer<Float>
    ) {
        transformInputs(maps, spans, workspace)
        for number in 0..<Self.numbers {
            // One run, one line: `start` is 0 and then 1.
            channels_weight_gradient(
                workspace + number &* inputPlane, 0, start, 1, Int32(channels), start, 0, 1, start, channels,
                Int32(spans.count), outputs + number &* outputPlane(filters), 0, filters, 1,
                sums + number &* weightPlane, filters, Int32(filters), adds ? 1 : 0)
        }
    }

    @inline(__always)
    private func inputGradient(
        _ outputs: UnsafeMutablePointer<Float>, _ spans: Spans, into inputGradients: SampleMaps,
        _ start: UnsafePointer<Int32>, _ workspace: UnsafeMutablePointer<Float>
    ) {
        guard let turned else { return }
        for number in 0..<Self.numbers {
            channels_convolve(
                outputs + number &* outputPlane(filters), filters, 0, start, 1, nil, Int32(filters),
                turned + number &* turnedPlane, nil, nil, 0, workspace + number &* inputPlane, channels, 0, 1,
                Int32(spans.count), Int32(channels))
        }
        spans.forEach { span in
            withUnsafePointer(to: tiles) {
                channels_winograd_input_gradient(
                    $0, workspace + span.place &* channels, inputPlane, Int32(span.tile), Int32(span.count),
                    inputGradients[span.sample])
            }
        }
    }
}

/// Tiles that are worked on together, numbered through all samples, in the parts that lie in one sample each.
private struct Spans {
    var first, count, tilesPerSample: Int

    struct Span {
        var sample, tile, count: Int
        /// How many tiles of the same chunk come before.
        var place: Int
    }

    @inline(__always)
    func forEach(_ body: (Span) -> Void) {
        var place = 0
        while place < count {
            let (sample, tile) = ((first &+ place) / tilesPerSample, (first &+ place) % tilesPerSample)
            let part = min(tilesPerSample &- tile, count &- place)
            body(Span(sample: sample, tile: tile, count: part, place: place))
            place &+= part
        }
    }
}

/// Cuts a range of tiles into chunks.
private struct Chunk {
    private var range: Range<Int>
    private let size, tilesPerSample: Int

    init(_ range: Range<Int>, of size: Int, _ tilesPerSample: Int) {
        (self.range, self.size, self.tilesPerSample) = (range, size, tilesPerSample)
    }

    mutating func next() -> Spans? {
        guard !range.isEmpty else { return nil }
        let count = min(size, range.count)
        defer { range = range.lowerBound &+ count..<range.upperBound }
        return Spans(first: range.lowerBound, count: count, tilesPerSample: tilesPerSample)
    }
}
