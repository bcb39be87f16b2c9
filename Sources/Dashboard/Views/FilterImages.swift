import Runs
import Screen

/// Weights turned into pixels.
struct FilterImages: Sendable {
    let bank: FilterBank
    let settings: FilterSettings
    /// ‖w‖ of each filter.
    let norms: [Float]
    private let range: ClosedRange<Float>
    /// As many tones as an eye tells apart in so small a picture: each new one is a cell sent over a slow line.
    private static let steps: Float = 24

    init(_ bank: FilterBank, _ settings: FilterSettings) {
        self.bank = bank
        self.settings = settings
        let size = bank.channels * bank.height * bank.width
        norms = (0..<bank.count).map { filter in
            bank.weights[filter * size..<(filter + 1) * size].reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        }
        range = Self.range(of: bank.weights[...])
    }

    /// Whether next to nothing is left of it, beside the strongest.
    func isDead(_ filter: Int) -> Bool {
        let norm = norms[filter]
        return !norm.isFinite || norm <= (norms.filter(\.isFinite).max() ?? 0) * 1e-3
    }

    /// The weights of a 1-D filter, averaged over its input channels.
    func profile(of filter: Int) -> [Float] {
        let start = filter * bank.channels * bank.width
        return (0..<bank.width).map { column in
            (0..<bank.channels).reduce(Float(0)) { $0 + bank.weights[start + $1 * bank.width + column] }
                / Float(bank.channels)
        }
    }

    /// The largest magnitude of all weights.
    var reach: Float { max(abs(range.lowerBound), abs(range.upperBound)) }

    /// `width × height` pixels: three channels as red, green, blue; otherwise the mean over the channels.
    func image(of filter: Int) -> PixelImage {
        let plane = bank.height * bank.width
        let start = filter * bank.channels * plane
        let weights = bank.weights[start..<start + bank.channels * plane]
        let range = settings.isNormalizedEach ? Self.range(of: weights) : range
        let pixels = (0..<plane).map { position -> RGB in
            guard bank.channels == 3 else {
                let sum = (0..<bank.channels).reduce(Float(0)) { $0 + weights[start + $1 * plane + position] }
                return tone(sum / Float(bank.channels), range)
            }
            let levels = (0..<3).map { level(weights[start + $0 * plane + position], range) }
            return RGB(levels[0], levels[1], levels[2])
        }
        return PixelImage(width: bank.width, height: bank.height, pixels: pixels)
    }

    /// All filters of one pixel as one picture: a row for each, a column for each input.
    var matrix: PixelImage {
        let pixels = (0..<bank.count).flatMap { filter -> [RGB] in
            let weights = bank.weights[filter * bank.channels..<(filter + 1) * bank.channels]
            let range = settings.isNormalizedEach ? Self.range(of: weights) : range
            return weights.map { tone($0, range) }
        }
        return PixelImage(width: bank.channels, height: bank.count, pixels: pixels)
    }

    private func tone(_ weight: Float, _ range: ClosedRange<Float>) -> RGB {
        guard settings.isDiverging else {
            let grey = level(weight, range)
            return RGB(grey, grey, grey)
        }
        let reach = max(abs(range.lowerBound), abs(range.upperBound))
        let share =
            reach > 0 && weight.isFinite ? Double((weight / reach * Self.steps).rounded() / Self.steps) : 0
        let middle = RGB(0x1A1D21)
        return share < 0
            ? middle.mixed(with: RGB(0x4FA8FF), by: -share) : middle.mixed(with: RGB(0xFFA640), by: share)
    }

    private func level(_ weight: Float, _ range: ClosedRange<Float>) -> UInt8 {
        let span = range.upperBound - range.lowerBound
        guard weight.isFinite, span > 0, span.isFinite else { return 128 }
        let share = min(1, max(0, (weight - range.lowerBound) / span))
        return UInt8(((share * Self.steps).rounded() / Self.steps * 255).rounded())
    }

    private static func range(of weights: ArraySlice<Float>) -> ClosedRange<Float> {
        let finite = weights.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return 0...0 }
        return low...high
    }
}
