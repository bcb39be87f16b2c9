extension PixelImage {
    /// The picture in cells, two pixels high each, as well as the terminal can.
    ///
    /// With 256 colours or more: half blocks in exact colours. With sixteen: shade characters in the nearest hue.
    /// Without colours: shade characters alone. `grid.size` is `width × ⌈height / 2⌉`.
    public func cells(_ capabilities: Capabilities) -> Grid {
        let hasColors = capabilities.colors >= .palette && capabilities.glyphs != .ascii
        return hasColors ? halfBlocks() : shades(capabilities)
    }

    private func halfBlocks() -> Grid {
        var grid = Grid(Size(width: width, height: (height + 1) / 2))
        for row in 0..<grid.size.height {
            for x in 0..<width {
                let top = color(self[x, 2 * row])
                let bottom = 2 * row + 1 < height ? color(self[x, 2 * row + 1]) : .none
                grid[x, row] = top == bottom ? Cell("█", Style(top)) : Cell("▀", Style(top, on: bottom))
            }
        }
        return grid
    }

    private func shades(_ capabilities: Capabilities) -> Grid {
        let ramp = Glyphs(capabilities.glyphs).shades
        var grid = Grid(Size(width: width, height: (height + 1) / 2))
        for row in 0..<grid.size.height {
            for x in 0..<width {
                let pixel = mean(rows: 2 * row..<min(height, 2 * row + 2), columns: x..<x + 1)
                let level = Int((pixel.luminance / 255 * Double(ramp.count - 1)).rounded())
                let style = capabilities.colors >= .sixteen ? Style(color(pixel)) : Style()
                grid[x, row] = Cell(ramp[min(ramp.count - 1, max(0, level))], style)
            }
        }
        return grid
    }

    private func color(_ pixel: RGB) -> Color { .rgb(red: pixel.red, green: pixel.green, blue: pixel.blue) }
}
