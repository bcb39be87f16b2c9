/// What a convolution is asked for.
struct ConvolutionUse {
    /// Weights are packed just once.
    var hasFixedWeights: Bool
    var isTraining: Bool
    var needsInputGradient: Bool
    /// Samples that one worker takes at a time.
    var pieceSize: Int
}

/// Maps of one sample after the other, `stride` numbers apart.
struct SampleMaps {
    var base: UnsafeMutablePointer<Float>
    var stride: Int

    subscript(sample: Int) -> UnsafeMutablePointer<Float> { base + sample &* stride }
}

/// What happens to a convolution's sums before they are stored.
struct ConvolutionTail {
    var bias: UnsafeMutablePointer<Float>?
    /// Added to the output: the other side of a residual connection.
    var addend: SampleMaps?
    var clampsAtZero = false
}
