import Screen
import Testing

/// Grids as text that scrolls.
struct GridTextTests {
    private var grid: Grid {
        var grid = Grid(Size(width: 6, height: 2))
        grid.write("ab", column: 0, row: 0)
        grid.write("c", column: 2, row: 0, style: Style(.rgb(red: 1, green: 2, blue: 3), bold: true))
        grid.write("d", column: 1, row: 1, ink: .training)
        return grid
    }

    @Test func withoutColoursItIsPlain() {
        #expect(grid.text(theme: .dark, colors: .monochrome) == "abc\n d")
    }

    @Test func coloursEndWithTheLine() {
        let lines = grid.text(theme: .dark, colors: .trueColor).split(separator: "\n")
        #expect(lines[0] == "ab\u{1b}[0;1;38;2;1;2;3mc\u{1b}[0m")
        let ink = Theme.dark.rgb(.training)
        #expect(lines[1] == " \u{1b}[0;38;2;\(ink.red);\(ink.green);\(ink.blue)md\u{1b}[0m")
    }

    @Test func poorerTerminalsGetTheirOwnNumbers() {
        #expect(
            grid.text(theme: .dark, colors: .palette).hasPrefix(
                "ab\u{1b}[0;1;38;5;\(RGB(1, 2, 3).paletteIndex)mc"))
        // Exact colours mean nothing to a terminal with sixteen; inks are chosen by meaning.
        let sixteen = grid.text(theme: .dark, colors: .sixteen).split(separator: "\n")
        #expect(sixteen == ["ab\u{1b}[0;1mc\u{1b}[0m", " \u{1b}[0;94md\u{1b}[0m"])
    }
}
