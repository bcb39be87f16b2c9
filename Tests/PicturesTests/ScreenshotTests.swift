import Pictures
import Screen
import Screenshots
import Testing

struct ScreenshotTests {
    /// The picture of a line of text and the size of its cells.
    private func picture(_ text: String, style: Style = Style()) throws -> (Picture, width: Int, height: Int)
    {
        let lines = text.split(separator: "\n").map(String.init)
        var grid = Grid(Size(width: lines.map(\.count).max() ?? 0, height: lines.count))
        for (row, line) in lines.enumerated() { grid.write(line, column: 0, row: row, style: style) }
        let picture = try Picture(of: grid, theme: .dark, fontSize: 16)
        return (picture, picture.width / grid.size.width, picture.height / grid.size.height)
    }

    private let white = Style(.rgb(red: 255, green: 255, blue: 255), on: .rgb(red: 0, green: 0, blue: 0))

    @Test func linesMeetAtEveryCellEdge() throws {
        let (picture, width, height) = try picture("┌──┐\n│┼┼│\n╰──╯", style: white)
        let inked = { (x: Int, y: Int) in picture[x, y].first == 255 }
        let middleX = (width - 1) / 2
        let middleY = (height - 1) / 2
        #expect((middleX..<picture.width - width + middleX).allSatisfy { inked($0, middleY) })
        // Down the left side until the rounded corner begins, and along the bottom between the corners.
        #expect((middleY..<2 * height).allSatisfy { inked(middleX, $0) })
        #expect((width..<3 * width).allSatisfy { inked($0, 2 * height + middleY) })
        #expect((width..<3 * width).allSatisfy { inked($0, height + middleY) })
    }

    @Test func blocksFillTheirCellsWithoutASeam() throws {
        let (full, _, _) = try picture("██\n██", style: white)
        #expect(full.pixels.allSatisfy { $0 == 255 })
        let (halves, width, height) = try picture("▀▄▌▐", style: white)
        for x in 0..<width {
            for y in 0..<height {
                #expect((halves[x, y].first == 255) != (halves[width + x, y].first == 255))
                #expect((halves[2 * width + x, y].first == 255) != (halves[3 * width + x, y].first == 255))
            }
        }
    }

    @Test func brailleDotsStandWhereTheirBitsSay() throws {
        // U+2801 is the dot at the upper left, U+2880 that at the lower right.
        let (picture, width, height) = try picture("\u{2801}\u{2880}", style: white)
        var dots = (upperLeft: 0, lowerRight: 0, elsewhere: 0)
        for y in 0..<height {
            for x in 0..<2 * width where picture[x, y].first ?? 0 > 128 {
                if x < width / 2 && y <= height / 4 {
                    dots.upperLeft += 1
                } else if x >= width + width / 2 && y >= height * 3 / 4 {
                    dots.lowerRight += 1
                } else {
                    dots.elsewhere += 1
                }
            }
        }
        #expect(dots.upperLeft > 3 && dots.lowerRight > 3 && dots.elsewhere == 0, "\(dots)")
    }

    @Test func reverseSwapsInkAndPaper() throws {
        let (plain, _, _) = try picture("a", style: white)
        var style = white
        style.isReversed = true
        let (reversed, _, _) = try picture("a", style: style)
        #expect(plain.pixels == reversed.pixels.map { 255 - $0 })
        #expect(plain.pixels.contains(255) && plain.pixels.contains(0))
    }

    @Test func boldAndUnderlinedPutMoreInk() throws {
        let ink = { (picture: Picture) in picture.pixels.reduce(0) { $0 + Int($1) } }
        let (plain, _, _) = try picture("abc", style: white)
        var style = white
        style.isBold = true
        #expect(try ink(picture("abc", style: style).0) > ink(plain))
        style = white
        style.isUnderlined = true
        #expect(try ink(picture("abc", style: style).0) > ink(plain))
    }

    @Test func colorsComeFromTheTheme() throws {
        let (full, _, _) = try picture("█", style: .ink(.bad))
        let expected = Theme.dark.rgb(.bad)
        #expect(Array(full[0, 0]) == [expected.red, expected.green, expected.blue])
        let (blank, _, _) = try picture(" ")
        #expect(
            Array(blank[3, 3]) == [
                Theme.dark.background.red, Theme.dark.background.green, Theme.dark.background.blue,
            ])
    }

    @Test func aWideCharacterIsPaintedOverBothItsCells() throws {
        var grid = Grid(Size(width: 2, height: 1))
        grid.write("口", column: 0, row: 0, style: Style(.none, on: .rgb(red: 9, green: 9, blue: 9)))
        let picture = try Picture(of: grid, theme: .dark)
        #expect(Array(picture[0, 0]) == [9, 9, 9])
        #expect(Array(picture[picture.width - 1, 0]) == [9, 9, 9])
    }

    @Test func anEmptyFrameIsStillAPicture() throws {
        let picture = try Picture(of: Grid(Size(width: 0, height: 0)), theme: .light)
        #expect(picture.width > 0 && picture.height > 0)
    }

    @Test func aMissingFontNamesItsPackage() {
        #expect(
            ScreenshotError.noFont(looked: ["/a", "/b"]).description
                == "no picture: DejaVuSansMono.ttf is not in /a, /b; install it (apt-get install fonts-dejavu-core)"
        )
    }
}
