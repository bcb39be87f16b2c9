extension Character {
    /// How many cells the character takes after `sanitized`: 1, or 2 for East Asian wide ones and emoji.
    public var cellWidth: Int {
        guard let scalar = unicodeScalars.first, scalar.value >= 0x1100 else { return 1 }
        return scalar.isWide ? 2 : 1
    }

    /// The character as a terminal can be trusted to draw it: no controls, nothing invisible, nothing joined.
    ///
    /// Terminals disagree about the width of joined emoji, variation selectors and flags, so only the first scalar and
    /// at most two accents on it stay; what could move the cursor or hide itself becomes `�`.
    public var sanitized: Character {
        guard let first = unicodeScalars.first else { return " " }
        guard first.isASCII ? (32..<127).contains(first.value) : first.isPrintable else { return "�" }
        if isPlain { return self }
        var kept = String.UnicodeScalarView()
        kept.append(first)
        if !first.isWide {
            let accents = unicodeScalars.dropFirst().filter {
                $0.properties.generalCategory == .nonspacingMark
            }
            kept.append(contentsOf: accents.filter { !(0xFE00...0xFE0F).contains($0.value) }.prefix(2))
        }
        return Character(String(kept))
    }

    private var isPlain: Bool {
        unicodeScalars.index(after: unicodeScalars.startIndex) == unicodeScalars.endIndex
    }
}

extension Unicode.Scalar {
    var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark:
            false
        default: !properties.isDefaultIgnorableCodePoint
        }
    }

    /// East Asian Wide or Fullwidth (Unicode Standard Annex 11), or drawn as emoji by default.
    var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xA000...0xA4CF,
            0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
            0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}

extension String {
    /// How many cells the text takes once sanitised.
    public var cellWidth: Int { reduce(0) { $0 + $1.sanitized.cellWidth } }

    /// At most `width` cells of the text, ending in `mark` where something was cut off.
    public func clipped(to width: Int, mark: Character = "…") -> String {
        guard cellWidth > width else { return self }
        guard width > 0 else { return "" }
        var kept = ""
        var room = width - 1
        for character in self {
            let step = character.sanitized.cellWidth
            guard step <= room else { break }
            kept.append(character)
            room -= step
        }
        kept.append(mark)
        return kept
    }

    /// The text followed by blanks up to `width` cells, or clipped to it.
    public func padded(to width: Int, mark: Character = "…") -> String {
        let text = clipped(to: width, mark: mark)
        return text + String(repeating: " ", count: max(0, width - text.cellWidth))
    }

    /// The text preceded by blanks up to `width` cells, or clipped to it.
    public func leftPadded(to width: Int, mark: Character = "…") -> String {
        let text = clipped(to: width, mark: mark)
        return String(repeating: " ", count: max(0, width - text.cellWidth)) + text
    }
}
