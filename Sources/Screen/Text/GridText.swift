extension Grid {
    /// The grid as lines of text with the terminal's own codes for colours (ECMA-48 SGR), for output that scrolls.
    /// Blanks at the ends of lines are left out; every line ends with the terminal's own colours.
    ///
    /// - Parameter colors: `monochrome` for text without any code.
    public func text(theme: Theme, colors: ColorTier) -> String {
        (0..<size.height).map { line($0, theme: theme, colors: colors) }.joined(separator: "\n")
    }

    private func line(_ row: Int, theme: Theme, colors: ColorTier) -> String {
        var cells = (0..<size.width).map { self[$0, row] }.filter { !$0.isContinuation }
        while let last = cells.last, last.character == " ", last.style.background == .none {
            cells.removeLast()
        }
        var text = ""
        var current = ""
        for cell in cells {
            let codes = cell.style.codes(theme: theme, colors: colors)
            if codes != current {
                text += "\u{1b}[0" + (codes.isEmpty ? "" : ";" + codes) + "m"
                current = codes
            }
            text.append(cell.character)
        }
        return text + (current.isEmpty ? "" : "\u{1b}[0m")
    }
}

extension Style {
    /// The parameters of an SGR sequence; empty for plain text.
    fileprivate func codes(theme: Theme, colors: ColorTier) -> String {
        guard colors > .monochrome else { return "" }
        var codes: [String] = []
        if isBold { codes.append("1") }
        if isUnderlined { codes.append("4") }
        if isReversed { codes.append("7") }
        codes += code(foreground, theme, colors, isBackground: false)
        codes += code(background, theme, colors, isBackground: true)
        return codes.joined(separator: ";")
    }

    private func code(_ color: Color, _ theme: Theme, _ tier: ColorTier, isBackground: Bool) -> [String] {
        // Plain text is in the terminal's own colour, whatever its background is.
        guard color != .none, color != .ink(.text), let rgb = theme.rgb(color) else { return [] }
        switch tier {
        case .monochrome: return []
        case .sixteen:
            guard case .ink(let ink) = color, let number = theme.ansi(ink) else { return [] }
            return ["\((number < 8 ? 30 : 82) + number + (isBackground ? 10 : 0))"]
        case .palette: return ["\(isBackground ? 48 : 38);5;\(rgb.paletteIndex)"]
        case .trueColor: return ["\(isBackground ? 48 : 38);2;\(rgb.red);\(rgb.green);\(rgb.blue)"]
        }
    }
}
