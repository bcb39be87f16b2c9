import Foundation
import Runs
import Testing

/// Nothing is lost when a process is killed.
@Suite(.serialized)
struct Survival {
    @Test(.needsTerminal) func killingTheDashboardLeavesTheWorkerTraining() throws {
        let folder = try Folder()
        let terminal = try TerminalSession("train shapes --set maxEpochs=500", in: folder)
        try terminal.wait(for: "● training")
        kill(try terminal.foregroundProcess(), SIGKILL)
        try terminal.wait(for: "exit status: 137")
        let killed = try folder.iteration()
        try eventually("it trains on") { try folder.iteration() > killed + 5 }
    }

    @Test(.needsTerminal) func aDeadWorkerIsNoticedAndResumed() throws {
        let folder = try Folder()
        let terminal = try TerminalSession(
            "train shapes --set maxEpochs=500 checkpointFrequency=1", in: folder)
        try eventually("a checkpoint", seconds: 90) {
            try !folder.runs.isEmpty && !folder.run().checkpointFiles.isEmpty
        }
        let worker = try #require(folder.workers.first)
        kill(worker, SIGKILL)
        try terminal.wait(for: "the news and the offer") { $0.contains("died") && $0.contains("resume") }

        #expect(try folder.iteration() > 0, "the log is still readable")
        let runs = try Program.run("runs", "--json", in: folder)
        #expect(runs.output.contains(#""state":"died""#) || runs.output.contains(#""state" : "died""#))

        terminal.press("Enter")
        try terminal.wait(for: "● training")
        try eventually("another worker") { !folder.workers.isEmpty && folder.workers != [worker] }
        let killed = try folder.iteration()
        try eventually("it trains on") { try folder.iteration() > killed }
    }

    @Test func resumingAfterAKillEqualsTheUninterruptedRun() throws {
        let options = [
            "--set", "maxEpochs=3", "miniBatchSize=256", "validationFrequency=1000", "checkpointsKept=100",
        ]
        let whole = try Folder()
        let uninterrupted = try Program.execute(
            Program.path, ["train", "shapes", "--headless", "--name", "run"] + options, in: whole)
        #expect(uninterrupted.status == 0, "\(uninterrupted)")

        let broken = try Folder()
        let process = try Program.start(
            ["train", "shapes", "--headless", "--name", "run"] + options, in: broken)
        try eventually("the first checkpoint", seconds: 90) {
            try !broken.runs.isEmpty && !broken.run().checkpointFiles.isEmpty
        }
        kill(process.identifier, SIGKILL)
        process.waitForExit()
        let resumed = try Program.run("train", "--headless", "--resume", "run", in: broken)
        #expect(resumed.status == 0, "\(resumed)")

        func losses(_ folder: Folder) throws -> [Float] {
            try folder.events().compactMap {
                if case .iterationFinished(let record) = $0 { record.loss } else { nil }
            }
        }
        #expect(try losses(whole) == losses(broken))
    }

    @Test func aRunThatAnotherWorkerOwnsIsRefused() throws {
        let folder = try Folder()
        let process = try Program.start(
            ["train", "shapes", "--headless", "--name", "owned", "--set", "maxEpochs=500"], in: folder)
        try eventually("it trains") { try !folder.runs.isEmpty && folder.iteration() > 0 }
        let second = try Program.run("train", "--headless", "--resume", "owned", in: folder)
        #expect(second.status == 2)
        #expect(second.errors.contains("\(process.identifier)"), "\(second)")
    }

    @Test func aStaleSocketIsNoObstacle() throws {
        let folder = try Folder()
        let first = try Program.run(
            "train", "shapes", "--headless", "--name", "stale", "--set", "maxEpochs=1", in: folder)
        #expect(first.status == 0)
        try Data().write(to: URL(filePath: try folder.run().socketPath))
        let second = try Program.run(
            "train", "--headless", "--resume", "stale", "--set", "maxEpochs=2", in: folder)
        #expect(second.status == 0, "\(second)")
    }
}
