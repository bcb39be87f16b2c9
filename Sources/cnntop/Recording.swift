import ArgumentParser
import FoundationEssentials
import Runs

/// A file with one `RunEvent` as JSON a line.
enum Recording {
    struct Fault: Error, CustomStringConvertible {
        var path: String
        var line: Int
        var description: String {
            "\(path):\(line): not an event of a run; expected a recording with one event as JSON a line"
        }
    }

    static func events(in path: String) throws -> [RunEvent] {
        guard let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            throw ValidationError(
                "\(path): cannot be read; expected a recording with one event as JSON a line")
        }
        return try text.split(separator: "\n").enumerated().map { index, line in
            guard let event = try? RunEvent(json: line.utf8) else { throw Fault(path: path, line: index + 1) }
            return event
        }
    }
}
