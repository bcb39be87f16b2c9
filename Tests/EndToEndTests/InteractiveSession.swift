import Foundation
import Testing

/// What a user does in one sitting, in a real terminal.
@Suite(.serialized)
struct InteractiveSession {
    @Test(.enabled(if: TerminalSession.missing == nil, TerminalSession.missing ?? ""))
    func editPauseStepDetachAttachAndStop() throws {
        let folder = try Folder()
        var terminal = try TerminalSession("train shapes --set maxEpochs=500 --name long", in: folder)

        try terminal.wait(for: "training")
        try terminal.wait(for: "epoch 1") { $0.contains("confusion") && $0.contains("filters") && $0.contains("loss") }

        // Edit the learning rate: the change comes back from the trainer as an applied value and a logged event.
        terminal.type(":set initialLearnRate=0.005")
        terminal.press("Enter")
        try terminal.wait(for: ".005")
        try eventually("the edit is in the log") { try log(of: folder).contains("initialLearnRate") }

        terminal.press("Space")
        try terminal.wait(for: "paused")
        let paused = try #require(iteration(of: folder))
        terminal.type(".")
        try eventually("one step") { try iteration(of: folder) == paused + 1 }
        terminal.press("Space")
        try terminal.wait(for: "training")

        terminal.resize(width: 160, height: 50)
        try terminal.wait(for: "health") { $0.contains("log") && $0.contains("health") }
        terminal.resize(width: 80, height: 24)
        terminal.type("P")
        try eventually("a picture of the screen") { try !pictures(of: folder).isEmpty }
        terminal.type("?")
        try terminal.wait(for: "pause")
        terminal.press("Escape")

        terminal.type("q")
        try terminal.wait(for: "detach")
        terminal.press("Enter")
        try terminal.wait(for: "exit status: 0")
        #expect(folder.workers.count == 1, "the worker trains on after detaching")

        terminal = try TerminalSession("attach long", in: folder)
        try terminal.wait(for: "training")
        terminal.type("q")
        try terminal.wait(for: "stop and save")
        terminal.type("s")
        try terminal.wait(for: "exit status: 0")
        try eventually("the worker ends") { folder.workers.isEmpty }
        let runs = try Program.run("runs", "--json", in: folder)
        #expect(runs.output.contains("stoppedByUser"))
    }
}
