import Glibc
import Tensors

/// One picture of the generated set before it is pixels: what varies between samples of a class.
struct ShapeScene {
    private let kind: ShapeKind
    private let centerX, centerY: Float
    /// Unit vector across the edge.
    private let normalX, normalY: Float
    /// Half the difference between figure and ground, with its sign; colours run from 0 to 1.
    private let amplitude: Float
    /// Of a blob, in pixels; of an edge's blur.
    private let radius: Float
    private let background: (red: Float, green: Float, blue: Float)
    /// Slow change of brightness over the whole picture, so that a mean is no clue.
    private let slopeX, slopeY: Float
    private let noise: Float

    init(_ kind: ShapeKind, random: inout RandomSource) {
        self.kind = kind
        let middle = Float(ShapesDataset.size - 1) / 2
        centerX = middle + random.uniform(-7, 7)
        centerY = middle + random.uniform(-7, 7)
        let jitter = random.uniform(-12, 12)
        let anyDirection = random.uniform(0, 360)
        let angle = (kind.normal.map { $0 + jitter } ?? anyDirection) * .pi / 180
        // Rows count downwards, so a rising edge's normal points down to the right.
        (normalX, normalY) = (cos(angle), sin(angle))
        let contrast = random.uniform(0.1, 0.4)
        amplitude = random.uniform() < 0.5 ? contrast : -contrast
        radius = kind.isBlob ? random.uniform(2.5, 6) : random.uniform(0.5, 2)
        let grey = random.uniform(0.35, 0.65)
        background = (
            grey + random.uniform(-0.08, 0.08), grey + random.uniform(-0.08, 0.08),
            grey + random.uniform(-0.08, 0.08)
        )
        slopeX = random.uniform(-0.003, 0.003)
        slopeY = random.uniform(-0.003, 0.003)
        noise = random.uniform(0.03, 0.12)
    }

    /// Writes `[3, size, size]`.
    func render(into pixels: UnsafeMutableBufferPointer<UInt8>, random: inout RandomSource) {
        let area = ShapesDataset.size * ShapesDataset.size
        let axis = kind.axis
        for y in 0..<ShapesDataset.size {
            for x in 0..<ShapesDataset.size {
                let (dx, dy) = (Float(x) - centerX, Float(y) - centerY)
                let figure = amplitude * profile(dx, dy)
                let light = slopeX * dx + slopeY * dy
                let noises = approximatelyNormal(random.next())
                let i = y * ShapesDataset.size + x
                pixels[i] = byte(background.red + light + figure * axis.red + noise * noises.x)
                pixels[area + i] = byte(background.green + light + figure * axis.green + noise * noises.y)
                pixels[2 * area + i] = byte(background.blue + light + figure * axis.blue + noise * noises.z)
            }
        }
    }

    /// −1 on the ground, 1 on the figure.
    private func profile(_ dx: Float, _ dy: Float) -> Float {
        let across = dx * normalX + dy * normalY
        if kind.isBlob {
            return 2 * exp(-(dx * dx + dy * dy) / (2 * radius * radius)) - 1
        }
        guard kind == .corner else { return ramp(across) }
        let along = dy * normalX - dx * normalY
        return ramp(min(across, along))
    }

    /// The blur of an edge: straight from −1 to 1 over twice the radius.
    private func ramp(_ distance: Float) -> Float { min(1, max(-1, distance / radius)) }

    private func byte(_ value: Float) -> UInt8 {
        UInt8(min(255, max(0, value * 255)) + 0.5)
    }
}

/// Three numbers of mean 0 and variance 1 from 64 random bits: each the sum of three uniform ones of seven bits.
private func approximatelyNormal(_ bits: UInt64) -> (x: Float, y: Float, z: Float) {
    func sum(_ shift: UInt64) -> Float {
        let part = bits >> shift
        let total = Float(part & 0x7f) + Float(part >> 7 & 0x7f) + Float(part >> 14 & 0x7f)
        // A uniform integer 0…127 has mean 63.5 and variance (128² − 1) / 12.
        return (total - 190.5) / 63.998
    }
    return (sum(0), sum(21), sum(42))
}
