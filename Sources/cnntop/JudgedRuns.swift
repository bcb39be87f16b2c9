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

/// Judges what was not judged yet, and keeps it beside the runs.
struct MissingJudgements {
    let part: Judgements.Part?
    let workers: Workers

    /// - Parameter mayFail: whether a run that cannot be judged is left out with a note.
    func make(for directories: [RunDirectory], mayFail: Bool) throws {
        for run in directories where run.currentJudgements(part) == nil {
            do { try judge(run, part) } catch {
                guard mayFail else { throw error }
                StandardError.say("note: \(run.name) is left out: \(error)")
            }
        }
        guard part == nil else { return }
        let withoutTest = directories.filter { $0.currentJudgements(.test) == nil }
        guard !withoutTest.isEmpty, withoutTest.count < directories.count else { return }
        // Some have no test samples: the others are judged on the validation samples too, where they have any.
        for run in directories where run.currentJudgements(.validation) == nil {
            try? judge(run, .validation)
        }
    }

    private func judge(_ run: RunDirectory, _ part: Judgements.Part?) throws {
        StandardError.say("judging \(run.name) …")
        try run.keep(try RunJudge(run, workers: workers).judge(part))
    }
}
