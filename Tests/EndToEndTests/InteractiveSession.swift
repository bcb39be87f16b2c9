import Foundation
import Runs
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips, and says so, where no terminal can be had.
    static var needsTerminal: Self {
        .enabled(if: TerminalSession.missing == nil, TerminalSession.missing)
    }
}

/// What a user does in one sitting, in a real terminal.
@Suite(.serialized, .needsTerminal)
struct InteractiveSession {
    @Test func everyKeyOfASittingReachesTheTrainerAndComesBack() throws {
        let folder = try Folder()
        let terminal = try TerminalSession("train shapes --set maxEpochs=500 --name long", in: folder)
        try terminal.wait(for: "loss, filters and confusion while training") {
            $0.contains("● training") && $0.contains("loss") && $0.contains("filters")
                && $0.contains("confusion")
        }

        terminal.type(":set initialLearnRate=0.003")
        terminal.press("Enter")
        try terminal.wait(for: "the new rate in force") { $0.contains(/learning ra\S* +\.003/) }
        try eventually("the edit is in the log") { try folder.edits() == ["initialLearnRate=0.003"] }

        terminal.press("Space")
        try terminal.wait(for: "paused")
        let paused = try folder.settledIteration()
        terminal.type(".")
        try eventually("one step") { try folder.iteration() > paused }
        let stepped = try folder.settledIteration()
        #expect(stepped == paused + 1, "one step and no more")
        terminal.press("Space")
        try eventually("it trains on") { try folder.iteration() > paused + 5 }

        terminal.resize(width: 160, height: 50)
        try terminal.wait(for: "the log and the layers") { $0.contains("log") && $0.contains("dead") }
        terminal.resize(width: 30, height: 8)
        try terminal.wait(for: "the size it has") { $0.contains("30") && !$0.contains("confusion") }
        terminal.resize(width: 80, height: 24)
        try terminal.wait(for: "confusion")

        terminal.type("P")
        try eventually("a picture of the screen") { !folder.pictures.isEmpty }
        terminal.type("?")
        try terminal.wait(for: "pause or resume")
        terminal.press("Escape")

        terminal.type("q")
        try terminal.wait(for: "leave")
        terminal.press("Enter")
        try terminal.wait(for: "exit status: 0")
        let left = try folder.iteration()
        try eventually("it trains on without a dashboard") { try folder.iteration() > left + 5 }

        try comeBackAndStop(folder)
    }

    private func comeBackAndStop(_ folder: Folder) throws {
        let terminal = try TerminalSession("attach long", in: folder)
        try terminal.wait(for: "● training")
        terminal.type("q")
        try terminal.wait(for: "stop and save")
        terminal.type("s")
        try terminal.wait(for: "exit status: 0")
        try eventually("the worker has ended") { folder.workers.isEmpty }
        let stop = try #require(try folder.stop())
        #expect(stop.reason == .stoppedByUser)
        let saved = try #require(stop.saved)
        #expect(FileManager.default.fileExists(atPath: try folder.run().path + "/" + saved))
    }

    @Test func suspendingAndContinuingRedrawsTheScreen() throws {
        let folder = try Folder()
        let terminal = try TerminalSession("train shapes --set maxEpochs=500", in: folder)
        try terminal.wait(for: "● training")
        terminal.press("C-z")
        try terminal.wait(for: "Stopped")
        terminal.type("fg")
        terminal.press("Enter")
        try terminal.wait(for: "the dashboard again") {
            $0.contains("● training") && !$0.contains("Stopped")
        }
    }

    @Test func controlCOnceStopsAndSaves() throws {
        let folder = try Folder()
        let terminal = try TerminalSession("train shapes --set maxEpochs=500", in: folder)
        try eventually("it trains") { try !folder.runs.isEmpty && folder.iteration() > 3 }
        terminal.press("C-c")
        try eventually("the worker has ended") { folder.workers.isEmpty }
        #expect(try folder.stop()?.saved != nil)
        try terminal.wait(for: "stopped by user")
        terminal.type("q")
        try terminal.wait(for: "exit status: 0")
    }

    @Test func withNoRunsTheDashboardStartsTheDefaultPresetOrSaysWhatIsMissing() throws {
        let folder = try Folder()
        let terminal = try TerminalSession("", in: folder)
        try terminal.wait(for: "the default preset, or the package it needs") {
            $0.contains("fashion-mnist")
        }
    }

    @Test func withRunsTheDashboardOffersThem() throws {
        let folder = try Folder()
        let trained = try Program.run(
            "train", "shapes", "--headless", "--set", "maxEpochs=1", "--name", "offered", in: folder)
        #expect(trained.status == 0, "\(trained)")
        let terminal = try TerminalSession("", in: folder)
        try terminal.wait(for: "offered")
        terminal.press("Enter")
        try terminal.wait(for: "max epochs reached")
        terminal.type("q")
        try terminal.wait(for: "exit status: 0")
    }
}
