import Glibc
import Tensors

/// One painted scene before it is pixels: a sky, a ground below the horizon, perhaps a sun, texture and noise.
struct Scene {
    typealias Color = SIMD3<Float>

    private let skyTop, skyBottom, groundTop, groundBottom: Color
    /// Rows from the top, and how much it goes up and down.
    private let horizon, hills: Float
    private let hillPhase, hillLength: Float
    /// The sun, or lamps.
    private let lights: [Light]
    private let buildings: [Building]
    private let texture: Texture
    /// How much of the sky's brightness the ground mirrors under the sun.
    private let reflection: Float
    private let clouds: Float
    private let noise: Float
    /// What the camera made of each colour: exposure and white balance.
    private let gains: Color
    /// From grey, 0, to the colours as they are, 1, and beyond.
    private let saturation: Float
    /// Rows by which the horizon is lower at the right end than in the middle.
    private let tilt: Float
    /// Something near the camera, out of focus.
    private let foreground: Foreground

    private struct Light {
        var x, y, radius, halo: Float
        var color: Color
        var isSun: Bool
    }

    /// An ellipse at the rim of the picture: a branch, a head, a car.
    private struct Foreground {
        var x, y, width, height: Float
        var color: Color

        /// How much of a pixel it hides.
        func cover(_ column: Float, _ row: Float) -> Float {
            guard width > 1, height > 1 else { return 0 }
            let (across, down) = ((column - x) / width, (row - y) / height)
            return max(0, min(1, (1 - across * across - down * down) * 4))
        }
    }

    /// Stands on the ground and hides the sky behind it.
    private struct Building {
        var left, right, top: Float
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
        // The camera looks up and down more than it should, and is not held straight.
        horizon = height * random.uniform(palette.horizon.lowerBound - 0.25, palette.horizon.upperBound + 0.2)
        tilt = random.uniform(-9, 9)
        hills = random.uniform(0, 0.12) * height
        hillPhase = random.uniform(0, 2 * .pi)
        hillLength = width * random.uniform(0.1, 0.6)
        noise = random.uniform(0.01, 0.09)
        let (exposure, balance) = (random.uniform(0.65, 1.25), random.uniform(-0.25, 0.25))
        gains = exposure * Color(1 + balance, 1, 1 - balance)
        saturation = random.uniform(0.3, 1.15)
        foreground = Foreground(
            x: random.uniform() < 0.5 ? 0 : width, y: height * random.uniform(0.2, 1),
            width: width * random.uniform(0, 0.5), height: height * random.uniform(0, 0.6),
            color: Color(random.uniform(0, 0.5), random.uniform(0, 0.4), random.uniform(0, 0.3)))
        clouds = random.uniform(palette.clouds.lowerBound, palette.clouds.upperBound)
        lights = Self.lights(palette, horizon: horizon, random: &random)
        buildings = Self.buildings(palette, horizon: horizon, random: &random)
        reflection = random.uniform(0, palette.reflection)
        texture = Texture(
            strength: random.uniform(palette.texture.lowerBound, palette.texture.upperBound),
            size: random.uniform(2, 8), coversSky: palette.textureCoversSky, second: palette.second)
    }

    private static func lights(_ palette: Palette, horizon: Float, random: inout RandomSource) -> [Light] {
        let width = Float(SunsetsDataset.width)
        let showsSun = random.uniform() < palette.sunShare
        var lights: [Light] = []
        if showsSun {
            lights.append(
                Light(
                    x: width * random.uniform(0.1, 0.9),
                    y: horizon * random.uniform(palette.sunHeight.lowerBound, palette.sunHeight.upperBound),
                    radius: random.uniform(1.5, 5), halo: random.uniform(6, 26), color: palette.sun,
                    isSun: true))
        }
        for _ in 0..<random.integer(below: palette.mostLamps + 1) {
            lights.append(
                Light(
                    x: width * random.uniform(), y: horizon * random.uniform(0.6, 1.1),
                    radius: random.uniform(0.7, 2), halo: random.uniform(4, 14), color: palette.lamp,
                    isSun: false))
        }
        return lights
    }

