import Tensors

/// Some samples of a dataset, seen through a normalisation: what the trainer iterates over.
public struct SampleSet: Sendable {
    public let dataset: Dataset
    /// Which samples of the dataset, in ascending order.
    public let indices: [Int]
    public let normalizer: Normalizer
    /// What `load(_:into:random:)` does to a sample; `nil` for validation and test sets.
    public let augmentation: Augmentation?

    public init(
        _ dataset: Dataset, indices: [Int]? = nil, normalizer: Normalizer, augmentation: Augmentation? = nil
    ) {
        self.dataset = dataset
        self.indices = indices ?? Array(0..<dataset.count)
        self.normalizer = normalizer
        self.augmentation = augmentation.flatMap { $0.isIdentity ? nil : $0 }
    }

    public var count: Int { indices.count }
    public var shape: Shape { dataset.shape }
    public var classNames: [String] { dataset.classNames }

    /// The class of the sample at a position, `0..<count`.
    public func label(at position: Int) -> Int32 { dataset.labels[indices[position]] }

    /// Writes the normalised values, `[C, H, W]`, of the sample at a position. Allocates nothing; any thread may call.
    public func load(_ position: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
        normalizer.load(indices[position], of: dataset, into: buffer)
    }

    /// The same after a random augmentation. What happens to the sample depends on `random` alone, so pass a stream of
    /// its own for each epoch and position.
    public func load(
        _ position: Int, into buffer: UnsafeMutableBufferPointer<Float>,
        random: @autoclosure () -> RandomSource
    ) {
        guard let augmentation else { return load(position, into: buffer) }
        var source = random()
        let warp = augmentation.randomWarp(height: shape.height, width: shape.width, random: &source)
        normalizer.load(indices[position], of: dataset, through: warp, into: buffer)
        augmentation.alter(buffer, count: shape.count, random: &source)
    }
}
