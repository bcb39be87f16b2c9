import Glibc
import Tensors

/// One window of a chromatogram before it is points: what varies between signals of a class.
struct Chromatogram {
    private let length: Int
    private let peaks: [Peak]
    private let baseline: Baseline
    /// Standard deviation of the noise from point to point.
    private let noise: Double

    init(_ kind: ChromatogramKind, length: Int, random: inout RandomSource) {
        self.length = length
        noise = random.uniform(0.006...0.03)
        let center = Double(length) * random.uniform(0.2...0.75)
        // Small, but not lost: three to seven times the noise.
        let small = noise * random.uniform(3...7)
        let large = random.uniform(0.35...1.2)
        let shape = (deviation: random.uniform(1.5...4.5), tail: random.uniform(0.5...7))
        switch kind {
        case .peak:
            peaks = [Peak(height: large, center: center, deviation: shape.deviation, tail: shape.tail)]
        case .smallPeak:
            peaks = [Peak(height: small, center: center, deviation: shape.deviation, tail: shape.tail)]
        case .noPeak, .highNoPeak:
            peaks = []
        }
        baseline = Baseline(isHigh: kind == .highNoPeak, length: length, random: &random)
    }

    func values(random: inout RandomSource) -> [Float] {
        (0..<length).map { position in
            let x = Double(position)
            let peaks = peaks.reduce(0) { $0 + $1.value(at: x) }
            return Float(baseline.value(at: x) + peaks + noise * Double(random.normal()))
        }
    }
}

/// An exponentially modified Gaussian: what a Gaussian plug becomes when part of the substance lingers.
///
/// `f(x) = √(π/2) · σ/τ · exp(½(σ/τ)² − (x − μ)/τ) · erfc((σ/τ − (x − μ)/σ)/√2)`, scaled to the given height at its
/// apex. Source: Foley, Dorsey, "Equations for calculation of chromatographic figures of merit for ideal and skewed
/// peaks", Analytical Chemistry 55 (1983) 730.
struct Peak {
    let center, deviation, tail: Double
    private let scale: Double

    /// - Parameters:
    ///   - center: μ of the Gaussian, in points; the apex lies a little behind it.
    ///   - deviation: its σ, in points.
    ///   - tail: τ of the exponential, in points.
    init(height: Double, center: Double, deviation: Double, tail: Double) {
        precondition(deviation > 0 && tail > 0, "a peak with σ = \(deviation), τ = \(tail)")
        self.center = center
        self.deviation = deviation
        self.tail = tail
        // The apex lies between μ and μ + τ + σ; steps of a 64th of that miss its height by less than a thousandth.
        let step = (tail + deviation) / 64
        let heights = (0...64).map { Self.profile(step * Double($0), deviation, tail) }
        scale = height / (heights.max() ?? 1)
    }

    func value(at x: Double) -> Double { scale * Self.profile(x - center, deviation, tail) }

    private static func profile(_ x: Double, _ deviation: Double, _ tail: Double) -> Double {
        let ratio = deviation / tail
        let z = (ratio - x / deviation) / 2.squareRoot()
        // Far before the peak exp overflows while erfc vanishes; there erfc(z) = exp(−z²)/(z√π) to one part in 800.
        if z > 20 {
            return exp(-x * x / (2 * deviation * deviation)) * ratio / (z * 2.squareRoot())
        }
        return (Double.pi / 2).squareRoot() * ratio * exp(ratio * ratio / 2 - x / tail) * erfc(z)
    }
}

/// What the detector shows without any substance: a level, a slope, a slow wave, and where it is high perhaps the
/// decay of what came before.
private struct Baseline {
    let level, slope, wave, period, phase: Double
    let decay, decayTime: Double

    init(isHigh: Bool, length: Int, random: inout RandomSource) {
        let points = Double(length)
        let high = random.uniform(0.3...1.2)
        let low = random.uniform(-0.05...0.15)
        slope = random.uniform(-0.15...0.15) / points
        wave = random.uniform(0...0.03)
        period = points * random.uniform(0.8...3)
        phase = random.uniform(0...2 * Double.pi)
        let decays = random.uniform() < 0.5
        decayTime = points * random.uniform(0.3...1.5)
        level = isHigh && !decays ? high : low
        decay = isHigh && decays ? high : 0
    }

    func value(at x: Double) -> Double {
        level + slope * x + wave * sin(2 * Double.pi * x / period + phase) + decay * exp(-x / decayTime)
    }
}

extension RandomSource {
    fileprivate mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
    }
}
