import ArgumentParser
import Screen

/// How the dashboard looks; without these the terminal decides.
struct DisplayOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Colours of the dashboard: \(Self.themeNames).", valueName: "name"))
    var theme: Theme?

    @Option(help: "Colour tier: truecolor, 256, 16 or none (default: what the terminal can).")
    var colors: ColorTier?

    @Option(help: "Characters: braille, blocks or ascii (default: what the locale allows).")
    var glyphs: GlyphTier?

    static let themeNames = Theme.all.map(\.name).joined(separator: ", ")
}

extension Theme: ExpressibleByArgument {
    public init?(argument: String) {
        guard let theme = Theme.named(argument) else { return nil }
        self = theme
    }

    public var defaultValueDescription: String { name }
}

extension ColorTier: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument.lowercased() {
        case "truecolor", "24bit": self = .trueColor
        case "256": self = .palette
        case "16": self = .sixteen
        case "none", "monochrome", "mono": self = .monochrome
        default: return nil
        }
    }

    public static var allValueStrings: [String] { ["truecolor", "256", "16", "none"] }
}

extension GlyphTier: ExpressibleByArgument {}
