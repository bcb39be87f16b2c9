import Datasets
import Networks
import Tensors

/// The part of a network that keeps its weights: it runs forward only, and for samples that come again as they were
/// only once.
///
/// Augmented samples are other ones in every epoch; their activations are computed anew. Results are the same either
/// way: each sample goes through these layers by itself.
final class FrozenLayers {
    /// The last frozen layer.
    let boundary: String
    /// What comes behind it and learns.
    let rest: Network
    /// Why activations are not kept, where they should be.
    private(set) var fault: String?
    private let plan: Plan<Float>
    private let cache: ActivationCache?
    private let width: Int
    private let hasProducts: Bool
    /// Activations of the samples at hand that the cache has no room for, `[samples, width]`.
    private var staged = AlignedBuffer<Float>(count: 0)
    /// Where the activations of each sample at hand lie.
    private var places: [UnsafePointer<Float>] = []

    /// Few enough that each sample is a piece of its own, which makes results independent of the others.
    private static let batchSize = 16

    /// - Parameters:
    ///   - samples: how many there are whose activations may be kept.
    ///   - path: the file for them; in memory alone when nil.
    ///   - limit: bytes at most for them.
    init(
        _ network: Network, upTo boundary: String, parameters: Parameters<Float>, workers: Workers,
        samples: Int, path: String?, limit: Int
    ) throws(NetworkError) {
        guard let before = network.truncated(after: boundary), let rest = network.rest(after: boundary) else {
            preconditionFailure("\(network.name) cannot be cut after \(boundary)")
        }
        self.boundary = boundary
        self.rest = rest
        hasProducts = before.nodes.contains { $0.layer is FullyConnected }
        plan = try Plan(
            before, batchSize: Self.batchSize, mode: .inference, parameters: parameters, workers: workers)
        width = rest.input.count
        do throws(ActivationCacheError) {
            cache = try ActivationCache(path: path, samples: samples, width: width, limit: limit)
        } catch {
            cache = nil
            fault = error.description
        }
    }

    /// For the log.
    func summary(of samples: Int) -> String {
        guard let cache, cache.capacity > 0 else { return "their activations are computed in every epoch" }
        let megabytes = (Double(cache.byteCount) / 1e5).rounded() / 10
        let share =
            cache.capacity < samples
            ? "\(cache.capacity) of \(samples) samples (the others are computed in every epoch)"
            : "\(samples) samples"
        return "activations of \(share) are computed once and kept beside the run, \(megabytes) MB"
    }

    /// Sees that the activations of samples are at hand for `load`.
    ///
    /// - Parameters:
    ///   - slot: the number of each under which it may be kept; nil for one that does not come again.
    ///   - load: writes the sample at a position of `samples`. Called from the workers' threads.
    func prepare(count: Int, slot: (Int) -> Int?, load: @escaping Plan<Float>.Load) {
        var missing: [(position: Int, slot: Int?)] = []
        for position in 0..<count {
            let slot = slot(position)
            if let slot, let cache, cache.holds(slot) { continue }
            missing.append((position, slot))
        }
        let unplaced = missing.contains { $0.slot.flatMap { cache?.place(of: $0) } == nil }
        if unplaced, staged.count < count * width { staged = AlignedBuffer(count: count * width) }
        for start in stride(from: 0, to: missing.count, by: Self.batchSize) {
            compute(missing[start..<min(start + Self.batchSize, missing.count)], load)
        }
        places = (0..<count).map { position in
            let kept = slot(position).flatMap { cache?.place(of: $0) }
            return UnsafePointer(kept ?? staged.base + position * width)
        }
    }

    /// Writes the activations of a sample at hand. Any thread may call.
    func load(_ position: Int, into place: UnsafeMutableBufferPointer<Float>) {
        place.baseAddress?.update(from: places[position], count: width)
    }

    private func compute(
        _ missing: ArraySlice<(position: Int, slot: Int?)>, _ load: @escaping Plan<Float>.Load
    ) {
        let positions = missing.map(\.position)
        // Products over the whole batch round differently for other batch sizes, so the last sample fills it up.
        let count = hasProducts ? Self.batchSize : positions.count
        plan.infer(count: count) { index, place in load(positions[min(index, positions.count - 1)], place) }
        guard let outputs = plan.outputs.baseAddress else { return }
        for (index, sample) in missing.enumerated() {
            let source = outputs + index * width
            if let slot = sample.slot, let place = cache?.place(of: slot) {
                place.update(from: source, count: width)
                cache?.markFilled(slot)
            } else {
                (staged.base + sample.position * width).update(from: source, count: width)
            }
        }
    }
}
