import Pictures
import Screen

extension Picture {
    /// The pixels a true-colour terminal would show for a frame.
    ///
    /// - Parameter fontSize: of the em square in pixels; a cell is about 0.6 of it wide and 1.2 of it high.
    /// - Throws: `ScreenshotError` where the font is not installed.
    public init(of grid: Grid, theme: Theme, fontSize: Int = 18) throws(ScreenshotError) {
        precondition(fontSize >= 4, "a font of \(fontSize) pixels cannot be read")
        let glyphs = try GlyphCache(fonts: FontFiles.find(), size: fontSize)
        var canvas = Canvas(size: grid.size, glyphs: glyphs, theme: theme)
        for row in 0..<grid.size.height {
            for column in 0..<grid.size.width where !grid[column, row].isContinuation {
                canvas.draw(grid[column, row], column: column, row: row)
            }
        }
        self = canvas.picture
    }
}

/// The picture under way.
private struct Canvas {
    private let glyphs: GlyphCache
    private let theme: Theme
    private let width, height: Int
    private var pixels: [UInt8]

    init(size: Size, glyphs: GlyphCache, theme: Theme) {
        self.glyphs = glyphs
        self.theme = theme
        // An empty frame still is a picture, of one cell.
        width = max(1, size.width) * glyphs.cellWidth
        height = max(1, size.height) * glyphs.cellHeight
        let background = [theme.background.red, theme.background.green, theme.background.blue]
        pixels = (0..<width * height).flatMap { _ in background }
    }

    var picture: Picture { Picture(width: width, height: height, channels: 3, pixels: pixels) }

    mutating func draw(_ cell: Cell, column: Int, row: Int) {
        var ink = theme.rgb(cell.style.foreground) ?? theme.foreground
        var paper = theme.rgb(cell.style.background) ?? theme.background
        if cell.style.isReversed { swap(&ink, &paper) }
        let mask = glyphs.mask(of: cell.character, isBold: cell.style.isBold)
        let underline =
            cell.style.isUnderlined ? glyphs.baseline + 1..<glyphs.baseline + 1 + glyphs.lineThickness : 0..<0
        // A wide character at the right edge is cut rather than wrapped.
        let visible = min(mask.width, width - column * glyphs.cellWidth)
        for y in 0..<glyphs.cellHeight {
            var offset = ((row * glyphs.cellHeight + y) * width + column * glyphs.cellWidth) * 3
            for x in 0..<visible {
                let coverage = underline.contains(y) ? 255 : mask[x, y]
                pixels[offset] = blend(paper.red, ink.red, coverage)
                pixels[offset + 1] = blend(paper.green, ink.green, coverage)
                pixels[offset + 2] = blend(paper.blue, ink.blue, coverage)
                offset += 3
            }
        }
    }

    private func blend(_ paper: UInt8, _ ink: UInt8, _ coverage: UInt8) -> UInt8 {
        let share = Int(coverage)
        return UInt8((Int(paper) * (255 - share) + Int(ink) * share + 127) / 255)
    }
}
