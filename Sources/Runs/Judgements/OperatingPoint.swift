import Files
import FoundationEssentials
import Glibc

/// The threshold that a user has chosen for a detector: one number in the file `threshold` of its run.
///
/// It counts from then on, for the judgements that are there already too; without the file the detector's own counts.
extension RunDirectory {
    public var thresholdFile: String { path + "/threshold" }

    public var threshold: Double? {
        guard let bytes = try? InputFile.contents(of: thresholdFile, atMost: 100) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        return Double(text).flatMap { $0.isNaN ? nil : $0 }
    }

    /// - Parameter threshold: nil for the detector's own again.
    /// - Throws: `JudgementsError.notKept`.
    public func keep(threshold: Double?) throws(JudgementsError) {
        guard let threshold else {
            unlink(thresholdFile)
            return
        }
        do {
            try Data("\(threshold)\n".utf8).write(to: URL(filePath: thresholdFile), options: .atomic)
        } catch {
            throw .notKept(path: thresholdFile, what: "the threshold")
        }
    }
}
