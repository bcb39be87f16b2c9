import Tensors

/// The colours of a kind of scene and how freely they vary.
struct Palette {
    typealias Color = Scene.Color

    var skyTop, skyBottom, groundTop, groundBottom: Color
    /// The second colour of the texture.
    var second: Color
    var sun = Color(1, 0.85, 0.5)
    /// In how many of the scenes the sun is to be seen.
    var sunShare: Float = 0
    /// Its height above the horizon, 0 at the picture's top, 1 at the horizon.
    var sunHeight: ClosedRange<Float> = 0.2...0.8
    var reflection: Float = 0
    /// Share of the picture's height that is sky.
    var horizon: ClosedRange<Float> = 0.35...0.75
    var texture: ClosedRange<Float> = 0...0.3
    var textureCoversSky = false

    init(_ kind: SceneKind, random: inout RandomSource) {
        self = Self.standard(kind, warmth: random.uniform())
        for path in [\Palette.skyTop, \.skyBottom, \.groundTop, \.groundBottom, \.second] {
            let change = Color(
                random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1), random.uniform(-0.1, 0.1))
            self[keyPath: path] += change
        }
    }

    private init(
        _ skyTop: Color, _ skyBottom: Color, _ groundTop: Color, _ groundBottom: Color, second: Color
    ) {
        self.skyTop = skyTop
        self.skyBottom = skyBottom
        self.groundTop = groundTop
        self.groundBottom = groundBottom
        self.second = second
    }

    /// - Parameter warmth: 0…1, from the pale to the fiery ones of a kind.
    private static func standard(_ kind: SceneKind, warmth: Float) -> Palette {
        switch kind {
        case .sunset: return sunset(warmth)
        case .day:
            var day = Palette(
                Color(0.25, 0.5, 0.85), Color(0.7, 0.82, 0.95), Color(0.35, 0.5, 0.25),
                Color(0.25, 0.38, 0.15),
                second: Color(0.55, 0.5, 0.3))
            (day.sunShare, day.texture) = (0.3, 0.1...0.6)
            return day
        case .greyDay:
            return Palette(
                Color(0.6, 0.62, 0.66), Color(0.8, 0.8, 0.8), Color(0.4, 0.4, 0.38), Color(0.3, 0.32, 0.28),
                second: Color(0.2, 0.22, 0.2))
        case .autumnWood: return autumnWood(warmth)
        case .desert:
            var desert = Palette(
                Color(0.35, 0.55, 0.85), Color(0.75, 0.75, 0.75), Color(0.85, 0.5, 0.25),
                Color(0.7, 0.35, 0.15),
                second: Color(0.5, 0.25, 0.12))
            (desert.texture, desert.horizon, desert.sunShare) = (0.1...0.6, 0.15...0.5, 0.2)
            return desert
        case .lamplight:
            var room = Palette(
                Color(0.7, 0.45, 0.2), Color(0.8, 0.6, 0.3), Color(0.45, 0.25, 0.1), Color(0.3, 0.16, 0.08),
                second: Color(0.15, 0.1, 0.08))
            (room.sunShare, room.sunHeight, room.texture) = (0.6, 0...0.5, 0.2...0.8)
            room.textureCoversSky = true
            return room
        case .town:
            return Palette(
                Color(0.5, 0.6, 0.75), Color(0.75, 0.75, 0.75), Color(0.5, 0.45, 0.42), Color(0.3, 0.3, 0.32),
                second: Color(0.7, 0.3, 0.2))
        case .night:
            var night = Palette(
                Color(0.02, 0.03, 0.1), Color(0.08, 0.08, 0.2), Color(0.05, 0.05, 0.06),
                Color(0.02, 0.02, 0.03),
                second: Color(0.6, 0.45, 0.15))
            (night.sunShare, night.sun, night.texture) = (0.4, Color(0.6, 0.6, 0.7), 0...0.4)
            return night
        }
    }

    private static func sunset(_ warmth: Float) -> Palette {
        // From violet and pink to deep orange.
        var sunset = Palette(
            Color(0.2 + 0.25 * warmth, 0.2, 0.45 - 0.3 * warmth),
            Color(0.95, 0.65 - 0.2 * warmth, 0.45 - 0.35 * warmth),
            Color(0.2, 0.12, 0.12), Color(0.06, 0.05, 0.07), second: Color(0.02, 0.02, 0.03))
        (sunset.sunShare, sunset.sunHeight) = (0.7, 0.55...1)
        (sunset.reflection, sunset.horizon) = (0.8, 0.4...0.85)
        sunset.sun = Color(1, 0.6, 0.25)
        return sunset
    }

    private static func autumnWood(_ warmth: Float) -> Palette {
        var wood = Palette(
            Color(0.65, 0.4 - 0.1 * warmth, 0.15), Color(0.8, 0.5, 0.2), Color(0.5, 0.25, 0.1),
            Color(0.25, 0.15, 0.08), second: Color(0.25, 0.3, 0.1))
        (wood.texture, wood.textureCoversSky) = (0.3...0.9, true)
        wood.horizon = 0.4...0.9
        return wood
    }
}
