import Screen
import Testing

struct GridTests {
    @Test func wideCharactersTakeTwoCellsAndKeepColumnsAligned() {
        var grid = Grid(Size(width: 6, height: 1))
        grid.write("猫ab", column: 0, row: 0)
        #expect(grid[1, 0].isContinuation)
        #expect(grid[2, 0].character == "a")
        #expect(grid.description == "猫ab  ")
    }

    @Test func aWideCharacterThatIsHalfOverwrittenGoesAltogether() {
        var grid = Grid(Size(width: 4, height: 1))
        grid.write("猫", column: 0, row: 0)
        grid.write("x", column: 1, row: 0)
        #expect(grid.description == " x  ")
        grid.write("猫", column: 1, row: 0)
        grid.write("y", column: 1, row: 0)
        #expect(grid.description == " y  ")
    }

    @Test func aWideCharacterWithoutRoomIsLeftOut() {
        var grid = Grid(Size(width: 3, height: 1))
        grid.write("ab猫", column: 0, row: 0)
        #expect(grid.description == "ab ")
        #expect(!grid.cells.contains { $0.isContinuation })
    }

    @Test func writesOutsideAreClipped() {
        var grid = Grid(Size(width: 2, height: 1))
        grid.write("hello", column: -3, row: 0)
        grid.write("x", column: 0, row: 5)
        #expect(grid.description == "lo")
        #expect(Grid(Size(width: -3, height: 2)).cells.isEmpty)
    }

    @Test func controlCharactersNeverReachACell() {
        var grid = Grid(Size(width: 10, height: 1))
        grid.write("\u{1B}[2Jevil\n", column: 0, row: 0)
        #expect(grid.description == "�[2Jevil� ")
    }

    @Test func asciiTierLeavesNothingBeyondAscii() {
        var grid = Grid(Size(width: 8, height: 1))
        grid.write("é猫◆…×é", column: 0, row: 0)
        let limited = grid.limited(to: .ascii)
        #expect(limited.cells.allSatisfy { $0.character.isASCII || $0.isContinuation })
        #expect(limited[3, 0].character == "o")
    }
}

struct BoxTests {
    @Test func aBoxCarriesItsKeyTitleNotesAndFootInTheBorder() {
        var grid = Grid(Size(width: 40, height: 3))
        let box = Box("loss", number: 1, notes: ["log"], foot: [Segment("train 0.31")], rightFoot: "1/3")
        let inner = grid.draw(
            box, in: Rectangle(column: 0, row: 0, width: 40, height: 3), glyphs: Glyphs(.braille))
        #expect(
            grid.description == """
                ╭┐¹loss┌──────────────────────────┐log┌╮
                │                                      │
                ╰┘train 0.31└─────────────────────┘1/3└╯
                """)
        #expect(inner == Rectangle(column: 1, row: 1, width: 38, height: 1))
    }

    @Test func asciiBoxesUsePlainSigns() {
        var grid = Grid(Size(width: 14, height: 2))
        grid.draw(
            Box("log", number: 6), in: Rectangle(column: 0, row: 0, width: 14, height: 2),
            glyphs: Glyphs(.ascii))
        #expect(grid.description == "+[6log]------+\n+------------+")
    }

    @Test(arguments: 0...12, 0...4)
    func noSizeIsTooSmall(width: Int, height: Int) {
        var grid = Grid(Size(width: width, height: height))
        grid.draw(
            Box("a long title", number: 3, notes: ["note"], foot: [Segment("foot")], rightFoot: "right"),
            in: Rectangle(column: 0, row: 0, width: width, height: height), glyphs: Glyphs(.braille))
        #expect(grid.size == Size(width: width, height: height))
    }

    @Test func barsGrowByHalfCells() {
        func bar(_ fraction: Double, _ tier: GlyphTier) -> String {
            var grid = Grid(Size(width: 4, height: 1))
            grid.drawBar(fraction, column: 0, row: 0, width: 4, ink: .good, glyphs: Glyphs(tier))
            return grid.description
        }
        #expect(bar(0, .braille) == "────")
        #expect(bar(0.5, .braille) == "━━──")
        #expect(bar(0.625, .braille) == "━━╸─")
        #expect(bar(2, .blocks) == "████")
        #expect(bar(.nan, .ascii) == "....")
    }
}
