import Datasets
import Interchange

extension Preprocessing {
    /// A signal, `[channels, points]`, as the input of a network.
    public func input(ofSignal signal: [Float]) -> [Float] {
        Normalizer(
            factors: factors, offsets: offsets, standardizesEachSample: standardizesEachSample
        ).normalized(signal)
    }
}
