import Glibc
import Tensors

/// Long chromatograms that the program makes itself, with where their peaks are: exponentially modified Gaussians of
/// many heights on drifting baselines with noise. Heights are in units of a typical peak.
struct GeneratedTraces {
    var count = 16
    var points = 4000

    func traces(seed: UInt64) -> [AnnotatedTrace] {
        let random = RandomSource(seed: seed).stream(Self.stream)
        return (0..<count).map { index in
            var source = random.stream(UInt64(index))
            return trace(&source)
        }
    }

    /// Keeps these draws apart from every other use of the seed.
    private static let stream: UInt64 = 0x5452_4143_45

    private func trace(_ random: inout RandomSource) -> AnnotatedTrace {
        let noise = random.uniform(0.002, 0.02)
        var values = baseline(&random)
        var apexes: [Int] = []
        var center = Float(60)
        while center < Float(points) - 60 {
            // Peaks grow wider with time on the column.
            let age = center / Float(points)
            let deviation = Double(random.uniform(1.5, 3) + 3 * age)
            let tail = Double(random.uniform(0.5, 4) + 2 * age)
            // From five times the noise on, as many small ones as large ones.
            let height = 5 * noise * exp(random.uniform(0, 1) * log(2 / (5 * noise)))
            let peak = Peak(
                height: Double(height), center: Double(center), deviation: deviation, tail: tail)
            let reach = Int(8 * (deviation + tail))
            let near = max(0, Int(center) - reach)..<min(points, Int(center) + reach)
            let profile = near.map { Float(peak.value(at: Double($0))) }
            for (offset, value) in profile.enumerated() { values[near.lowerBound + offset] += value }
            let top = profile.indices.max { profile[$0] < profile[$1] } ?? 0
            apexes.append(near.lowerBound + top)
            center += Float(6 * deviation + 3 * tail) + random.uniform(0, 160)
        }
        for point in values.indices { values[point] += noise * random.normal() }
        return AnnotatedTrace(values: values, told: apexes)
    }

    /// A level, a slope and two slow waves.
    private func baseline(_ random: inout RandomSource) -> [Float] {
        let (level, slope) = (random.uniform(-0.1, 0.5), random.uniform(-0.3, 0.3))
        let waves = (0..<2).map { _ in
            (random.uniform(0, 0.08), random.uniform(1, 6), random.uniform(0, 2 * .pi))
        }
        return (0..<points).map { point in
            let x = Float(point) / Float(points)
            return waves.reduce(level + slope * x) { $0 + $1.0 * sin(2 * .pi * $1.1 * x + $1.2) }
        }
    }
}
