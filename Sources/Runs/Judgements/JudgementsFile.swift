import Files
import FoundationEssentials

/// Judgements as a file: readable by anything that reads CSV with comments (`pandas.read_csv(path, comment="#")`).
///
///     # cnntop judgements 1
///     # {"classNames":["no","yes"],"data":"sunsets, seed 1","part":"test",…}
///     sample,truth,prediction,score
///     0,1,1,0.98
extension Judgements {
    /// More samples are not kept; the file stays below some 50 MB.
    public static let mostSamples = 1_000_000

    private static let format = "# cnntop judgements 1"
    private static let columns = "sample,truth,prediction,score"

    public var text: String {
        let about = (try? EventJSON.encode(about)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        var text = "\(Self.format)\n# \(about)\n\(Self.columns)\n"
        text.reserveCapacity(text.utf8.count + 32 * verdicts.count)
        for verdict in verdicts {
            text += "\(verdict.sample),\(verdict.truth),\(verdict.prediction),\(verdict.score)\n"
        }
        return text
    }

    /// - Throws: `JudgementsError` at the first line that cannot be.
    public init(text: String, path: String) throws(JudgementsError) {
        let lines = text.utf8.split(separator: 10)
        func line(_ number: Int) -> String { lines.count > number ? String(Substring(lines[number])) : "" }
        guard line(0) == Self.format else {
            throw .unreadable(path: path, line: 1, found: line(0), expected: Self.format)
        }
        let json = line(1).utf8.dropFirst(2)
        guard let about = try? EventJSON.decode(About.self, from: json), line(2) == Self.columns else {
            throw .unreadable(
                path: path, line: 2, found: line(1), expected: "# {…} and the line \(Self.columns)")
        }
        self.init(about, verdicts: [])
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(lines.count)
        let classes = about.classNames.count
        for (number, line) in lines.enumerated().dropFirst(3) {
            let fields = line.split(separator: 44, omittingEmptySubsequences: false).map(Substring.init)
            guard fields.count == 4, let sample = Int32(fields[0]), let truth = Int32(fields[1]),
                let prediction = Int32(fields[2]), let score = Float(fields[3]), sample >= 0,
                (0..<classes).contains(Int(truth)), (0..<classes).contains(Int(prediction))
            else {
                throw .unreadable(
                    path: path, line: number + 1, found: String(Substring(line)),
                    expected: "\(Self.columns) with class numbers below \(classes)")
            }
            verdicts.append(Verdict(sample: sample, truth: truth, prediction: prediction, score: score))
        }
        self.init(about, verdicts: verdicts)
    }
}

extension RunDirectory {
    public func judgementsFile(_ part: Judgements.Part) -> String { "\(path)/judged-\(part.rawValue).csv" }

    /// What was kept; at the threshold in force where the run is a detector.
    ///
    /// - Throws: `JudgementsError` where there is none or the file is damaged.
    public func judgements(_ part: Judgements.Part) throws(JudgementsError) -> Judgements {
        let path = judgementsFile(part)
        guard let bytes = try? InputFile.contents(of: path, atMost: 1 << 30) else {
            throw .absent(path: path)
        }
        let judged = try Judgements(text: String(decoding: bytes, as: UTF8.self), path: path)
        return threshold.map { judged.at(threshold: $0) } ?? judged
    }

    /// On the test samples, or else on the validation samples; nil where the run was not judged since its last
    /// checkpoint.
    public func currentJudgements(_ part: Judgements.Part? = nil) -> Judgements? {
        for part in part.map({ [$0] }) ?? Judgements.Part.allCases {
            if let judged = try? judgements(part), judged.about.output == outputFile { return judged }
        }
        return nil
    }

    /// The newest file that holds what the run has learned, relative to the run directory.
    public var outputFile: String? {
        let machine = "\(checkpoints)/\(Self.machineFile)"
        guard let file = isFile(machine) ? machine : checkpointFiles.last else { return nil }
        return String(file.dropFirst(path.count + 1))
    }

    /// A support vector machine's only checkpoint.
    public static let machineFile = "svm.model"

    /// Keeps judgements beside the run, in place of earlier ones of the same part.
    ///
    /// - Throws: `JudgementsError` where the disk does not take them.
    public func keep(_ judgements: Judgements) throws(JudgementsError) {
        let path = judgementsFile(judgements.about.part)
        guard judgements.verdicts.count <= Judgements.mostSamples else {
            throw .tooMany(path: path, samples: judgements.verdicts.count)
        }
        do {
            try Data(judgements.text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .notKept(path: path, what: "what was judged")
        }
    }
}

/// Why judgements cannot be read or kept.
public enum JudgementsError: Error, Equatable, CustomStringConvertible {
    case absent(path: String)
    case unreadable(path: String, line: Int, found: String, expected: String)
    case tooMany(path: String, samples: Int)
    case notKept(path: String, what: String)

    public var description: String {
        switch self {
        case .absent(let path):
            "\(path): the run was not judged on these samples; `cnntop evaluate RUN` does it"
        case .unreadable(let path, let line, let found, let expected):
            "\(path):\(line): found “\(found.prefix(60).description.printable)”, expected \(expected); "
                + "`cnntop evaluate RUN` writes the file anew"
        case .tooMany(let path, let samples):
            "\(path): \(samples) samples are not kept one by one, at most \(Judgements.mostSamples)"
        case .notKept(let path, let what):
            "\(path): \(what) cannot be kept: "
                + (isFolder(path)
                    ? "a folder has this name; move it away"
                    : "the disk may be full, or the folder protected")
        }
    }
}
