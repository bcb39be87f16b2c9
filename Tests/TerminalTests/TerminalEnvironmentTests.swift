import Screen
import Terminal
import Testing

@Suite
struct TerminalEnvironmentTests {
    private func environment(
        _ term: String, colorTerm: String = "", forbidsColor: Bool = false, tmux: Bool = false,
        utf8: Bool = true
    ) -> TerminalEnvironment {
        TerminalEnvironment(
            term: term, colorTerm: colorTerm, forbidsColor: forbidsColor, isTmux: tmux, isUTF8: utf8)
    }

    @Test func trueColorTakesTheDirectEntryFirst() {
        let fallbacks = ["xterm", "ansi"]
        #expect(
            environment("xterm-256color", colorTerm: "truecolor").entries(for: nil)
                == ["xterm-direct", "xterm-256color"] + fallbacks)
        #expect(
            environment("tmux-256color", colorTerm: "24bit", tmux: true).entries(for: nil).first
                == "tmux-direct")
        #expect(
            environment("xterm-kitty", colorTerm: "truecolor").entries(for: nil).prefix(3)
                == ["kitty-direct", "xterm-direct", "xterm-kitty"])
        #expect(environment("xterm-256color").entries(for: .trueColor).first == "xterm-direct")
    }

    @Test func withoutAPromiseOfTrueColorTheEntryIsTheTerminalsOwn() {
        #expect(environment("xterm-256color").entries(for: nil).first == "xterm-256color")
        #expect(
            environment("xterm-256color", colorTerm: "truecolor").entries(for: .sixteen).first
                == "xterm-256color")
        let colorless = environment("xterm-256color", colorTerm: "truecolor", forbidsColor: true)
        #expect(colorless.entries(for: nil).first == "xterm-256color")
        // GNU screen inherits COLORTERM from the terminal outside but does not pass the colours on.
        #expect(
            environment("screen-256color", colorTerm: "truecolor").entries(for: nil).first
                == "screen-256color")
    }

    @Test func anUnknownTerminalFallsBackToCommonOnes() {
        let unknown = environment("my-odd-term")
        #expect(unknown.entries(for: nil) == ["my-odd-term", "xterm-256color", "xterm", "ansi"])
    }

    @Test(arguments: ["", "dumb", "unknown"])
    func whatIsNoScreenIsNotTriedAsOne(term: String) {
        #expect(environment(term).isDumb)
    }

    @Test func tiersFollowTheColoursThereAre() {
        let plain = environment("xterm-256color")
        let tiers = [0, 2, 8, 16, 88, 256, 1 << 24].map { plain.tier(forced: nil, colors: $0) }
        #expect(tiers == [.monochrome, .monochrome, .sixteen, .sixteen, .sixteen, .palette, .trueColor])
        #expect(plain.tier(forced: .sixteen, colors: 256) == .sixteen)
        #expect(plain.tier(forced: .trueColor, colors: 8) == .sixteen)
        let colorless = environment("xterm-256color", forbidsColor: true)
        #expect(colorless.tier(forced: nil, colors: 256) == .monochrome)
        #expect(colorless.tier(forced: .palette, colors: 256) == .palette)
    }

    @Test func glyphsFollowTheLocale() {
        #expect(environment("xterm").glyphs == .braille)
        #expect(environment("linux").glyphs == .blocks)
        #expect(environment("xterm", utf8: false).glyphs == .ascii)
    }

    @Test func keysComeFromCharacters() {
        let expected: [UInt32: Key] = [
            0: .control(" "), 3: .control("c"), 8: .backspace, 9: .tab, 10: .enter, 13: .enter,
            26: .control("z"),
            27: .escape, 28: .control("\\"), 32: .character(" "), 127: .backspace, 0xE4: .character("ä"),
        ]
        for (code, key) in expected { #expect(Key(character: code) == key, "\(code)") }
        #expect(Key(character: 0xD800) == nil)
    }

    @Test func errorsSayWhatToDo() {
        #expect(
            TerminalError.cannotMoveCursor(term: "dumb").description
                == "TERM is 'dumb', a terminal that cannot move its cursor; set TERM (xterm-256color suits most) "
                + "or use --headless")
    }
}
