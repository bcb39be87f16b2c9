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
    /// How much darker and brighter clouds make the sky.
    var clouds: ClosedRange<Float> = 0...0.25
    /// How high buildings stand, as a share of the sky; 0 for none.
    var buildings: ClosedRange<Float> = 0...0
    var facade = Color(0.05, 0.05, 0.06)
    /// Pixels between two buildings, at most.
    var gaps: Float = 8
    var mostLamps = 0
    var lamp = Color(1, 0.6, 0.25)

    init(_ kind: SceneKind, random: inout RandomSource) {
        self = Self.standard(kind, warmth: random.uniform())
        for path in [\Palette.skyTop, \.skyBottom, \.groundTop, \.groundBottom, \.second] {
            let change = Color(
                random.uniform(-0.15, 0.15), random.uniform(-0.15, 0.15), random.uniform(-0.15, 0.15))
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
        case .skyline: return skyline(warmth)
        case .overcastSunset: return overcastSunset(warmth)
        case .afterglow: return afterglow(warmth)
        case .day: return day
        case .greyDay: return greyDay
        case .haze: return haze(warmth)
        case .autumnWood: return autumnWood(warmth)
        case .desert: return desert
        case .lamplight: return lamplight
        case .town: return town
        case .sunlitTown: return sunlitTown(warmth)
        case .night: return night
        case .streetLamps: return streetLamps(warmth)
        }
    }
}

// MARK: Sunsets

extension Palette {
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

    /// Buildings or trees before the evening sky.
    private static func skyline(_ warmth: Float) -> Palette {
        var skyline = sunset(warmth)
        (skyline.buildings, skyline.gaps) = (0.1...0.8, 16)
        (skyline.facade, skyline.sunShare) = (Color(0.12, 0.08, 0.09), 0.4)
        return skyline
    }

    /// Clouds, and only below them a warm strip.
    private static func overcastSunset(_ warmth: Float) -> Palette {
        var sunset = Palette(
            Color(0.5, 0.48, 0.52), Color(0.8 + 0.15 * warmth, 0.62, 0.5 - 0.2 * warmth),
            Color(0.22, 0.19, 0.18), Color(0.12, 0.11, 0.11), second: Color(0.1, 0.1, 0.1))
        (sunset.clouds, sunset.sunShare, sunset.sunHeight) = (0.15...0.5, 0.15, 0.8...1)
        (sunset.reflection, sunset.horizon) = (0.3, 0.4...0.85)
        sunset.buildings = 0...0.3
        return sunset
    }

    /// The sun has gone.
    private static func afterglow(_ warmth: Float) -> Palette {
        var glow = Palette(
            Color(0.08, 0.1, 0.24), Color(0.6 + 0.25 * warmth, 0.35, 0.25), Color(0.04, 0.04, 0.05),
            Color(0.02, 0.02, 0.03), second: Color(0.01, 0.01, 0.02))
        (glow.horizon, glow.buildings, glow.mostLamps) = (0.45...0.9, 0...0.25, 3)
        return glow
    }
}

// MARK: What is none, from the plain to what is easily taken for one

extension Palette {
    private static let day: Palette = {
        var day = Palette(
            Color(0.25, 0.5, 0.85), Color(0.7, 0.82, 0.95), Color(0.35, 0.5, 0.25), Color(0.25, 0.38, 0.15),
            second: Color(0.55, 0.5, 0.3))
        (day.sunShare, day.texture) = (0.3, 0.1...0.6)
        return day
    }()

    private static let greyDay = Palette(
        Color(0.6, 0.62, 0.66), Color(0.8, 0.8, 0.8), Color(0.4, 0.4, 0.38), Color(0.3, 0.32, 0.28),
        second: Color(0.2, 0.22, 0.2))

    /// A pale sky that is warm near the ground, over fields.
    private static func haze(_ warmth: Float) -> Palette {
        var haze = Palette(
            Color(0.55, 0.6, 0.68), Color(0.85, 0.74 - 0.08 * warmth, 0.6 - 0.12 * warmth),
            Color(0.42, 0.38, 0.26), Color(0.28, 0.26, 0.18), second: Color(0.2, 0.24, 0.12))
        (haze.clouds, haze.sunShare, haze.texture) = (0.05...0.4, 0.3, 0.2...0.7)
        haze.sunHeight = 0.1...0.6
        return haze
    }

    private static let desert: Palette = {
        var desert = Palette(
            Color(0.35, 0.55, 0.85), Color(0.75, 0.75, 0.75), Color(0.85, 0.5, 0.25), Color(0.7, 0.35, 0.15),
            second: Color(0.5, 0.25, 0.12))
        (desert.texture, desert.horizon, desert.sunShare) = (0.1...0.6, 0.15...0.5, 0.2)
        return desert
    }()

    private static let lamplight: Palette = {
        var room = Palette(
            Color(0.7, 0.45, 0.2), Color(0.8, 0.6, 0.3), Color(0.45, 0.25, 0.1), Color(0.3, 0.16, 0.08),
            second: Color(0.15, 0.1, 0.08))
        (room.sunShare, room.sunHeight, room.texture) = (0.6, 0...0.8, 0.2...0.8)
        room.textureCoversSky = true
        return room
    }()

    private static let town: Palette = {
        var town = Palette(
            Color(0.5, 0.6, 0.75), Color(0.75, 0.75, 0.75), Color(0.5, 0.45, 0.42), Color(0.3, 0.3, 0.32),
            second: Color(0.7, 0.3, 0.2))
        (town.buildings, town.facade) = (0.2...0.8, Color(0.55, 0.42, 0.36))
        return town
    }()

    /// Walls in the light of a low sun behind the camera: as warm as an evening sky and in its place.
    private static func sunlitTown(_ warmth: Float) -> Palette {
        var town = Palette(
            Color(0.22, 0.26, 0.4), Color(0.45, 0.45, 0.5), Color(0.25, 0.2, 0.16), Color(0.15, 0.12, 0.1),
            second: Color(0.35, 0.2, 0.12))
        (town.buildings, town.gaps) = (0.1...0.6, 6)
        (town.facade, town.texture) = (Color(0.85, 0.55 - 0.1 * warmth, 0.35 - 0.15 * warmth), 0.05...0.4)
        return town
    }

    private static let night: Palette = {
        var night = Palette(
            Color(0.02, 0.03, 0.1), Color(0.08, 0.08, 0.2), Color(0.05, 0.05, 0.06), Color(0.02, 0.02, 0.03),
            second: Color(0.6, 0.45, 0.15))
        (night.sunShare, night.sun, night.texture) = (0.4, Color(0.6, 0.6, 0.7), 0...0.4)
        return night
    }()

    /// A street at night under sodium lamps, whose light lies over the roofs like an afterglow.
    private static func streetLamps(_ warmth: Float) -> Palette {
        var street = Palette(
            Color(0.06, 0.06, 0.14), Color(0.4 + 0.2 * warmth, 0.26, 0.16), Color(0.3, 0.18, 0.08),
            Color(0.12, 0.08, 0.05), second: Color(0.05, 0.04, 0.04))
        (street.mostLamps, street.buildings) = (9, 0.1...0.5)
        (street.facade, street.horizon) = (Color(0.1, 0.07, 0.05), 0.4...0.85)
        return street
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