    private static func buildings(_ palette: Palette, horizon: Float, random: inout RandomSource)
        -> [Building]
    {
        guard palette.buildings.upperBound > 0 else { return [] }
        let width = Float(SunsetsDataset.width)
        var buildings: [Building] = []
        var left = random.uniform(-10, 10)
        while left < width {
            let right = left + random.uniform(5, 22)
            let height = random.uniform(palette.buildings.lowerBound, palette.buildings.upperBound)
            let shade = random.uniform(0.75, 1.15)
            buildings.append(
                Building(left: left, right: right, top: horizon * (1 - height), color: palette.facade * shade)
            )
            left = right + random.uniform(0, palette.gaps)
        }
        return buildings
    }

    /// Writes `[3, height, width]`.
    func paint(into pixels: UnsafeMutableBufferPointer<UInt8>, random: inout RandomSource) {
        let (width, height) = (SunsetsDataset.width, SunsetsDataset.height)
        let patches = ValueNoise(size: texture.size, random: random.stream(1))
        let cover = ValueNoise(size: 9, random: random.stream(2))
        for y in 0..<height {
            for x in 0..<width {
                var color = color(Float(x), Float(y))
                let hides = building(Float(x), Float(y))
                if let hides { color = hides }
                if texture.coversSky || hides != nil || Float(y) > edge(Float(x)) {
                    let share = texture.strength * patches.value(Float(x), Float(y))
                    color += (texture.second - color) * share
                } else {
                    color *= 1 + clouds * (2 * cover.value(Float(x), Float(y) * 2.5) - 1)
                }
                color += (foreground.color - color) * foreground.cover(Float(x), Float(y))
                let grey: Float = (color[0] + color[1] + color[2]) / 3
                color = Color(repeating: grey) + (color - Color(repeating: grey)) * saturation
                color *= gains
                for channel in 0..<3 {
                    let value = color[channel] + noise * (random.uniform() + random.uniform() - 1) * 2
                    pixels[(channel * height + y) * width + x] = UInt8(min(255, max(0, value * 255)) + 0.5)
                }
            }
        }
    }

    /// Where the ground begins in a column.
    private func edge(_ x: Float) -> Float {
        horizon + hills * sin(x / hillLength * 2 * .pi + hillPhase)
            + tilt * (2 * x / Float(SunsetsDataset.width) - 1)
    }

    private func color(_ x: Float, _ y: Float) -> Color {
        let edge = edge(x)
        guard y > edge else {
            let height = max(0, min(1, y / max(1, edge)))
            return skyTop + (skyBottom - skyTop) * (height * height) + glow(x, y)
        }
        let depth = min(1, (y - edge) / max(1, Float(SunsetsDataset.height) - edge))
        let ground = groundTop + (groundBottom - groundTop) * depth
        guard let sun = lights.first, sun.isSun, reflection > 0 else {
            return ground + glow(x, y, onGround: true)
        }
        let across = (x - sun.x) / (4 + 8 * depth)
        return ground + sun.color * (reflection * exp(-across * across) * (1 - 0.5 * depth))
    }

    /// The colour of a building where one hides the sky.
    private func building(_ x: Float, _ y: Float) -> Color? {
        guard y <= edge(x) else { return nil }
        return buildings.last { $0.left <= x && x < $0.right && $0.top <= y }?.color
    }

    /// The sun lights the sky only; lamps the ground below them as well.
    private func glow(_ x: Float, _ y: Float, onGround: Bool = false) -> Color {
        var glow = Color.zero
        for light in lights where !(onGround && light.isSun) {
            let distance = ((x - light.x) * (x - light.x) + (y - light.y) * (y - light.y)).squareRoot()
            if distance < light.radius { return Color(repeating: 1) }
            glow += light.color * (0.6 * exp(-(distance - light.radius) / light.halo))
        }
        return glow
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
