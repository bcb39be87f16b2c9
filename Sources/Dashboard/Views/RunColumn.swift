import Runs
import Screen
import Statistics

/// The columns of the list of runs, the most telling first.
enum RunColumn: CaseIterable {
    case name, status, epoch, best, test, area, interval, training, size, inputs, prediction, preset, started
    case reason

    var width: Int {
        switch self {
        case .name: 27
        case .status: 10
        case .epoch: 7
        case .best: 6
        case .test: 5
        case .area: 4
        case .interval: 9
        case .training, .prediction: 8
        case .size: 13
        case .inputs: 7
        case .preset: 18
        case .started: 14
        case .reason: 28
        }
    }

    var head: String {
        switch self {
        case .name: "run"
        case .status: "state"
        case .epoch: "epoch"
        case .best: "best"
        case .test: "test"
        case .area: "AUC"
        case .interval: "95 %"
        case .training: "training"
        case .size: "size"
        case .inputs: "inputs"
        case .prediction: "a sample"
        case .preset: "preset"
        case .started: "started"
        case .reason: "why it ended"
        }
    }

    var isRight: Bool {
        switch self {
        case .epoch, .best, .test, .area, .interval, .training, .size, .inputs, .prediction: true
        case .name, .status, .preset, .started, .reason: false
        }
    }

    static func fitting(_ width: Int) -> [RunColumn] {
        var room = width - 4
        return allCases.filter {
            guard $0.width + 2 <= room else { return false }
            room -= $0.width + 2
            return true
        }
    }

    func text(_ run: RunListing, _ state: State) -> String {
        switch self {
        case .name: run.name
        case .status: "\(mark(run.status, state.glyphs)) \(run.status.rawValue)"
        case .epoch: "\(run.epoch)/\(run.maxEpochs)"
        case .best: run.bestValidationAccuracy.map { Numbers.share(Double($0)) } ?? "–"
        case .test, .area, .interval, .training, .size, .inputs, .prediction:
            run.judged.map { judgedText($0) } ?? "–"
        case .preset: run.preset
        case .started: run.started
        case .reason: run.stopReason ?? ""
        }
    }

    func ink(_ run: RunListing) -> Ink {
        switch self {
        case .name: .title
        case .status:
            switch run.status {
            case .running: .good
            case .paused: .warning
            case .finished: .text
            case .diverged, .died: .bad
            }
        case .preset, .started, .reason: .faint
        case .epoch, .best, .test, .area, .interval, .training, .size, .inputs, .prediction: .text
        }
    }

    /// Of runs without test samples it is the validation's accuracy, which `best` tells already.
    private func judgedText(_ judged: ComparedRun) -> String {
        let about = judged.about
        switch self {
        case .test: return about.part == .test ? Numbers.share(judged.accuracy.share) : "–"
        case .interval: return about.part == .test ? ComparedWords.interval(judged.accuracy) : "–"
        case .area: return judged.area.map { Numbers.share($0) } ?? "–"
        case .training: return ComparedWords.seconds(about.trainingSeconds)
        case .size: return ComparedWords.size(about)
        case .inputs: return Numbers.grouped(about.inputs)
        case .prediction: return ComparedWords.microseconds(about.secondsPerSample)
        default: return ""
        }
    }

    private func mark(_ status: RunListing.Status, _ glyphs: Glyphs) -> Character {
        switch status {
        case .running: glyphs.running
        case .paused: glyphs.paused
        case .finished: glyphs.done
        case .diverged, .died: glyphs.failed
        }
    }
}
