import CFreeType
import Glibc

/// A font at a size, through FreeType. For one thread.
final class Typeface {
    private let library: FT_Library
    private let face: FT_Face
    /// Advance of a character and distance of two lines, in pixels.
    let cellWidth, cellHeight: Int
    /// From the top of a cell down to the line that letters stand on.
    let baseline: Int

    /// - Parameter size: of the em square, in pixels.
    init(path: String, size: Int) throws(ScreenshotError) {
        var library: FT_Library?
        guard FT_Init_FreeType(&library) == 0, let library else {
            throw .badFont(path: path, reason: "FreeType does not start")
        }
        var face: FT_Face?
        let code = FT_New_Face(library, path, 0, &face)
        guard code == 0, let face else {
            FT_Done_FreeType(library)
            throw .badFont(path: path, reason: "FreeType error \(code)")
        }
        FT_Set_Pixel_Sizes(face, 0, UInt32(size))
        let metrics = face.pointee.size.pointee.metrics
        // FreeType counts in 64ths of a pixel.
        cellWidth = max(1, (Int(metrics.max_advance) + 32) / 64)
        baseline = (Int(metrics.ascender) + 63) / 64
        cellHeight = baseline + (63 - Int(metrics.descender)) / 64
        self.library = library
        self.face = face
    }

    deinit {
        FT_Done_Face(face)
        FT_Done_FreeType(library)
    }

    /// Draws a character's scalars over each other, as combining marks want it.
    func mask(of character: Character, width: Int) -> CellMask {
        var mask = CellMask(width: width, height: cellHeight)
        for scalar in character.unicodeScalars where !scalar.properties.isVariationSelector {
            guard FT_Load_Char(face, UInt(scalar.value), shim_load_render) == 0,
                let glyph = face.pointee.glyph
            else { continue }
            draw(glyph.pointee, in: &mask)
        }
        return mask
    }

    private func draw(_ glyph: FT_GlyphSlotRec, in mask: inout CellMask) {
        guard glyph.bitmap.pixel_mode == UInt8(FT_PIXEL_MODE_GRAY.rawValue), let pixels = glyph.bitmap.buffer
        else {
            return
        }
        for row in 0..<Int(glyph.bitmap.rows) {
            for column in 0..<Int(glyph.bitmap.width) {
                mask.cover(
                    Int(glyph.bitmap_left) + column, baseline - Int(glyph.bitmap_top) + row,
                    by: pixels[row * Int(glyph.bitmap.pitch) + column])
            }
        }
    }
}
