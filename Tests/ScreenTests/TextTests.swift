import Screen
import Testing

struct TextTests {
    @Test(arguments: [
        (0.0, "0"), (0.01, ".01"), (0.0001, "1e-4"), (0.0005, "5e-4"), (1, "1"), (0.123456, ".1235"),
        (12345, "12345"),
        (-0.5, "-.5"), (.nan, "NaN"), (.infinity, "inf"), (2.5e-7, "2.5e-7"),
    ])
    func learningRatesAreShort(value: Double, text: String) {
        #expect(Numbers.rate(value) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000"), (-12345, "-12,345")])
    func thousandsAreGrouped(value: Int, text: String) {
        #expect(Numbers.grouped(value) == text)
    }

    @Test(arguments: [
        (987.0, "987"), (33_100, "33.1k"), (1_250_000, "1.25M"), (999.9, "1.00k"), (12.34, "12.3"),
    ])
    func largeNumbersGetAUnit(value: Double, text: String) {
        #expect(Numbers.compact(value) == text)
    }

    @Test(arguments: [
        (0.0, "0:00"), (31.4, "0:31"), (3727, "1:02:07"), (273_600, "3d 04h"), (.nan, "?"), (-5, "0:00"),
    ])
    func durationsReadLikeClocks(seconds: Double, text: String) {
        #expect(Numbers.duration(seconds) == text)
    }

    @Test func ticksShareTheirDecimals() {
        #expect(Numbers.labels(for: [0, 0.5, 1]) == ["0.0", "0.5", "1.0"])
        #expect(Numbers.labels(for: [0, 1000, 2000]) == ["0", "1k", "2k"])
        #expect(Numbers.labels(for: [500, 1000, 1500]) == ["500", "1k", "1.5k"])
    }

    @Test func clippedTextEndsInADotsMarkAndCountsWideCharactersTwice() {
        #expect("learning rate".clipped(to: 8) == "learnin…")
        #expect("画像認識".clipped(to: 5) == "画像…")
        #expect("画像認識".cellWidth == 8)
        #expect("abc".clipped(to: 0) == "")
        #expect("ab".padded(to: 4) == "ab  ")
        #expect("ab".leftPadded(to: 4) == "  ab")
    }

    @Test(
        arguments: [
            ("\u{1B}", "�"), ("\u{7}", "�"), ("\u{202E}", "�"), ("\u{200B}", "�"), ("e\u{301}", "e\u{301}"),
            ("👩‍🔬", "👩"),
            ("猫", "猫"), ("a\u{300}\u{301}\u{302}\u{303}", "a\u{300}\u{301}"),
        ] as [(Character, Character)])
    func whatATerminalCouldMistakeIsReplaced(raw: Character, safe: Character) {
        #expect(raw.sanitized == safe)
    }

    @Test func abbreviationsStayApart() {
        let names = [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
            "Boot",
        ]
        #expect(
            Abbreviations.distinct(names, width: 2) == [
                "Ts", "Tr", "Pu", "Dr", "Co", "Sa", "Sh", "Sn", "Ba", "Bo",
            ])
        #expect(Abbreviations.distinct(["cat", "car", "cart"], width: 2) == ["ca", "cr", "ct"])
        #expect(Abbreviations.distinct(["same", "same", "same"], width: 4) == ["same", "2", "3"])
    }

    @Test(arguments: 1...6)
    func abbreviationsOfManyClassesAreAllDifferent(width: Int) {
        let names = (0..<9).map { "class number \($0)" } + ["猫", "犬", "", "\u{1B}[2J"]
        let short = Abbreviations.distinct(names, width: width)
        #expect(short.count == names.count)
        #expect(width < 2 || Set(short).count == names.count)
        #expect(short.allSatisfy { $0.cellWidth <= width })
    }
}
