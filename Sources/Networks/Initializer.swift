import Tensors

/// How a parameter gets its first values.
public enum Initializer: String, Sendable, Hashable, CaseIterable, Codable {
    /// Uniform with variance `2 / (fanIn + fanOut)` (Glorot and Bengio, 2010).
    case glorot
    /// Normal with variance `2 / fanIn` (He et al., 2015).
    case he
    /// Normal with standard deviation 0.01.
    case narrowNormal = "narrow-normal"
    case zeros
    case ones
    /// 0.25: where the slopes of a PReLU start (He et al., 2015).
    case quarter

    func fill<Element: Scalar>(
        _ values: UnsafeMutableBufferPointer<Element>, fanIn: Int, fanOut: Int, random: RandomSource
    ) {
        var random = random
        switch self {
        case .zeros: values.update(repeating: 0)
        case .ones: values.update(repeating: 1)
        case .quarter: values.update(repeating: 0.25)
        case .glorot:
            let bound = (6 / Float(fanIn + fanOut)).squareRoot()
            for index in values.indices { values[index] = Element(random.uniform(-bound, bound)) }
        case .he:
            let deviation = (2 / Float(fanIn)).squareRoot()
            for index in values.indices { values[index] = Element(deviation * random.normal()) }
        case .narrowNormal:
            for index in values.indices { values[index] = Element(0.01 * random.normal()) }
        }
    }
}
