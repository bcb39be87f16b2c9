import Testing

/// The dashboard in terminals that can do little.
@Suite(.serialized, .needsTerminal)
struct Terminals {
    @Test(arguments: ["xterm-256color", "xterm", "vt100", "linux", "screen"])
    func everyKindOfTerminalShowsARun(term: String) throws {
        let folder = try Folder()
        let terminal = try TerminalSession("train shapes --set maxEpochs=500", in: folder, term: term)
        try terminal.wait(for: "the plots") { $0.contains("loss") && $0.contains("training") }
        terminal.type("q")
        try terminal.wait(for: "leave")
        terminal.press("Enter")
        try terminal.wait(for: "exit status: 0")
    }

    @Test func anUnknownTerminalIsServedOrRefusedInOneLine() throws {
        let folder = try Folder()
        let terminal = try TerminalSession(
            "train shapes --set maxEpochs=500", in: folder, term: "no-such-terminal")
        try terminal.wait(for: "a dashboard, or a line that names the terminal") {
            $0.contains("confusion") || $0.contains("no-such-terminal")
        }
    }

    @Test func withoutColoursAndUnicodeAllIsStillThere() throws {
        let folder = try Folder()
        let terminal = try TerminalSession(
            "train shapes --set maxEpochs=500", in: folder, term: "vt100",
            environment: ["LC_ALL": "C", "NO_COLOR": "1"])
        let screen = try terminal.wait(for: "the confusion matrix") {
            $0.contains("confusion") && $0.contains("training")
        }
        #expect(
            screen.unicodeScalars.allSatisfy { $0.value < 128 }, "only ASCII on an ASCII terminal:\n\(screen)"
        )
    }

    @Test func twentyByFiveIsToldWhatItNeeds() throws {
        let folder = try Folder()
        let terminal = try TerminalSession(
            "train shapes --set maxEpochs=500", in: folder, width: 20, height: 5)
        try terminal.wait(for: "both sizes") { $0.contains("20") && $0.contains("5") }
        terminal.type("q")
        terminal.press("Enter")
        try terminal.wait(for: "status: 0")
    }
}
