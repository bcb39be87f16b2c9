/// A colour as a screen mixes it.
public struct RGB: Sendable, Hashable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `0xRRGGBB`, as style sheets write it.
    public init(_ hex: UInt32) {
        self.init(UInt8(hex >> 16 & 255), UInt8(hex >> 8 & 255), UInt8(hex & 255))
    }

    /// Between this colour (0) and another (1).
    public func mixed(with other: RGB, by fraction: Double) -> RGB {
        let share = min(1, max(0, fraction.isNaN ? 0 : fraction))
        func blend(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
        }
        return RGB(blend(red, other.red), blend(green, other.green), blend(blue, other.blue))
    }

    /// Perceived lightness, 0…255 (Rec. 601 weights).
    public var luminance: Double { 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue) }

    /// Squared distance, weighted towards green as the eye is.
    func distance(to other: RGB) -> Int {
        let (dr, dg, db) = (
            Int(red) - Int(other.red), Int(green) - Int(other.green), Int(blue) - Int(other.blue)
        )
        return 3 * dr * dr + 6 * dg * dg + 2 * db * db
    }

    /// Nearest entry of xterm's 256-colour palette: its 6×6×6 cube (16…231) or its grey ramp (232…255).
    public var paletteIndex: Int {
        func step(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40 }
        let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
        let (r, g, b) = (step(red), step(green), step(blue))
        let cube = RGB(levels[r], levels[g], levels[b])
        let shade = min(23, max(0, (Int(red) + Int(green) + Int(blue) - 24 + 15) / 30))
        let grey = UInt8(8 + 10 * shade)
        let nearerGrey = distance(to: RGB(grey, grey, grey)) < distance(to: cube)
        return nearerGrey ? 232 + shade : 16 + 36 * r + 6 * g + b
    }

    /// Nearest of the sixteen ANSI colours, as xterm draws them.
    public var ansiIndex: Int {
        let nearest = Self.ansi.enumerated().min { distance(to: $0.element) < distance(to: $1.element) }
        return nearest?.offset ?? 7
    }

    /// xterm's default drawing of the sixteen ANSI colours.
    public static let ansi: [RGB] = [
        RGB(0x000000), RGB(0xCD0000), RGB(0x00CD00), RGB(0xCDCD00), RGB(0x0000EE), RGB(0xCD00CD),
        RGB(0x00CDCD), RGB(0xE5E5E5), RGB(0x7F7F7F), RGB(0xFF0000), RGB(0x00FF00), RGB(0xFFFF00),
        RGB(0x5C5CFF), RGB(0xFF00FF), RGB(0x00FFFF), RGB(0xFFFFFF),
    ]
}
