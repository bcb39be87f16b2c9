import Foundation
import Runs
import Testing

extension Folder {
    /// The only run of the folder.
    func run() throws -> RunDirectory {
        let paths = runs
        #expect(paths.count == 1, "expected one run, found \(paths)")
        return RunDirectory(path: try #require(paths.first))
    }

    /// All that the only run's log holds.
    func events() throws -> [RunEvent] {
        var reader = EventLogReader(try run())
        return reader.poll()
    }

    /// The last finished iteration in the log; 0 before the first.
    func iteration() throws -> Int {
        try events().last { if case .iterationFinished = $0 { true } else { false } }?.iteration ?? 0
    }

    /// The last finished iteration of a paused run, once the log has said all: it is written a moment later.
    func settledIteration() throws -> Int {
        var last = try iteration()
        while true {
            usleep(1_000_000)
            let next = try iteration()
            if next == last { return next }
            last = next
        }
    }

    /// The hyperparameter edits in the log, as `key=value`.
    func edits() throws -> [String] {
        try events().compactMap { event in
            guard case .changed(let change) = event else { return nil }
            return "\(change.key)=\(change.to)"
        }
    }

    /// How the run ended, if it has.
    func stop() throws -> StopRecord? {
        try events().compactMap { event in
            if case .stopped(let record) = event { record } else { nil }
        }.last
    }

    /// Pictures of the screen, beside the run or in `screenshots/`.
    var pictures: [String] {
        let everything = FileManager.default.enumerator(atPath: path)
        return (everything?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".png") }
    }
}
