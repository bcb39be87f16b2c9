import Pictures
import Runs
import Screen

/// What a model is most wrong about, for people: a line for each sample, with a thumbnail where the terminal can.
struct WrongList {
    let text: String

    init(_ wrong: WrongSamples, classNames: [String]) {
        text = wrong.groups.map { group in
            let rows = group.samples.map { sample in
                [
                    sample.file?.printable ?? "sample \(sample.sample)", classNames[sample.truth],
                    classNames[sample.prediction], Numbers.rate(Double(sample.score).rounded(toFigures: 4)),
                ]
            }
            let lines = TextTable.lines([["which", "is", "taken for", "score"]] + rows, rightAligned: [3])
            let pictures = group.samples.map { Picture($0).flatMap(Thumbnail.init)?.text }
            let shown = lines.enumerated().map { index, line in
                index > 0 ? line + (pictures[index - 1].map { "\n\($0)" } ?? "") : line
            }
            return "\n\(group.title): \(group.count)\n"
                + (group.samples.isEmpty ? "" : shown.joined(separator: "\n") + "\n")
        }.joined()
    }
}

extension Picture {
    /// Nil for samples that are no pictures.
    fileprivate init?(_ sample: WrongSamples.Sample) {
        guard sample.height > 1, sample.channels == 1 || sample.channels == 3 else { return nil }
        let area = sample.height * sample.width
        var pixels: [UInt8] = []
        for place in 0..<area {
            for channel in 0..<sample.channels { pixels.append(sample.values.bytes[channel * area + place]) }
        }
        self.init(width: sample.width, height: sample.height, channels: sample.channels, pixels: pixels)
    }
}
