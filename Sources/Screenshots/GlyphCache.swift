import Screen

/// The masks of the characters of a screen, each drawn once.
final class GlyphCache {
    private struct Key: Hashable {
        var character: Character
        var isBold: Bool
    }

    private let regular: Typeface
    private let bold: Typeface
    private let boxes: BoxGlyphs
    private var masks: [Key: CellMask] = [:]

    var cellWidth: Int { regular.cellWidth }
    var cellHeight: Int { regular.cellHeight }
    var baseline: Int { regular.baseline }
    /// Of a light line, in pixels.
    var lineThickness: Int { boxes.light }

    init(fonts: FontFiles, size: Int) throws(ScreenshotError) {
        regular = try Typeface(path: fonts.regular, size: size)
        bold = try Typeface(path: fonts.bold, size: size)
        boxes = BoxGlyphs(
            width: regular.cellWidth, height: regular.cellHeight, light: max(1, (size + 8) / 16))
    }

    func mask(of character: Character, isBold: Bool) -> CellMask {
        let key = Key(character: character, isBold: isBold)
        if let mask = masks[key] { return mask }
        let mask =
            geometricMask(of: character)
            ?? (isBold ? bold : regular).mask(of: character, width: cellWidth * character.cellWidth)
        masks[key] = mask
        return mask
    }

    private func geometricMask(of character: Character) -> CellMask? {
        guard let scalar = character.unicodeScalars.first else { return nil }
        return BlockGlyphs.mask(of: scalar, width: cellWidth, height: cellHeight) ?? boxes.mask(of: scalar)
    }
}
