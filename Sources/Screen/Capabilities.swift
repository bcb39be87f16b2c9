/// How many colours the terminal shows; poorer tiers come first.
public enum ColorTier: String, Sendable, Hashable, Comparable, CaseIterable {
    case monochrome, sixteen, palette, trueColor

    private var rank: Int {
        switch self {
        case .monochrome: 0
        case .sixteen: 1
        case .palette: 2
        case .trueColor: 3
        }
    }

    public static func < (left: ColorTier, right: ColorTier) -> Bool { left.rank < right.rank }
}

/// Which characters the terminal can be trusted with.
public enum GlyphTier: String, Sendable, Hashable, CaseIterable {
    /// Only the printable part of ASCII.
    case ascii
    /// Unicode with box-drawing and block elements, but no braille (the Linux console).
    case blocks
    case braille
}

/// What the terminal can show: found by `Terminal`, forced by options.
public struct Capabilities: Sendable, Hashable {
    public var colors: ColorTier
    public var glyphs: GlyphTier

    public init(colors: ColorTier = .trueColor, glyphs: GlyphTier = .braille) {
        self.colors = colors
        self.glyphs = glyphs
    }
}
