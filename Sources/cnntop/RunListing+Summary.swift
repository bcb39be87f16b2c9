import Dashboard
import Glibc
import Runs

extension RunListing {
    /// A run as the chooser shows it.
    init(_ summary: RunSummary, judgements: Judgements?) {
        self.init(
            name: summary.name, preset: summary.preset, status: Status(summary.state), epoch: summary.epoch,
            maxEpochs: summary.maxEpochs ?? 0, bestValidationAccuracy: summary.bestValidationAccuracy,
            stopReason: summary.stopReason?.words, started: summary.startedAt.map(Self.words) ?? "",
            judged: judgements.map { ComparedRun(name: summary.name, preset: summary.preset, $0) })
    }

    /// `2026-11-24 14:02`, local time.
    private static func words(_ secondsSince1970: Double) -> String {
        guard var seconds = time_t(exactly: secondsSince1970.rounded(.down)) else { return "" }
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension RunListing.Status {
    init(_ state: RunSummary.State) {
        switch state {
        case .running: self = .running
        case .paused: self = .paused
        case .finished: self = .finished
        case .diverged: self = .diverged
        case .died: self = .died
        }
    }
}
