import Screen

/// What the environment says about the terminal, and what follows from it. A value, so that it can be tested.
package struct TerminalEnvironment: Equatable {
    package var term: String
    /// `COLORTERM`
    package var colorTerm: String
    /// `NO_COLOR` is there and not empty (https://no-color.org).
    package var forbidsColor: Bool
    /// Inside tmux, whatever TERM says.
    package var isTmux: Bool
    /// The locale's character set is UTF-8.
    package var isUTF8: Bool

    package init(term: String, colorTerm: String, forbidsColor: Bool, isTmux: Bool, isUTF8: Bool) {
        self.term = term
        self.colorTerm = colorTerm
        self.forbidsColor = forbidsColor
        self.isTmux = isTmux
        self.isUTF8 = isUTF8
    }

    /// Whether the terminal takes 24-bit colours.
    var promisesTrueColor: Bool {
        ["truecolor", "24bit"].contains(colorTerm.lowercased()) || term.contains("-direct")
    }

    /// Whether it is no screen at all.
    package var isDumb: Bool { term.isEmpty || term == "dumb" || term == "unknown" }

    /// Terminfo entries to try in this order for a tier of colours (`nil`: whatever is best).
    ///
    /// Ncurses sends 24-bit colours with `*-direct` entries only; those are in the package ncurses-term.
    package func entries(for tier: ColorTier?) -> [String] {
        var entries: [String] = []
        let wantsTrueColor = tier.map { $0 == .trueColor } ?? (promisesTrueColor && !forbidsColor)
        if wantsTrueColor && !term.contains("-direct") { entries += directEntries }
        entries.append(term)
        if term.contains("-direct") && tier != nil && tier != .trueColor {
            entries.insert(base + "-256color", at: 0)
        }
        entries += ["xterm-256color", "xterm", "ansi"].filter { !entries.contains($0) }
        return entries
    }

    private var directEntries: [String] {
        if isTmux || term.hasPrefix("tmux") { return ["tmux-direct"] }
        // GNU screen hands COLORTERM down but not the colours.
        if term.hasPrefix("screen") { return [] }
        if term == "xterm-kitty" { return ["kitty-direct", "xterm-direct"] }
        return base == "xterm" ? ["xterm-direct"] : [base + "-direct", "xterm-direct"]
    }

    private var base: String {
        for suffix in ["-256color", "-color", "-direct", "-16color", "-88color"] where term.hasSuffix(suffix)
        {
            return String(term.dropLast(suffix.count))
        }
        return term
    }

    /// The tier to draw with, when the opened entry has so many colours.
    package func tier(forced: ColorTier?, colors: Int) -> ColorTier {
        let possible: ColorTier =
            switch colors {
            case ..<8: .monochrome
            case ..<256: .sixteen
            case ...65536: .palette
            default: .trueColor
            }
        if let forced { return min(forced, possible) }
        return forbidsColor ? .monochrome : possible
    }

    /// Unicode as far as the locale and the fonts of the Linux console go.
    package var glyphs: GlyphTier {
        guard isUTF8 else { return .ascii }
        return term.hasPrefix("linux") ? .blocks : .braille
    }
}
