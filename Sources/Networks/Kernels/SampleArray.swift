import Tensors

/// A batch of samples of `count` numbers each: what layers read and write.
///
/// What only one phase of the work needs is local: each worker has room for one piece of the batch, which stays in
/// its L2 cache. Everything else holds the whole batch.
struct SampleArray<Element: Scalar> {
    var base: UnsafeMutablePointer<Element>
    var count: Int
    /// Exceeds `count` where this is a run of channels within larger samples (a part of a concatenation).
    var stride: Int
    /// From one worker's room to the next; 0 where the whole batch is held.
    var workerStride: Int

    @inline(__always)
    subscript(sample: Int, scope: Scope<Element>) -> UnsafeMutablePointer<Element> {
        let place = workerStride == 0 ? sample : sample &- scope.samples.lowerBound
        return base + (scope.worker &* workerStride &+ place &* stride)
    }

    /// For what works on the whole batch.
    @inline(__always)
    subscript(sample: Int) -> UnsafeMutablePointer<Element> { base + sample &* stride }

    /// Numbers `offset ..< offset + count` of each sample.
    func part(offset: Int, count: Int) -> SampleArray {
        var part = self
        part.base += offset
        part.count = count
        return part
    }
}

/// What a kernel needs to know of the batch at hand, beside its own buffers.
struct Batch {
    /// Samples in it, at most the plan's batch size.
    var count = 0
    /// Pieces that hold at least one sample.
    var activePieces = 0
    /// Of dropout; each layer's own when negative.
    var dropoutProbability = -1.0
    /// Names the step, for dropout.
    var random = RandomSource(seed: 0)
    var labels: UnsafePointer<Int32>?
    /// Each sample's part of the mean loss, together 1; equal parts when nil.
    var shares: UnsafePointer<Float>?
}

/// One call of a kernel: which samples (or which block of a whole-batch product), on which worker.
struct Scope<Element: Scalar> {
    /// Empty for blocks.
    var samples: Range<Int>
    /// The piece of the batch these samples are, or the number of the block.
    var index: Int
    var worker: Int
    /// This worker's alone.
    var workspace: UnsafeMutablePointer<Element>
    var batch: Batch
}
