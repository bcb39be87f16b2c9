import Glibc
import Tensors

/// One painted scene before it is pixels: a sky, a ground below the horizon, perhaps a sun, texture and noise.
struct Scene {
    typealias Color = SIMD3<Float>

    private let skyTop, skyBottom, groundTop, groundBottom: Color
    /// Rows from the top, and how much it goes up and down.
    private let horizon, hills: Float
    private let hillPhase, hillLength: Float
    private let sun: Sun?
    private let texture: Texture
    /// How much of the sky's brightness the ground mirrors under the sun.
    private let reflection: Float
    private let clouds: Float
    private let noise: Float
    /// The exposure of the whole picture.
    private let exposure: Float

    private struct Sun {
        var x, y, radius, halo: Float
        var color: Color
    }

    /// Patches in the ground, or all over the picture.
    private struct Texture {
        var strength: Float
        var size: Float
        var coversSky: Bool
        var second: Color
    }

    init(_ kind: SceneKind, random: inout RandomSource) {
        let (width, height) = (Float(SunsetsDataset.width), Float(SunsetsDataset.height))
        let palette = Palette(kind, random: &random)
        skyTop = palette.skyTop
        skyBottom = palette.skyBottom
        groundTop = palette.groundTop
        groundBottom = palette.groundBottom
        horizon = height * random.uniform(palette.horizon.lowerBound, palette.horizon.upperBound)
        hills = random.uniform(0, 0.12) * height
        hillPhase = random.uniform(0, 2 * .pi)
        hillLength = width * random.uniform(0.1, 0.6)
        noise = random.uniform(0.01, 0.06)
        exposure = random.uniform(0.75, 1.2)
        clouds = random.uniform(0, 0.18)
        let showsSun = random.uniform() < palette.sunShare
        let sunX = width * random.uniform(0.1, 0.9)
        let sunY = horizon * random.uniform(palette.sunHeight.lowerBound, palette.sunHeight.upperBound)
        let radius = random.uniform(1.5, 5)
        let halo = random.uniform(6, 26)
        sun = showsSun ? Sun(x: sunX, y: sunY, radius: radius, halo: halo, color: palette.sun) : nil
        reflection = random.uniform(0, palette.reflection)
        texture = Texture(
            strength: random.uniform(palette.texture.lowerBound, palette.texture.upperBound),
            size: random.uniform(2, 8), coversSky: palette.textureCoversSky, second: palette.second)
    }

    /// Writes `[3, height, width]`.
    func paint(into pixels: UnsafeMutableBufferPointer<UInt8>, random: inout RandomSource) {
        let (width, height) = (SunsetsDataset.width, SunsetsDataset.height)
        let patches = ValueNoise(size: texture.size, random: random.stream(1))
        let cover = ValueNoise(size: 9, random: random.stream(2))
        for y in 0..<height {
            for x in 0..<width {
                var color = color(Float(x), Float(y))
                if texture.coversSky || Float(y) > edge(Float(x)) {
                    let share = texture.strength * patches.value(Float(x), Float(y))
                    color += (texture.second - color) * share
                } else {
                    color *= 1 + clouds * (2 * cover.value(Float(x), Float(y) * 2.5) - 1)
                }
                color *= exposure
                for channel in 0..<3 {
                    let value = color[channel] + noise * (random.uniform() + random.uniform() - 1) * 2
                    pixels[(channel * height + y) * width + x] = UInt8(min(255, max(0, value * 255)) + 0.5)
                }
            }
        }
    }

    /// Where the ground begins in a column.
    private func edge(_ x: Float) -> Float { horizon + hills * sin(x / hillLength * 2 * .pi + hillPhase) }

    private func color(_ x: Float, _ y: Float) -> Color {
        let edge = edge(x)
        guard y > edge else {
            let height = max(0, min(1, y / max(1, edge)))
            return skyTop + (skyBottom - skyTop) * (height * height) + glow(x, y)
        }
        let depth = min(1, (y - edge) / max(1, Float(SunsetsDataset.height) - edge))
        let ground = groundTop + (groundBottom - groundTop) * depth
        guard let sun, reflection > 0 else { return ground }
        let across = (x - sun.x) / (4 + 8 * depth)
        return ground + sun.color * (reflection * exp(-across * across) * (1 - 0.5 * depth))
    }

    private func glow(_ x: Float, _ y: Float) -> Color {
        guard let sun else { return .zero }
        let distance = ((x - sun.x) * (x - sun.x) + (y - sun.y) * (y - sun.y)).squareRoot()
        if distance < sun.radius { return Color(repeating: 1) }
        return sun.color * (0.6 * exp(-(distance - sun.radius) / sun.halo))
    }
}

/// Smooth random patches between 0 and 1: random values on a lattice with smooth steps between them.
private struct ValueNoise {
    let size: Float
    let random: RandomSource

    func value(_ x: Float, _ y: Float) -> Float {
        let (u, v) = (x / size, y / size)
        let (column, row) = (Int(u), Int(v))
        let (right, down) = (Self.smooth(u - Float(column)), Self.smooth(v - Float(row)))
        let upper = corner(column, row) * (1 - right) + corner(column + 1, row) * right
        let lower = corner(column, row + 1) * (1 - right) + corner(column + 1, row + 1) * right
        return upper * (1 - down) + lower * down
    }

    private static func smooth(_ t: Float) -> Float { t * t * (3 - 2 * t) }

    private func corner(_ column: Int, _ row: Int) -> Float {
        var source = random.stream(UInt64(row) << 32 | UInt64(column))
        return source.uniform()
    }
}
