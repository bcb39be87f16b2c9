import Datasets
import Runs
import Screen
import Terminal

/// When the points of a trace were taken.
enum TraceClock {
    /// The first point at 0, then one every so often.
    case even(step: Double)
    case told([Float])

    /// - Parameter step: what the user says, which counts more than what the file says; nil without either.
    init?(step: Double?, times: [Float]?) {
        guard let clock = step.map(TraceClock.even) ?? times.map(TraceClock.told) else { return nil }
        self = clock
    }

    /// - Parameter point: from 0.
    func time(of point: Int) -> Double? {
        switch self {
        case .even(let step): Double(point) * step
        case .told(let times): times.indices.contains(point) ? Double(times[point]) : nil
        }
    }
}

/// What was found on one trace.
struct ScannedTrace: Encodable {
    /// Points count from 1.
    struct Peak: Encodable {
        let start, apex, end: Int
        /// Not there where nothing says how points follow one another in time.
        let startTime, apexTime, endTime: Double?
        let height, score: Float

        init(_ peak: TracePeak, _ clock: TraceClock?) {
            (start, apex, end) = (peak.start + 1, peak.apex + 1, peak.end + 1)
            (startTime, apexTime, endTime) = (
                clock?.time(of: peak.start), clock?.time(of: peak.apex), clock?.time(of: peak.end)
            )
            (height, score) = (peak.height, peak.score)
        }

        /// Start, apex and end in time, for people: six figures at most.
        fileprivate var times: [String]? {
            let times = [startTime, apexTime, endTime].compactMap(\.self)
            return times.isEmpty ? nil : times.map { "\($0.rounded(toFigures: 6))" }
        }
    }

    let file: String
    let trace: Int
    let name: String
    let points, window, stride: Int
    let threshold: Float
    let peaks: [Peak]

    /// A heading, the trace with its peaks marked, and their table.
    func text(_ values: [Float], draws: Bool, _ output: PlainOutput) -> String {
        let what = peaks.count == 1 ? "1 peak" : "\(peaks.count) peaks"
        var lines = ["\(file.printable), trace \(name.printable), \(points) points: \(what)"]
        if draws { lines.append(TracePlot(values, peaks: peaks.map { $0.apex - 1 }, output: output).text) }
        guard !peaks.isEmpty else { return lines.joined(separator: "\n") }
        let isTimed = peaks.contains { $0.times != nil }
        var rows = [
            ["start", "apex", "end"] + (isTimed ? ["from", "at", "to"] : []) + ["height", "score"]
        ]
        rows += peaks.map {
            ["\($0.start)", "\($0.apex)", "\($0.end)"] + ($0.times ?? [])
                + [$0.height.rounded(digits: 3), $0.score.rounded(digits: 3)]
        }
        lines += TextTable.lines(rows, rightAligned: Set(rows[0].indices)).map { "  \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
