/// What a colour means; the theme says which colour that is.
public enum Ink: UInt8, Sendable, Hashable, CaseIterable {
    case text, faint, title, border, focus, key
    case good, warning, bad, selected
    case training, trainingRaw, validation, rate, edit, epoch
    /// Behind every second epoch of a plot: a shade away from the background.
    case band
}

/// A colour of a cell: a role that the theme resolves, or exact pixels (thumbnails, shaded cells).
public enum Color: Sendable, Hashable {
    case none
    case ink(Ink)
    case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell's character is drawn.
public struct Style: Sendable, Hashable {
    public var foreground: Color
    public var background: Color
    public var isBold: Bool
    public var isReversed: Bool
    public var isUnderlined: Bool

    public init(
        _ foreground: Color = .ink(.text), on background: Color = .none, bold: Bool = false,
        reversed: Bool = false,
        underlined: Bool = false
    ) {
        self.foreground = foreground
        self.background = background
        isBold = bold
        isReversed = reversed
        isUnderlined = underlined
    }

    public static func ink(_ ink: Ink) -> Style { Style(.ink(ink)) }
}
