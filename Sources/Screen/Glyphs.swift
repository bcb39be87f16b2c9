/// The characters that a tier draws frames, bars and marks with.
///
/// Every mark has a form of its own in every tier, so that nothing is said by colour alone.
public struct Glyphs: Sendable, Hashable {
    public let tier: GlyphTier

    public init(_ tier: GlyphTier) { self.tier = tier }

    private func pick(_ braille: Character, _ blocks: Character, _ ascii: Character) -> Character {
        switch tier {
        case .braille: braille
        case .blocks: blocks
        case .ascii: ascii
        }
    }

    // Frames.
    public var topLeft: Character { pick("╭", "┌", "+") }
    public var topRight: Character { pick("╮", "┐", "+") }
    public var bottomLeft: Character { pick("╰", "└", "+") }
    public var bottomRight: Character { pick("╯", "┘", "+") }
    public var horizontal: Character { pick("─", "─", "-") }
    public var vertical: Character { pick("│", "│", "|") }
    /// Around a title in a border: `┐title┌`, below `┘title└`.
    public var titleOpen: Character { pick("┐", "┤", "[") }
    public var titleClose: Character { pick("┌", "├", "]") }
    public var footOpen: Character { pick("┘", "┤", "[") }
    public var footClose: Character { pick("└", "├", "]") }

    // Where lines meet.
    public var crossing: Character { pick("┼", "┼", "+") }
    public var teeRight: Character { pick("├", "├", "+") }
    public var teeLeft: Character { pick("┤", "┤", "+") }
    public var teeUp: Character { pick("┴", "┴", "+") }

    // Bars.
    public var barFull: Character { pick("━", "█", "=") }
    public var barHalf: Character { pick("╸", "▌", "-") }
    public var barRest: Character { pick("─", "░", ".") }

    // Marks.
    public var validation: Character { pick("◆", "◆", "o") }
    public var best: Character { pick("★", "*", "*") }
    public var edit: Character { pick("▾", "v", "v") }
    public var epoch: Character { pick("┊", ":", ":") }
    public var cursor: Character { pick("│", "│", "|") }
    public var notFinite: Character { pick("✗", "X", "X") }
    public var above: Character { pick("▴", "^", "^") }
    public var select: Character { pick("▸", ">", ">") }
    public var running: Character { pick("●", "•", "*") }
    public var idle: Character { pick("○", "o", "o") }
    public var paused: Character { pick("‖", "=", "=") }
    public var done: Character { pick("✓", "√", "+") }
    public var stopped: Character { pick("■", "■", "#") }
    public var failed: Character { pick("✗", "x", "x") }
    public var warning: Character { pick("▲", "!", "!") }
    public var up: Character { pick("↑", "↑", "^") }
    public var down: Character { pick("↓", "↓", "v") }
    public var left: Character { pick("←", "←", "<") }
    public var right: Character { pick("→", "→", ">") }
    public var open: Character { pick("‹", "<", "<") }
    public var close: Character { pick("›", ">", ">") }
    public var fixed: Character { pick("⋅", ".", "_") }
    public var dot: Character { pick("·", "·", ".") }
    public var times: Character { pick("×", "x", "x") }
    public var ellipsis: Character { pick("…", "~", "~") }

    /// From empty to full.
    public var shades: [Character] {
        tier == .ascii ? [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"] : [" ", "░", "▒", "▓", "█"]
    }

    /// `³` where the font surely has it, otherwise `3`.
    public func superscript(_ digit: Int) -> Character {
        let digits: [Character] = tier == .braille ? Array("⁰¹²³⁴⁵⁶⁷⁸⁹") : Array("0123456789")
        return digits.indices.contains(digit) ? digits[digit] : "?"
    }
}

extension Grid {
    /// The grid with only what a tier can show: one-cell substitutes for everything beyond it.
    ///
    /// Views draw with `Glyphs` where a tier needs another picture; this is for the rest: signs in texts, class names.
    public func limited(to tier: GlyphTier) -> Grid {
        guard tier != .braille else { return self }
        var limited = self
        for row in 0..<size.height {
            for column in 0..<size.width {
                let cell = self[column, row]
                guard !cell.character.isASCII, !cell.isContinuation else { continue }
                let substitute = Glyphs.substitutes[cell.character]
                guard tier == .ascii || (substitute != nil && !Glyphs.blocks.contains(cell.character)) else {
                    continue
                }
                let known = substitute ?? Glyphs.base(of: cell.character)
                limited[column, row] = Cell(known ?? "?", cell.style)
            }
        }
        return limited
    }
}

extension Glyphs {
    fileprivate static let substitutes: [Character: Character] = [
        "·": ".", "×": "x", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "‹": "<", "›": ">", "–": "-",
        "—": "-",
        "◆": "o", "★": "*", "▾": "v", "●": "*", "○": "o", "‖": "=", "✓": "+", "✗": "x", "■": "#", "▲": "!",
        "▼": "v",
        "∞": "I", "Δ": "d", "∇": "g", "“": "\"", "”": "\"", "‘": "'", "’": "'", "≈": "~", "▸": ">", "┊": ":",
        "▏": "|",
        "▁": "_", "█": "#", "─": "-", "│": "|", "√": "+", "•": "*", "§": "S", "▴": "^",
    ]

    /// What the fonts of consoles without braille have all the same (code page 437).
    fileprivate static let blocks: Set<Character> = [
        "·", "→", "←", "↑", "↓", "◆", "■", "█", "─", "│", "√", "•", "∞",
    ]

    /// The letter under an accent: `é` is `e`.
    fileprivate static func base(of character: Character) -> Character? {
        guard let scalar = character.unicodeScalars.first, scalar.isASCII else { return nil }
        return Character(scalar)
    }
}
