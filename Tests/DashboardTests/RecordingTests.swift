import Dashboard
import Foundation
import Runs
import Screen
import Testing

/// The recording that the README's pictures are made of.
struct RecordingTests {
    static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Recordings/fashion-mnist.jsonl")

    /// `CNNTOP_RECORD=1` writes it anew.
    @Test func theFileHoldsTheMadeUpRunOneEventALine() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let events = RecordedRun.events()
        if ProcessInfo.processInfo.environment["CNNTOP_RECORD"] != nil {
            let lines = try events.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
            try Data(lines.joined().utf8).write(to: Self.file)
        }
        let lines = try String(contentsOf: Self.file, encoding: .utf8).split(separator: "\n")
        let read = try lines.map { try JSONDecoder().decode(RunEvent.self, from: Data($0.utf8)) }
        #expect(read == events)
    }

    @Test func replayingTheFileShowsAFinishedRun() {
        let run = RunState(replaying: RecordedRun.events())
        #expect(run.isOver)
        #expect(run.runFraction > 0.99)
        #expect(run.epoch == 10)
    }
}
