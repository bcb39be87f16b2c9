import Datasets
import Pictures
import Runs
import Tensors

/// How many photographs a second become colour moments, once they are decoded.
struct ColorMomentsSpeed: Encodable {
    let threads: Int
    let width, height: Int
    let photosPerSecond: Double

    /// The best of some rounds over photographs of 384×256 pixels of noise; the arithmetic is the same for all.
    init(workers: Workers) {
        let (width, height, photos, rounds) = (384, 256, 64, 8)
        var random = RandomSource(seed: 1)
        let pictures = (0..<photos).map { _ in
            let pixels = (0..<width * height * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return Picture(width: width, height: height, channels: 3, pixels: pixels)
        }
        let moments = ColorMoments()
        let sums = AlignedBuffer<Float>(count: photos)
        var best = 0.0
        for _ in 0..<rounds {
            let start = monotonicSeconds()
            workers.run(pieces: photos) { piece, _ in
                sums.base[piece] = moments.features(of: pictures[piece]).reduce(0, +)
            }
            best = max(best, Double(photos) / (monotonicSeconds() - start))
        }
        threads = workers.count
        (self.width, self.height) = (width, height)
        photosPerSecond = withExtendedLifetime(sums) { best }
    }

    var line: String {
        "colour moments: \(Int(photosPerSecond.rounded())) photos of \(width)×\(height) a second with \(threads) "
            + (threads == 1 ? "thread" : "threads")
    }
}
