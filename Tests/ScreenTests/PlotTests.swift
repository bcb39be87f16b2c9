import Screen
import Testing

struct PlotTests {
    @Test func ticksAreRoundAndWithinTheBounds() {
        #expect(AxisScale(lower: 0, upper: 2.4).ticks(atMost: 4) == [0, 1, 2])
        #expect(AxisScale(lower: 0, upper: 4690).ticks(atMost: 5) == [0, 1000, 2000, 3000, 4000])
        #expect(AxisScale(lower: 0.1, upper: 10, isLogarithmic: true).ticks(atMost: 3) == [0.1, 1, 10])
    }

    @Test(arguments: [0, 1, 2, 5, 40], [(0.0, 0.0), (-5, 5), (.nan, .infinity), (3, 1), (1e-30, 1e30)])
    func ticksNeverExceedTheirNumber(count: Int, bounds: (Double, Double)) {
        for isLogarithmic in [false, true] {
            let scale = AxisScale(lower: bounds.0, upper: bounds.1, isLogarithmic: isLogarithmic)
            #expect(scale.lower < scale.upper)
            #expect(scale.ticks(atMost: count).count <= count)
        }
    }

    @Test func whatHasNoPlaceOnAnAxisHasNoFraction() {
        let linear = AxisScale(lower: 0, upper: 2)
        #expect(linear.fraction(of: 1) == 0.5)
        #expect(linear.fraction(of: .nan) == nil)
        let logarithmic = AxisScale(lower: 0.01, upper: 1, isLogarithmic: true)
        #expect(logarithmic.fraction(of: 0) == nil)
        #expect(abs((logarithmic.fraction(of: 0.1) ?? 0) - 0.5) < 1e-9)
    }

    private func picture(_ tier: GlyphTier) -> String {
        var canvas = DotCanvas(columns: 4, rows: 2, tier: tier)
        canvas.line(
            Point(column: 0, row: canvas.height - 1), Point(column: canvas.width - 1, row: 0), ink: .training,
            layer: 1)
        var grid = Grid(Size(width: 4, height: 2))
        canvas.draw(into: &grid, column: 0, row: 0)
        return grid.description
    }

    @Test func aLineRisesInEveryTier() {
        #expect(picture(.braille) == "  ⣠⠞\n⣠⠞⠁ ")
        #expect(picture(.blocks) == "  ▄█\n▄█▀ ")
        #expect(picture(.ascii) == "  .'\n.'' ")
    }

    @Test func theHigherLayerOwnsItsCells() {
        var canvas = DotCanvas(columns: 1, rows: 1, tier: .braille)
        canvas.dot(0, 0, ink: .trainingRaw, layer: 1)
        canvas.dot(1, 3, ink: .training, layer: 2)
        canvas.dot(0, 1, ink: .trainingRaw, layer: 1)
        var grid = Grid(Size(width: 1, height: 1))
        canvas.draw(into: &grid, column: 0, row: 0)
        #expect(grid[0, 0] == Cell("⢀", .ink(.training)))
    }

    @Test func dotsOutsideAreClipped() {
        var canvas = DotCanvas(columns: 2, rows: 1, tier: .braille)
        canvas.line(Point(column: -50, row: -900), Point(column: 90, row: 900), ink: .text, layer: 1)
        canvas.span(7, from: 0, to: 3, ink: .text, layer: 1)
        canvas.dot(-1, 0, ink: .text, layer: 1)
        #expect(canvas.width == 4)
    }
}

struct ColorTests {
    @Test func palettesTakeTheNearestColour() {
        #expect(RGB(255, 0, 0).paletteIndex == 196)
        #expect(RGB(0, 0, 0).paletteIndex == 16)
        #expect(RGB(128, 128, 128).paletteIndex == 244)
        #expect(RGB(250, 10, 10).ansiIndex == 9)
        #expect(RGB(0, 0, 0).ansiIndex == 0)
    }

    @Test(arguments: Theme.all)
    func textCanBeReadOnEveryTheme(theme: Theme) {
        let inks: [Ink] = [
            .text, .title, .key, .good, .warning, .bad, .training, .validation, .edit, .rate, .focus,
        ]
        for ink in inks {
            #expect(contrast(theme.rgb(ink), theme.background) >= 3, "\(ink) in \(theme.name)")
        }
        #expect(contrast(theme.rgb(.text), theme.background) >= 7, "text in \(theme.name)")
        #expect(contrast(theme.rgb(.faint), theme.background) >= 2.4, "faint in \(theme.name)")
    }

    @Test func themesAreFoundByNameAndAllNamesDiffer() {
        #expect(Theme.named("Light") == .light)
        #expect(Theme.named("no such") == nil)
        #expect(Set(Theme.all.map(\.name)).count == Theme.all.count)
        #expect(Theme.all.count >= 4)
    }

    /// Ratio of relative luminances (WCAG 2.1).
    private func contrast(_ a: RGB, _ b: RGB) -> Double {
        func linear(_ value: UInt8) -> Double {
            let share = Double(value) / 255
            guard share > 0.04045 else { return share / 12.92 }
            let base = (share + 0.055) / 1.055
            return base * base * base.squareRoot()
        }
        func luminance(_ c: RGB) -> Double {
            0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue)
        }
        let (high, low) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)
    }
}

struct ImageTests {
    private let image = PixelImage(
        width: 2, height: 3,
        pixels: [
            RGB(255, 255, 255), RGB(0, 0, 0), RGB(0, 0, 0), RGB(0, 0, 0), RGB(255, 0, 0), RGB(0, 0, 255),
        ])

    @Test func twoPixelsShareACellInColour() {
        let grid = image.cells(Capabilities())
        #expect(grid.description == "▀█\n▀▀")
        #expect(
            grid[0, 0].style
                == Style(.rgb(red: 255, green: 255, blue: 255), on: .rgb(red: 0, green: 0, blue: 0)))
        #expect(grid[0, 1].style.background == .none)
    }

    @Test func withoutColoursShadesSayHowBright() {
        #expect(image.cells(Capabilities(colors: .monochrome, glyphs: .blocks)).description == "▒ \n░ ")
        #expect(
            image.cells(Capabilities(colors: .trueColor, glyphs: .ascii)).description
                == "= \n-.".padded(to: 5))
    }

    @Test func enlargingRepeatsAndReducingAverages() {
        let (white, black) = (RGB(255, 255, 255), RGB(0, 0, 0))
        #expect(image.stretched(toWidth: 4, height: 3).pixels.prefix(4) == [white, white, black, black])
        #expect(image.reduced(toWidth: 1, height: 1).pixels == [RGB(85, 42, 85)])
    }
}
