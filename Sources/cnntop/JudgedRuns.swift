import ArgumentParser
import Runs
import Tensors
import Training

/// The judgements of runs on one part of their data: the test samples where all have some, else the validation samples
/// where all have those, else what each has.
struct KeptJudgements {
    private(set) var runs: [(name: String, preset: String, judgements: Judgements)] = []
    /// Why runs are not among them, a line each.
    private(set) var missing: [String] = []

    init(_ directories: [RunDirectory], part: Judgements.Part? = nil) {
        let wanted = part.map { [$0] } ?? Judgements.Part.allCases
        let judged = directories.map { run in (run, wanted.map { run.currentJudgements($0) }) }
        let present = judged.filter { _, parts in parts.contains { $0 != nil } }
        let common = wanted.indices.first { part in
            present.allSatisfy { $0.1[part] != nil }
        }
        for (run, parts) in present {
            guard let judgements = common.flatMap({ parts[$0] }) ?? parts.compactMap(\.self).first else {
                continue
            }
            runs.append((run.name, run.summary().preset, judgements))
        }
        missing = judged.filter { _, parts in parts.allSatisfy { $0 == nil } }
            .map { run, _ in "\(run.name): not judged; `cnntop evaluate \(run.name)` does it" }
    }
}

/// Why there is nothing of a run to judge.
private struct NothingSaved: Error, CustomStringConvertible {
    let isGoing: Bool

    var description: String {
        isGoing
            ? "it is still training and has saved nothing yet; `cnntop checkpoint` saves"
            : "it was left without saving its network"
    }
}

/// Judges what was not judged yet, and keeps it beside the runs.
struct MissingJudgements {
    let part: Judgements.Part?
    let workers: Workers

    /// Returns the runs that are judged; the others are left out with a note each that says why.
    ///
    /// - Throws: why the last one is left out, where none remains.
    func make(for directories: [RunDirectory]) throws -> [RunDirectory] {
        var judged: [RunDirectory] = []
        var fault: (any Error)?
        for run in directories {
            do {
                if run.currentJudgements(part) == nil { try judge(run, part) }
                judged.append(run)
            } catch {
                fault = error
                StandardError.say("note: \(run.name) is left out: \(error)")
            }
        }
        if judged.isEmpty, let fault { throw fault }
        guard part == nil else { return judged }
        let withoutTest = judged.filter { $0.currentJudgements(.test) == nil }
        guard !withoutTest.isEmpty, withoutTest.count < judged.count else { return judged }
        // Some have no test samples: the others are judged on the validation samples too, where they have any.
        for run in judged where run.currentJudgements(.validation) == nil {
            try? judge(run, .validation)
        }
        return judged
    }

    private func judge(_ run: RunDirectory, _ part: Judgements.Part?) throws {
        if run.outputFile == nil { throw NothingSaved(isGoing: run.isOwned) }
        StandardError.say("judging \(run.name) …")
        try run.keep(try RunJudge(run, workers: workers).judge(part))
    }
}
