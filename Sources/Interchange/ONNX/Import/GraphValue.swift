import Networks
import Tensors

/// What a name of an ONNX graph stands for.
enum GraphValue {
    case constant(ONNXConstant)
    case computed(ComputedValue)
    /// The result of a node that could not be translated: what depends on it is passed over.
    case unknown
}

/// A value that the network computes.
///
/// ONNX's arrays have any number of axes, a sample of a network has three: both lie in memory in the same order, so
/// one is only another view of the other.
struct ComputedValue {
    /// The layer that gives it.
    var layer: String
    /// What that layer's output is to the network.
    var shape: Shape
    /// What it is to the graph, with the batch axis where it has one.
    var dims: [Int]
    /// Whether the first axis counts samples.
    var isBatched: Bool

    /// The axes of one sample.
    var sampleDims: [Int] { isBatched ? Array(dims.dropFirst()) : dims }
    var sampleCount: Int { shape.count }
}

/// Why a node cannot become layers.
struct Untranslatable: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

extension Shape {
    /// The view of a sample with these axes: channels first, a signal as a map of height 1, more than three axes
    /// with all between the first and the last two as further rows.
    init(viewing dims: [Int]) {
        switch dims.count {
        case 0: self.init(1)
        case 1: self.init(dims[0])
        case 2: self.init(dims[0], 1, dims[1])
        default: self.init(dims[0], dims[1..<dims.count - 1].reduce(1, *), dims[dims.count - 1])
        }
    }
}

extension [Int] {
    var product: Int { reduce(1, *) }
}
