import Networks
import Runs
import Tensors

/// Makes the costly observations, when they are due, and keeps the time.
struct Observer {
    private let parameters: Parameters<Float>
    private let firstLayer: FirstLayer?
    private var lastLap = 0.0
    private var nextFilters = -Double.infinity
    private var nextLayers = -Double.infinity
    /// Weights and gradients' norms right before an update.
    private var weightsBefore: [Float] = []
    private var gradientNorms: [Float] = []
    private var images = 0
    private var measuredSince = 0.0

    /// Seconds between two observations of a kind.
    static let interval = 0.1

    /// The layer whose weights are looked at as pictures, and their shape.
    private struct FirstLayer {
        var name: String
        var entry: Int
        var count: Int
        var channels, height, width: Int
    }

    init(_ network: Network, parameters: Parameters<Float>) {
        self.parameters = parameters
        firstLayer = Self.firstLayer(of: network, parameters)
    }

    /// The first convolution's filters, or the rows of a first fully connected layer that see the input itself
    /// (at most 64 of them).
    private static func firstLayer(of network: Network, _ parameters: Parameters<Float>) -> FirstLayer? {
        guard let index = parameters.entries.firstIndex(where: { $0.name.hasSuffix(".weights") }) else {
            return nil
        }
        let entry = parameters.entries[index]
        if entry.shape.count == 4 {
            return FirstLayer(
                name: entry.layer, entry: index, count: entry.shape[0], channels: entry.shape[1],
                height: entry.shape[2], width: entry.shape[3])
        }
        let input = network.input
        guard entry.shape.count == 2, entry.shape[1] == input.count else { return nil }
        return FirstLayer(
            name: entry.layer, entry: index, count: min(64, entry.shape[0]), channels: input.channels,
            height: input.height, width: input.width)
    }

    // MARK: Time

    mutating func begin(at now: Double) {
        lastLap = now
        measuredSince = now
    }

    /// Seconds since the last lap.
    mutating func lap(at now: Double, images count: Int) -> Double {
        defer { lastLap = now }
        images += count
        return now - lastLap
    }

    /// Time that passed in a pause does not count.
    mutating func skip(to now: Double) { begin(at: now); images = 0 }

    /// Once a second: what the run costs.
    mutating func usage(threads: Int) -> ResourceUsage? {
        let seconds = lastLap - measuredSince
        guard seconds >= 1 else { return nil }
        defer { (images, measuredSince) = (0, lastLap) }
        return ResourceUsage(
            imagesPerSecond: Double(images) / seconds, memoryMB: residentMemoryMB(), threads: threads)
    }

    // MARK: Filters

    mutating func filtersAreDue(at now: Double) -> Bool { Self.isDue(&nextFilters, now) }
    mutating func layersAreDue(at now: Double) -> Bool { Self.isDue(&nextLayers, now) }

    private static func isDue(_ next: inout Double, _ now: Double) -> Bool {
        guard now >= next else { return false }
        next = now + interval
        return true
    }

    func filters(at progress: Progress) -> FilterBank? {
        guard let layer = firstLayer else { return nil }
        let start = parameters.entries[layer.entry].range.lowerBound
        let values = layer.count * layer.channels * layer.height * layer.width
        return FilterBank(
            layer: layer.name, iteration: progress.iteration, epoch: progress.epochNumber, count: layer.count,
            channels: layer.channels, height: layer.height, width: layer.width,
            weights: Array(parameters.values[start..<start + values]))
    }

    // MARK: Layers

    mutating func beforeUpdate(gradients: UnsafeMutableBufferPointer<Float>) {
        weightsBefore = Array(parameters.values)
        gradientNorms = parameters.entries.map { Self.norm(gradients, $0.range) }
    }

    /// How the layers' weights are doing, after an update.
    ///
    /// - Parameter learning: the network behind frozen layers; nil where all learn.
    func layers(learning: Network?) -> [LayerHealth] {
        let learning = learning.map { Set($0.nodes.map(\.name)) }
        let moved = zip(parameters.values, weightsBefore).map { $0 - $1 }
        return parameters.entries.enumerated().filter { $1.name.hasSuffix(".weights") }.map { index, entry in
            let norm = Self.norm(parameters.values, entry.range)
            let update = moved.withUnsafeBufferPointer { buffer in
                Float(
                    sumOfSquares(buffer.baseAddress.map { $0 + entry.range.lowerBound }, entry.range.count)
                        .squareRoot())
            }
            return LayerHealth(
                layer: entry.layer, weightNorm: norm, gradientNorm: gradientNorms[index],
                updateRatio: norm > 0 ? update / norm : 0, deadFraction: deadFraction(of: entry),
                isFrozen: learning.map { !$0.contains(entry.layer) })
        }
    }

    /// Share of units whose weights are all below a thousandth of the layer's root mean square.
    private func deadFraction(of entry: Parameters<Float>.Entry) -> Float {
        guard let units = entry.shape.first, units > 0 else { return 0 }
        let each = entry.range.count / units
        let typical = Self.norm(parameters.values, entry.range) / Float(entry.range.count).squareRoot()
        let dead = (0..<units).count { unit in
            let start = entry.range.lowerBound + unit * each
            return parameters.values[start..<start + each].allSatisfy { abs($0) <= typical * 1e-3 }
        }
        return Float(dead) / Float(units)
    }

    /// The first learnables that became infinite or NaN, such as `conv_1.weights`.
    var brokenWeights: String? {
        parameters.entries.first { !Self.norm(parameters.values, $0.range).isFinite }?.name
    }

    private static func norm(_ values: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>) -> Float {
        Float(
            sumOfSquares(values.baseAddress.map { UnsafePointer($0 + range.lowerBound) }, range.count)
                .squareRoot())
    }
}

private func sumOfSquares(_ start: UnsafePointer<Float>?, _ count: Int) -> Double {
    start.map { Training.sumOfSquares($0, count: count) } ?? 0
}
