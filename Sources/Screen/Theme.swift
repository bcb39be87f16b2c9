/// What each ink looks like.
///
/// A terminal with 256 colours takes the nearest of its palette (`RGB.paletteIndex`); one with sixteen takes
/// `ansi(_:)`, which is chosen by meaning and not by distance; a monochrome one keeps bold, reverse and the marks.
public struct Theme: Sendable, Equatable {
    public let name: String
    public let isDark: Bool
    /// What stands behind cells without a background of their own.
    public let background: RGB
    public let foreground: RGB
    private let inks: [Ink: RGB]

    init(_ name: String, isDark: Bool, background: UInt32, foreground: UInt32, _ inks: [Ink: UInt32]) {
        self.name = name
        self.isDark = isDark
        self.background = RGB(background)
        self.foreground = RGB(foreground)
        self.inks = inks.mapValues { RGB($0) }
    }

    public func rgb(_ ink: Ink) -> RGB { inks[ink] ?? foreground }

    /// The exact colour of a cell's foreground or background; `nil` for `.none`.
    public func rgb(_ color: Color) -> RGB? {
        switch color {
        case .none: nil
        case .ink(let ink): rgb(ink)
        case .rgb(let red, let green, let blue): RGB(red, green, blue)
        }
    }

    /// The ANSI colour 0…15 that stands for an ink on a sixteen-colour terminal; `nil`: the terminal's own foreground.
    public func ansi(_ ink: Ink) -> Int? {
        switch ink {
        case .text, .band: nil
        case .faint, .border, .epoch: isDark ? 8 : 7
        case .title: isDark ? 15 : 0
        case .focus: isDark ? 14 : 4
        case .key: isDark ? 11 : 5
        case .good: isDark ? 10 : 2
        case .warning: isDark ? 11 : 3
        case .bad: isDark ? 9 : 1
        case .selected: isDark ? 14 : 6
        case .training: isDark ? 12 : 4
        case .trainingRaw: 4
        case .validation: isDark ? 11 : 3
        case .rate: isDark ? 13 : 5
        case .edit: isDark ? 13 : 5
        }
    }

    public static let all: [Theme] = [.dark, .light, .contrast, .colorblind, .nord, .gruvbox]

    /// The theme of that name, ignoring case.
    public static func named(_ name: String) -> Theme? {
        all.first { $0.name == name.lowercased() }
    }
}
